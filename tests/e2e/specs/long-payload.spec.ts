import type { Page } from "@playwright/test";
import { SessionPage } from "../pages/session-page";
import type { DemoServer } from "../support/demo-server";
import { expect, test } from "../support/test";

const END = "the very end";
const PAYLOADS = {
  "one line of 6 MB": `${"All work and no play. ".repeat(280_000)}${END}`,
  "200,000 lines": Array.from({ length: 200_000 }, (_, n) => `line ${n} of the log`).join("\n") + `\n${END}`,
  "20,000 coloured lines": Array.from({ length: 20_000 }, (_, n) => `\u001b[32mok\u001b[0m ${n}`).join("\n") + `\n${END}`,
};

/** Opens a session with a call that has printed that. */
async function opened(page: Page, server: DemoServer, text: string): Promise<SessionPage> {
  const id = await server.createSession("Repo helper");
  await server.inject(id, [
    { type: "agent.tool_use", id: "sevt_call", name: "bash", input: { command: "cat log" }, evaluated_permission: "allow" },
    { type: "agent.tool_result", tool_use_id: "sevt_call", content: [{ type: "text", text }] },
  ]);
  const session = new SessionPage(page);
  await session.open(id);
  return session;
}

for (const [name, text] of Object.entries(PAYLOADS)) {
  test(`all of an output of ${name} is shown, to its end`, async ({ page, context, connect }) => {
    test.setTimeout(120_000);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const session = await opened(page, await connect(), text);
    const row = session.row("agent.tool_use");
    await row.getByRole("button", { name: /bash/ }).click();
    await row.getByRole("button", { name: /^Show all/ }).click();
    const whole = row.getByRole("group", { name: "Whole text" });
    await expect(whole).toBeVisible();
    const pieces = whole.locator(".text-piece");
    // The last piece comes in the end; each is small, and only what is near is laid out.
    await expect(whole).not.toHaveAttribute("aria-busy", "true", { timeout: 60_000 });
    expect(await pieces.last().textContent()).toContain(END);
    expect(await pieces.first().evaluate((piece) => getComputedStyle(piece).contentVisibility)).toBe("auto");
    const longest = await pieces.evaluateAll((all) => Math.max(...all.map((piece) => piece.textContent?.length ?? 0)));
    expect(longest).toBeLessThanOrEqual(8 * 1024 + 3);
    await whole.evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await expect.poll(() => pieces.last().evaluate((piece) => piece.getBoundingClientRect().height)).toBeGreaterThan(0);
    const shown = await whole.evaluate((box) => box.textContent);
    expect(shown?.length).toBe(text.replaceAll(/\u001b\[\d+m/g, "").length);
    await row.getByRole("button", { name: "Copy output" }).click();
    await expect.poll(() => page.evaluate(async () => (await navigator.clipboard.readText()).length)).toBe(shown?.length);
  });
}

test("while a long text is drawn, the page goes on, and leaving ends it", async ({ page, connect }) => {
  test.setTimeout(120_000);
  const session = await opened(page, await connect(), PAYLOADS["200,000 lines"]);
  const row = session.row("agent.tool_use");
  await row.getByRole("button", { name: /bash/ }).click();
  await row.getByRole("button", { name: /^Show all/ }).click();
  await expect(row.locator(".text-piece").first()).toBeVisible();
  await row.getByRole("button", { name: /bash/ }).click();
  await expect(row.locator(".text-piece")).toHaveCount(0);
  await session.message.fill("still here");
  await expect(session.message).toHaveValue("still here");
});

test("raw JSON of any size is shown to its end", async ({ page, connect }) => {
  test.setTimeout(120_000);
  const session = await opened(page, await connect(), PAYLOADS["200,000 lines"]);
  await session.eventsTab.click();
  await session.row("agent.tool_result").getByRole("button").click();
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await inspector.getByRole("button", { name: /^Show all/ }).click();
  const whole = inspector.getByRole("group", { name: "Whole text" });
  await expect(whole).not.toHaveAttribute("aria-busy", "true", { timeout: 60_000 });
  expect((await whole.locator(".text-piece").allTextContents()).slice(-5).join("")).toContain(END);
});
