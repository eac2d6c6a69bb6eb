import type { Locator, Page } from "@playwright/test";
import type { DemoServer, JsonObject } from "../support/demo-server";
import { expect, test } from "../support/test";
import { asking, settled, waitsFor, WaitingSession } from "../support/waiting";
import { SessionPage } from "../pages/session-page";

/** A session in which calls with these inputs wait. */
async function open(page: Page, server: DemoServer, ...calls: JsonObject[]): Promise<{ session: SessionPage; waiting: WaitingSession }> {
  const waiting = await WaitingSession.with(page, server, 0);
  await server.inject(waiting.id, calls.map((call, i) => asking(`sevt_given${i}`, call)));
  await server.inject(waiting.id, waitsFor(...calls.map((_, i) => `sevt_given${i}`)));
  const session = new SessionPage(page);
  await session.open(waiting.id);
  await expect(page.getByRole("group", { name: /^Approval: / })).toHaveCount(calls.length);
  await session.expectLive();
  return { session, waiting };
}

const allowOf = (card: Locator) => card.getByRole("button", { name: "Allow" });

test("a long argument shows its end, and Allow waits until all of it was in sight", async ({ page, connect }) => {
  const server = await connect("gateway on the same origin");
  const command = `echo ${"word ".repeat(1_500)}; rm -rf /srv/live`;
  const { session, waiting } = await open(page, server, { input: { command } });
  const card = session.approvals("bash");
  await expect(card).toContainText("; rm -rf /srv/live");
  await expect(card).toContainText(/characters are not shown here/);
  await expect(allowOf(card)).toBeDisabled();
  await expect(allowOf(card)).toHaveAccessibleDescription(/Show all of it, to its end, to allow\./);
  await expect(card.getByRole("button", { name: "Deny" })).toBeEnabled();
  await allowOf(card).click({ force: true });
  await card.getByRole("button", { name: /^Show all/ }).click();
  await settled(page);
  await expect(allowOf(card), "its end is out of sight").toBeDisabled();
  await allowOf(card).click({ force: true });
  await card.getByRole("group", { name: "Argument" }).evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await expect(allowOf(card)).toBeEnabled();
  expect(waiting.sent).toEqual([]);
  await allowOf(card).click();
  await expect(card).toHaveCount(0);
  expect(waiting.sent).toEqual([{ call: "sevt_given0", result: "allow" }]);
});

for (const [name, filler] of [
  ["no-break spaces", "\u00A0".repeat(3_000)],
  ["Hangul fillers", "\u3164".repeat(2_000)],
  ["line breaks", "\n".repeat(3_000)],
  ["spaces", " ".repeat(3_000)],
] as const) {
  test(`${name} push nothing out of sight`, async ({ page, connect }) => {
    const server = await connect("gateway on the same origin");
    const { session } = await open(page, server, { input: { command: `ls${filler}; rm -rf /srv/live` } });
    const argument = session.approvals("bash").getByRole("group", { name: "Argument" });
    await expect(argument).toContainText(/ls⟨[23],000 × U\+[0-9A-F]{4}⟩\s*; rm -rf \/srv\/live/);
    const isWhole = await argument.evaluate((box) => box.scrollHeight <= box.clientHeight);
    expect(isWhole, "all of it is in sight without scrolling").toBe(true);
    await expect(session.row("agent.tool_use")).toContainText("; rm -rf /srv/live");
  });
}

test("direction marks do not turn an argument into another one", async ({ page, connect }) => {
  const server = await connect("gateway on the same origin");
  const marks = ["\u061C", "\u200F", "\u202E", "\u05D0"];
  const { session } = await open(page, server, ...marks.map((mark) => ({ input: { command: `mysql live ${mark}<${mark} dump.sql` } })));
  for (const [i, mark] of marks.entries()) {
    const shown = mark === "\u05D0" ? mark : `⟨U+${mark.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}⟩`;
    const text = `mysql live ${shown}<${shown} dump.sql`;
    const places = [session.approvals("bash").nth(i).getByText(text, { exact: true }), session.row("agent.tool_use").nth(i).getByText(text, { exact: true })];
    for (const place of places) {
      const style = await place.evaluate((element) => {
        const { unicodeBidi, direction } = getComputedStyle(element);
        return `${unicodeBidi} ${direction}`;
      });
      expect(style).toBe("bidi-override ltr");
    }
  }
});

test("an escape hides no more than the character itself", async ({ page, connect }) => {
  const server = await connect("gateway on the same origin");
  const { session } = await open(page, server, { input: { options: ["a\u200Fb", { deep: "x\u3164y" }] } });
  await expect(session.approvals("bash")).toContainText('"a⟨U+200F⟩b"');
  await expect(session.approvals("bash")).toContainText('"x⟨U+3164⟩y"');
});

test("names of tools and servers show what could be mistaken", async ({ page, connect }) => {
  const server = await connect("gateway on the same origin");
  await open(
    page,
    server,
    { name: "b\u0430sh" },
    { name: "ba\u200Bsh" },
    { type: "agent.mcp_tool_use", mcp_server_name: "trac\u043Aer", name: "add_comment" },
  );
  for (const name of ["b\u0430sh ⟨not ASCII: U+0430⟩", "ba⟨U+200B⟩sh"]) {
    await expect(page.getByRole("group", { name: `Approval: ${name}` })).toHaveCount(1);
    await expect(page.getByRole("log").getByText(name, { exact: true })).toHaveCount(1);
  }
  await expect(page.getByRole("group", { name: "Approval: add_comment" })).toContainText("trac\u043Aer ⟨not ASCII: U+043A⟩ · add_comment wants to run");
});

test("a typed reason disables Allow, and says so", async ({ page, connect }) => {
  const server = await connect("gateway on the same origin");
  const { session, waiting } = await open(page, server, {});
  const card = session.approvals("bash");
  const reason = card.getByRole("textbox", { name: "Reason" });
  await reason.fill("Not on a Friday");
  await expect(allowOf(card)).toBeDisabled();
  await expect(allowOf(card)).toHaveAccessibleDescription(/Clear the reason to allow\./);
  await allowOf(card).click({ force: true });
  // Enter in a field answers nothing.
  await reason.press("Enter");
  await session.message.press("Enter");
  await settled(page);
  expect(waiting.sent).toEqual([]);
  await reason.fill("");
  await allowOf(card).click();
  await expect(card).toHaveCount(0);
  expect(waiting.sent).toEqual([{ call: "sevt_given0", result: "allow" }]);
});

test("a call whose input changes is shown as it would be answered, and says so", async ({ page, connect }) => {
  const server = await connect("gateway on the same origin");
  const { session, waiting } = await open(page, server, { input: { command: "ls" } });
  const card = session.approvals("bash");
  await expect(card).toContainText("ls");
  const later = new Date(Date.now() + 5_000).toISOString();
  await server.inject(waiting.id, asking("sevt_given0", { input: { command: "rm -rf /" }, processed_at: later }));
  await expect(card).toContainText("changed");
  await expect(card.getByRole("group", { name: "Argument" })).toHaveText(/rm -rf \/$/);
  await expect(session.row("agent.tool_use")).toContainText("rm -rf /");
});

test("two calls of one tool can be told apart by ear", async ({ page, connect }) => {
  const server = await connect("gateway on the same origin");
  const { session } = await open(page, server, { input: { command: "first" } }, { input: { command: "second" } });
  for (const [i, command] of ["first", "second"].entries()) {
    const card = session.approvals("bash").nth(i);
    await expect(card).toHaveAccessibleDescription(new RegExp(command));
    for (const name of ["Allow", "Deny"]) {
      await expect(card.getByRole("button", { name })).toHaveAccessibleDescription(new RegExp(command));
    }
    const item = card.locator("xpath=ancestor::li");
    await expect(item).toHaveRole("listitem");
    await expect(item).toHaveAttribute("aria-posinset", String(i + 1));
    await expect(item).toHaveAttribute("aria-setsize", "2");
  }
});
