import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../support/demo-server";
import { expect, test } from "../support/test";
import { SessionPage } from "../pages/session-page";

const EXAMPLES = fileURLToPath(new URL("../../fixtures/events/every_event_type.json", import.meta.url));
/** These end the session on the page, or exist on streams only. */
const NOT_LISTED = ["session.deleted", "session.status_terminated", "event_start", "event_delta"];

test("every event type has a row with words of its own", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const examples = (JSON.parse(readFileSync(EXAMPLES, "utf8")) as JsonObject[]).filter(
    (event) => !NOT_LISTED.includes(String(event.type)),
  );
  const types = new Set(examples.map((event) => String(event.type)));
  expect(types.size, "types with an example").toBeGreaterThanOrEqual(39);
  for (const event of examples) await server.inject(id, event);

  const session = new SessionPage(page);
  await session.open(id);
  await session.eventsTab.click();
  await session.expectLive();
  const stored = await server.events(id);
  await session.expectEventCount(stored.length);
  const rows = new Map((await session.allRows()).map((row) => [row.id, row]));
  const typesOf = new Map<string, string>();
  for (const event of stored) {
    const row = rows.get(event.id);
    const which = `${event.type} ${event.id}: ${row?.text}`;
    expect(row?.type, which).toBe(event.type);
    const words = wordsOf(row?.text ?? "", event.type);
    expect(words, `${which} says something beside its time and the name of its type`).not.toBe("");
    expect(words, `${which} says it in words, not in the names of the wire`).not.toContain(event.type);
    expect(words, `${which} has nothing of a program`).not.toMatch(/undefined|null|NaN|\[object|unexpected form/);
    // What one type says is never what another says, so each has words of its own.
    expect(typesOf.get(words) ?? event.type, `${which} can be told from others`).toBe(event.type);
    typesOf.set(words, event.type);
  }
  expect(new Set(typesOf.values())).toEqual(new Set(stored.map((event) => event.type)));
});

/** A row without the time and the name of the type, which are in every row. */
function wordsOf(row: string, type: string): string {
  const lines = row.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== type && !/^(\d\d:\d\d:\d\d|pending)$/.test(line)).join(" ");
}

test("an unknown event type gets a generic row with its name and content", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.eventsTab.click();
  await session.expectLive();
  await server.inject(id, { type: "agent.telepathy_received", thought: "a sixth sense", depth: 6 });
  const row = session.row("agent.telepathy_received");
  await expect(row).toContainText("agent.telepathy_received");
  await row.click();
  await expect(page.getByText(/a sixth sense/).first()).toBeVisible();
});

test("an event stream without a key shows unknown event types after the next idle", async ({ page, connect }) => {
  const server = await connect("gateway on the same origin");
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.eventsTab.click();
  await session.expectLive();
  await server.inject(id, { type: "agent.telepathy_received", thought: "a sixth sense" });
  await session.say("List the files, please.");
  await expect(session.row("agent.telepathy_received")).toBeAttached();
  await session.expectEventCount((await server.events(id)).length);
});

test("text from agents is text", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  const hostile = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script> [a](javascript:window.pwned=1)';
  await server.inject(id, { type: "agent.message", content: [{ type: "text", text: hostile }] });
  await expect(session.log).toContainText("<script>");
  expect(await page.evaluate(() => "pwned" in window)).toBe(false);
  await expect(session.log.locator("img, script, a[href^='javascript']")).toHaveCount(0);
});
