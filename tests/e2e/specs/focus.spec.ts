import type { Locator, Page } from "@playwright/test";
import { always, streamsCut } from "../support/conditions";
import { message } from "../support/demo-server";
import { SENDS, useConnectionsOnce } from "../support/send-faults";
import { expect, test } from "../support/test";
import { settled } from "../support/waiting";
import { NewSessionPage } from "../pages/new-session-page";
import { SessionPage } from "../pages/session-page";
import { SessionsPage } from "../pages/sessions-page";

/** What has the focus, and nothing means the page as a whole. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const active = document.activeElement;
    return active && active !== document.body ? `${active.tagName} ${active.textContent.slice(0, 40)}` : "nothing";
  });

async function expectFocus(page: Page, after: string): Promise<void> {
  await settled(page);
  expect(await focused(page), after).not.toBe("nothing");
}

test("a change of the screen goes on at its heading", async ({ page, connect }) => {
  await connect();
  const sessions = new SessionsPage(page);
  await sessions.newSession.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Sessions" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await sessions.links.first().focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
});

test("closing the inspector goes back to the row that opened it", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper", { initial_events: [message("List the files, please.")] });
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectTurnsEnded(server, id, 1);
  for (const [tab, row] of [
    [session.transcriptTab, "agent.message"],
    [session.eventsTab, "session.usage"],
  ] as const) {
    await tab.click();
    const opener = session.row(row).last().getByRole("button").last();
    await opener.focus();
    await page.keyboard.press("Enter");
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await inspector.getByRole("button", { name: "Close" }).focus();
    await page.keyboard.press("Enter");
    await expect(inspector).toHaveCount(0);
    await expect(opener).toBeFocused();
  }
});

test("answering goes on at the next card, and after the last at the timeline", async ({ page, connect }) => {
  const server = await connect();
  const session = new SessionPage(page);
  await session.open(await server.sessionTitled("Waiting for you"));
  const approvals = session.approvals("bash");
  await expect(approvals).toHaveCount(2);
  await approvals.first().getByRole("button", { name: "Deny" }).focus();
  await page.keyboard.press("Enter");
  await expect(approvals).toHaveCount(1);
  await expect(approvals).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(approvals.getByRole("group", { name: "Argument" })).toBeFocused();
  await approvals.getByRole("button", { name: "Deny" }).focus();
  await page.keyboard.press("Enter");
  await expect(approvals).toHaveCount(0);
  await expect(session.log).toBeFocused();
});

test("a title that is saved late does not take the focus from who went on", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper", { title: "Walk" });
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await server.fault(always({ headers_after_ms: 1_500 }, { method: "POST", path: "/v1/sessions/*" }));
  await page.getByRole("button", { name: "Edit title" }).click();
  await page.keyboard.type("Run");
  await page.keyboard.press("Enter");
  await session.message.focus();
  await page.keyboard.type("List the ");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Run");
  await page.keyboard.type("files.");
  await expect(session.message).toHaveValue("List the files.");
});

test("no action of a session leaves the focus nowhere", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper", { title: "Walk" });
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  const press = async (name: string) => {
    await page.getByRole("button", { name, exact: true }).focus();
    await page.keyboard.press("Enter");
    await expectFocus(page, name);
  };
  await press("Edit title");
  await page.keyboard.press("Escape");
  await expectFocus(page, "Escape in the title");
  await press("Edit title");
  await press("Cancel");
  await press("Edit title");
  await press("Save title");
  await session.message.fill("List the files, please.");
  await page.keyboard.press("Enter");
  await expectFocus(page, "sending");
  await session.expectTurnsEnded(server, id, 1);
  await session.row("agent.tool_use").first().getByRole("button").first().focus();
  await page.keyboard.press("Enter");
  await expectFocus(page, "opening a call");
  await press("Search");
  await page.keyboard.press("Escape");
  await expectFocus(page, "closing the search");
  await press("Archive session");
  await press("Cancel");
  await press("Delete session");
  await page.keyboard.press("Escape");
  await expectFocus(page, "Escape in a dialog");
  await press("Archive session");
  await session.dialog.getByRole("button", { name: "Archive", exact: true }).focus();
  await page.keyboard.press("Enter");
  await session.expectStatus("terminated");
  await expectFocus(page, "archiving");
  await press("Delete session");
  await session.dialog.getByRole("button", { name: "Delete", exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/sessions$/);
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
});

test("what goes with its own press passes the focus on", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Careful deployer", { initial_events: [message("Deploy v1.8.0 to staging.")] });
  const session = new SessionPage(page);
  await session.open(id);
  await expect(session.approvals("bash").first()).toBeVisible();
  /** Presses a button with the keyboard, waits until it is gone, and answers what has the focus then. */
  const press = async (button: Locator) => {
    const handle = await button.elementHandle();
    await button.focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => handle?.evaluate((element) => element.isConnected)).toBe(false);
    await settled(page);
    return page.evaluate(() => document.activeElement?.closest("form.composer, .timeline, aside, h1, .pending")?.className);
  };
  const named = (name: string) => page.getByRole("button", { name, exact: true });

  await session.message.fill("Do not.");
  expect(await press(named("Interrupt and send"))).toBe("composer");
  await expect(session.message).toBeFocused();
  await session.expectStatus("idle");

  await session.eventsTab.click();
  await session.row("agent.tool_result").first().getByRole("button").last().click();
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  expect(await press(inspector.getByRole("button", { name: /^sevt_/ }).first())).toBe("inspector");
  await inspector.getByRole("button", { name: "Close" }).click();
  await session.transcriptTab.click();

  await useConnectionsOnce(server);
  const other = await server.createSession("Repo helper");
  await session.open(other);
  await session.expectLive();
  for (const way of ["Discard", "Send again"]) {
    await server.fault({ match: SENDS, times: 1, effect: { drop: "before" } });
    await session.say("Never mind.");
    await expect(session.log).toContainText("It is not in the session's history");
    expect(await press(named(way)), way).toMatch(/timeline/);
  }

  await server.inject(other, { type: "agent.message", content: [{ type: "text", text: "word ".repeat(8_000) }] });
  expect(await press(session.log.getByRole("button", { name: /^Show all/ }))).toBe("timeline");

  await server.fault(streamsCut());
  await server.restart();
  // Where streams open again it could go by itself before it is pressed.
  expect(await press(named("Reconnect now"))).not.toBeUndefined();
});

test("what takes the place of a list of a form has the focus, and no field before it", async ({ page, connect }) => {
  await connect();
  const form = new NewSessionPage(page);
  await form.open();
  for (const field of [form.agent, form.environment]) {
    await field.focus();
    await field.selectOption({ label: "Paste an ID…" });
    await expect(field).toBeFocused();
    await page.keyboard.type("id_typed");
    await expect(field).toHaveValue("id_typed");
  }
});
