import { ANSWERS, answered, deltasOf } from "../support/answer";
import { expect, test } from "../support/test";
import { SessionPage } from "../pages/session-page";

const CODE = `\`\`\`\n${"let answer = 42;\n".repeat(400)}`;
const TEXTS = {
  "blocks of many kinds": ANSWERS["Markdown of many blocks"](12_000),
  "one paragraph with marks": "Plain words, **strong** ones, `code`\nand a second line, then **more**, ".repeat(40),
  "a code block that is still open": CODE,
  "references whose addresses come at the end":
    "See [the docs][1], [here] and https://bare.example/x.\n\nMore [here].\n\n- a\n- b\n\nPlain.\n\nPlain again.\n\n" +
    "[1]: https://docs.example/a/long/path\n[here]: https://here.example 'Title'\n\nLast.",
  "a paragraph that turns out to be a heading": `First.\n\n${"A long title ".repeat(20)}\n===\n\nLast.`,
};

for (const [kind, text] of Object.entries(TEXTS)) {
  test(`text that grows looks like text that came at once: ${kind}`, async ({ page, connect }) => {
    const server = await connect();
    const id = await server.createSession("Repo helper");
    const session = new SessionPage(page);
    await session.open(id);
    await session.expectLive();
    const event = "sevt_growing";
    const written = session.log.locator(".streaming .markdown");
    const pieces = deltasOf(event, text, 7);
    const together = Math.ceil(pieces.length / 40);
    for (let at = 0; at < pieces.length; at += together) {
      await server.inject(id, pieces.slice(at, at + together), "stream");
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
    }
    await expect(written).toContainText(text.replaceAll(/[*`]/g, "").trimEnd().slice(-5));
    const markup = (element: Element) => {
      const copy = element.cloneNode(true) as Element;
      // How blocks are put together while they are written is nothing that one sees.
      copy.querySelectorAll(".blocks").forEach((group) => group.replaceWith(...group.childNodes));
      copy.normalize();
      return copy.innerHTML;
    };
    if (kind === "blocks of many kinds") {
      const groups = written.locator("> .blocks");
      expect(await groups.count(), "finished blocks are put together").toBeGreaterThan(1);
      expect(await groups.first().evaluate((group) => getComputedStyle(group).contentVisibility)).toBe("auto");
    }
    const first = await written.locator("> :first-child").elementHandle();
    await server.inject(id, answered(event, text));
    const finished = session.row("agent.message").locator(".markdown");
    await expect(finished).toBeVisible();
    await expect(written).toBeHidden();
    expect(await first?.evaluate((node) => node.isConnected), "the row goes on with the nodes that it has").toBe(true);
    const grown = await finished.evaluate(markup);
    await page.reload();
    await expect(finished).toBeVisible();
    expect(grown).toBe(await finished.evaluate(markup));
  });
}

test("an address that comes at the end changes what refers to it and nothing else", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  const text = "See [the docs][1].\n\nPlain.\n\nMore.\n\nAnd more.\n\n[1]: https://docs.example";
  const written = session.log.locator(".streaming .markdown");
  const [before, after] = [text.slice(0, -25), text];
  await server.inject(id, deltasOf("sevt_refers", before, 10), "stream");
  await expect(written).toContainText("And more.");
  await expect(written).toContainText("See [the docs][1].");
  const plain = await written.getByText("Plain.").elementHandle();
  await server.inject(id, deltasOf("sevt_refers", after, 1_000).slice(-1).map((frame) => ({
    ...frame,
    delta: { type: "content_delta", index: 0, content: { type: "text", text: text.slice(-25) } },
  })), "stream");
  await expect(written.getByRole("link", { name: "the docs" })).toHaveAttribute("href", "https://docs.example");
  await expect(written).not.toContainText("[1]");
  expect(await plain?.evaluate((node) => node.isConnected), "other blocks keep their nodes").toBe(true);
});

test("who reads an answer while it is written does not lose the place when it is finished", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  const text = ANSWERS["Markdown of many blocks"](20_000);
  await server.inject(id, deltasOf("sevt_read", text, 50), "stream");
  const heading = session.log.getByRole("heading", { name: "Step 9", exact: true });
  await expect(session.log.locator(".streaming .markdown")).toContainText("module_20");
  await heading.evaluate((element) => element.scrollIntoView({ block: "center" }));
  await expect(page.getByRole("button", { name: "Jump to latest" })).toBeVisible();
  const before = await heading.boundingBox();
  await server.inject(id, answered("sevt_read", text));
  await expect(session.row("agent.message")).toBeVisible();
  await expect(session.log.locator(".streaming")).toHaveCount(0);
  expect((await heading.boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0);
  await session.row("agent.message").getByRole("button", { name: /^Inspect agent\.message/ }).click();
  await expect(page).toHaveURL(/event=sevt_read/);
  await expect(session.row("agent.message")).toHaveAttribute("data-selected", "true");
});

test("an answer that differs from what was written is shown as it is", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await server.inject(id, deltasOf("sevt_other", "One thing was said", 4), "stream");
  await expect(session.log.locator(".streaming .markdown")).toHaveText("One thing was said");
  await server.inject(id, answered("sevt_other", "Another **thing** is true."));
  await expect(session.row("agent.message").locator(".said-what")).toHaveText("Another thing is true.");
  await expect(session.log.locator("article")).toHaveCount(1);
});

test("text that is started over is written anew", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  const written = session.log.locator(".streaming .markdown");
  await server.inject(id, deltasOf("sevt_again", "The first try, which is long.", 4), "stream");
  await expect(written).toHaveText("The first try, which is long.");
  await server.inject(id, deltasOf("sevt_again", "Another text, and it is longer than the first.", 4), "stream");
  await expect(written).toHaveText("Another text, and it is longer than the first.");
});

test("a long paragraph is shown to its end while it is written, though not at every word", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  const text = `${ANSWERS["one paragraph"](60_000)} and the last words.`;
  const pieces = deltasOf("sevt_long", text, 40);
  const written = session.log.locator(".streaming .markdown");
  for (let at = 0; at < pieces.length; at += 100) await server.inject(id, pieces.slice(at, at + 100), "stream");
  await expect(written).toHaveText(/and the last words\.$/);
  await server.inject(id, deltasOf("sevt_long", text, 40).slice(-1), "stream");
  await expect(written).toHaveText(/words\..+$/);
});
