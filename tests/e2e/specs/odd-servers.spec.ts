import type { Page } from "@playwright/test";
import {
  always,
  contents,
  EVENTS,
  filterIgnored,
  initialEventsIgnored,
  modelsAsStrings,
  noEvaluatedPermission,
  numbers,
  SESSIONS,
  STREAMS,
  sessionErrors,
  stopReasons,
  unknownChunks,
  unreadable,
  unstampedInputs,
} from "../support/conditions";
import type { DemoServer, UnreadableForm } from "../support/demo-server";
import { expect, test } from "../support/test";
import { NewSessionPage } from "../pages/new-session-page";
import { SessionPage } from "../pages/session-page";
import { SessionsPage } from "../pages/sessions-page";

const FORMS: UnreadableForm[] = ["nan", "string", "null", "number", "list", "truncated"];

/** A session with a short history, and the id of the event in its middle. */
async function withHistory(server: DemoServer): Promise<{ id: string; middle: string }> {
  const id = await server.createSession("Repo helper");
  for (const text of ["first", "second", "third"]) {
    await server.inject(id, { type: "agent.message", content: [{ type: "text", text: `the ${text} message` }] });
  }
  const middle = (await server.events(id))[1]?.id ?? "";
  return { id, middle };
}

/** A new session on the screen, in which one message was said and answered. */
async function afterOneTurn(page: Page, server: DemoServer): Promise<{ session: SessionPage; id: string }> {
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await session.say("List the files, please.");
  await session.expectStatus("idle");
  return { session, id };
}

test.describe("one element that cannot be read", () => {
  for (const form of FORMS) {
    test(`of a history, as ${form}: it is a row, and everything else stays`, async ({ page, connect }) => {
      const server = await connect();
      const { id, middle } = await withHistory(server);
      await server.fault(unreadable(form, { id: middle }));
      const session = new SessionPage(page);
      await session.open(id);
      await session.expectLive();
      await session.expectEventCount(3);
      for (const tab of [session.transcriptTab, session.eventsTab]) {
        await tab.click();
        await expect(session.log).toContainText("the first message");
        await expect(session.log).toContainText("the third message");
        await expect(session.row("unreadable")).toHaveCount(1);
        await expect(session.row("unreadable")).toContainText(/unreadable event/i);
      }
      const rows = await session.allRows();
      expect(rows.filter((row) => row.type !== "unreadable").map((row) => row.type)).toEqual(["agent.message", "agent.message"]);
      await expect(page.getByText(/Nothing has happened/)).toHaveCount(0);
      // Reconnecting lists it again and doubles nothing.
      await server.restart();
      await session.expectLive();
      await session.expectEventCount(3);
      await expect(session.row("unreadable")).toHaveCount(1);
    });
  }

  test("a text with half a surrogate pair is still a message", async ({ page, connect }) => {
    const server = await connect();
    const { id, middle } = await withHistory(server);
    await server.fault(unreadable("lone_surrogate", { id: middle }));
    const session = new SessionPage(page);
    await session.open(id);
    await session.expectEventCount(3);
    await expect(session.row("agent.message")).toHaveCount(3);
    await expect(session.log).toContainText("\uFFFD");
  });

  test("of a stream: it is a row at once, and one row when the history has it", async ({ page, connect }) => {
    const server = await connect();
    const { id } = await withHistory(server);
    const session = new SessionPage(page);
    await session.open(id);
    await session.expectLive();
    await server.fault(unreadable("nan", { type: "agent.message" }, STREAMS));
    await server.inject(id, { type: "agent.message", content: [{ type: "text", text: "spoiled on its way" }] });
    await server.inject(id, { type: "agent.thinking" });
    // The list has it as it should be.
    await expect(session.row("agent.message")).toHaveCount(4);
    await expect(session.row("unreadable")).toHaveCount(0);
    await session.expectEventCount(5);
    await expect(session.log).toContainText("spoiled on its way");
  });

  for (const form of FORMS) {
    test(`of the list of sessions, as ${form}: it is an entry, and every other session is there`, async ({ page, connect }) => {
      const server = await connect();
      const id = await server.createSession("Repo helper", { title: "Spoilt" });
      const others = (await server.sessions()).map((session) => String(session.id)).filter((other) => other !== id);
      await server.fault(unreadable(form, { id }, SESSIONS));
      const sessions = new SessionsPage(page);
      await page.reload();
      for (const other of others.slice(0, 5)) await expect(sessions.linkTo(other)).toBeVisible();
      const entry = sessions.list.getByRole("listitem").filter({ hasText: "cannot be read" });
      await expect(entry).toHaveCount(1);
      await entry.getByText("What the server sent").click();
      await expect(entry.locator(".output")).toBeVisible();
      await expect(page.getByRole("alert")).toHaveCount(0);
      if (form === "nan") {
        await sessions.linkTo(id).click();
        await expect(page).toHaveURL(new RegExp(id));
      }
    });
  }
});

test("a model as a text leaves no screen unusable", async ({ page, connect }) => {
  const server = await connect();
  await server.fault(modelsAsStrings());
  const sessions = new SessionsPage(page);
  await page.reload();
  await expect(sessions.links.first()).toBeVisible();
  const form = new NewSessionPage(page);
  await form.open();
  await expect(form.agent.locator("option", { hasText: "Repo helper" })).toHaveCount(1);
  await form.firstMessage.fill("List the files.");
  const id = await form.submit();
  const session = new SessionPage(page);
  await session.expectTurnsEnded(server, id, 1);
  await expect(page.locator(".agent")).toContainText("claude");
});

test("a session opens after its creation whatever else the answer says", async ({ page, connect }) => {
  const server = await connect();
  await server.fault({
    match: { method: "POST", path: "/v1/sessions" },
    effect: { shape: { rewrite: [{ where: { type: "session" }, set: { agent: 7, status: null, usage: [], created_at: {} } }] } },
  });
  const form = new NewSessionPage(page);
  await form.open();
  await form.firstMessage.fill("List the files.");
  const id = await form.submit();
  await new SessionPage(page).expectTurnsEnded(server, id, 1);
});

test.describe("a first message that the server leaves out", () => {
  const TEXT = "List the files, please.";
  const NOTE = "without its first message";

  test("is a draft that is kept and never sent by itself", async ({ page, connect }) => {
    const server = await connect();
    await server.fault(initialEventsIgnored());
    const form = new NewSessionPage(page);
    await form.open();
    await form.firstMessage.fill(TEXT);
    const id = await form.submit();
    const session = new SessionPage(page);
    await session.expectLive();
    await expect(session.message).toHaveValue(TEXT);
    await expect(page.getByText(NOTE)).toBeVisible();
    await page.reload();
    await session.expectLive();
    await expect(session.message).toHaveValue(TEXT);
    await expect(page.getByText(NOTE)).toBeVisible();
    expect(await server.events(id), "nothing was sent").toEqual([]);
    await session.sendButton.click();
    await session.expectTurnsEnded(server, id, 1);
    await expect(session.message).toHaveValue("");
    await expect(page.getByText(NOTE)).toHaveCount(0);
    await page.reload();
    await session.expectTurnsEnded(server, id, 1);
    await expect(session.message).toHaveValue("");
    const messages = (await server.events(id)).filter((event) => event.type === "user.message");
    expect(messages).toHaveLength(1);
  });

  test("stays in front of what was typed meanwhile", async ({ page, connect }) => {
    const server = await connect();
    await server.fault(initialEventsIgnored(), always({ status: 503 }, EVENTS));
    const form = new NewSessionPage(page);
    await form.open();
    await form.firstMessage.fill(TEXT);
    await form.submit();
    const session = new SessionPage(page);
    await session.message.fill("And then stop.");
    await server.clearFaults();
    await expect(session.message).toHaveValue(`${TEXT}\n\nAnd then stop.`);
  });

  test("is taken back if it comes late", async ({ page, connect }) => {
    const server = await connect();
    await server.fault(initialEventsIgnored());
    const form = new NewSessionPage(page);
    await form.open();
    await form.firstMessage.fill(TEXT);
    const id = await form.submit();
    const session = new SessionPage(page);
    await expect(session.message).toHaveValue(TEXT);
    await server.inject(id, { type: "user.message", content: [{ type: "text", text: TEXT }] });
    await expect(session.message).toHaveValue("");
    await expect(page.getByText(NOTE)).toHaveCount(0);
    await expect(session.row("user.message")).toHaveCount(1);
  });

  test("is no draft where the server takes it", async ({ page, connect }) => {
    const server = await connect();
    const form = new NewSessionPage(page);
    await form.open();
    await form.firstMessage.fill(TEXT);
    const id = await form.submit();
    const session = new SessionPage(page);
    await session.expectTurnsEnded(server, id, 1);
    await session.expectLive();
    await expect(session.message).toHaveValue("");
    await page.reload();
    await session.expectLive();
    await expect(session.message).toHaveValue("");
  });
});

test("a call without a permission that the session waits for can be answered", async ({ page, connect }) => {
  const server = await connect();
  await server.fault(noEvaluatedPermission());
  const id = await server.createSession("Careful deployer");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await session.say("Deploy v1.9.0 to production");
  const approvals = session.approvals("bash");
  await session.expectStatus("idle");
  await expect(approvals.first()).toBeVisible();
  const count = await approvals.count();
  await approvals.first().getByRole("button", { name: "Allow" }).click();
  const answered = async () => (await server.events(id)).filter((event) => event.type === "user.tool_confirmation").length;
  await expect.poll(answered).toBe(1);
  await expect(approvals).toHaveCount(count - 1);
});

for (const [name, fault] of [
  ["message", sessionErrors("message")],
  ["code", sessionErrors("code")],
  ["content", sessionErrors("content")],
] as const) {
  test(`an error of a session in the form "${name}" says what went wrong`, async ({ page, connect }) => {
    const server = await connect();
    const id = await server.createSession("Repo helper");
    await server.fault(fault);
    await server.inject(id, {
      type: "session.error",
      error: { type: "billing_error", message: "The card was declined.", retry_status: { type: "exhausted" } },
    });
    const session = new SessionPage(page);
    await session.open(id);
    await expect(session.row("session.error")).toContainText("The card was declined.");
    await expect(session.log).not.toContainText(/unexpected form|missing/);
  });
}

for (const [name, fault] of [
  ["without a stop reason", stopReasons("absent")],
  ["with null for a stop reason", stopReasons("null")],
  ["with a text for a stop reason", stopReasons("string")],
  ["with texts for content", contents("string")],
  ["with decimals for whole numbers", numbers("decimal")],
  ["with exponents in numbers", numbers("exponent")],
  ["with texts for numbers", numbers("string")],
] as const) {
  test(`a turn on a server ${name} is shown as on any other`, async ({ page, connect }) => {
    const server = await connect();
    await server.fault(fault);
    const { session } = await afterOneTurn(page, server);
    await expect(session.row("agent.message").last()).toContainText(/\w+/);
    await expect(session.row("agent.tool_use").first()).toContainText("done");
    await expect(session.log).not.toContainText(/unexpected form|missing|running/);
  });
}

test("events of a type that nobody knows fold into one row and stay where they came", async ({ page, connect }) => {
  const server = await connect();
  await server.fault(unknownChunks());
  const { session } = await afterOneTurn(page, server);
  const chunks = session.row("agent.message_chunk");
  await expect(chunks.first()).toContainText(/^\d+ × agent\.message_chunk/);
  const types = (await session.allRows()).map((row) => row.type);
  expect(types.at(-1), "the end of the turn is the end of the transcript").toBe("session.status_idle");
  for (let at = 1; at < types.length; at += 1) {
    const isDoubled = types[at] === "agent.message_chunk" && types[at - 1] === "agent.message_chunk";
    expect(isDoubled, `rows ${at} and ${at + 1}`).toBe(false);
  }
  await chunks.first().getByRole("button", { expanded: false }).click();
  const opened = chunks.first().locator(".event-line");
  const count = Number((await chunks.first().innerText()).match(/^(\d+)/)?.[1]);
  await expect(opened).toHaveCount(count);
  // After a reload the list tells where they stand.
  await page.reload();
  await session.expectLive();
  await expect(chunks.first()).toBeVisible();
  expect((await session.allRows()).map((row) => row.type)).toEqual(types);
  await session.eventsTab.click();
  expect((await session.allRows()).filter((row) => row.type === "agent.message_chunk").length).toBeGreaterThan(10);
});

test("input that never gets a time stands above its answer and is not called queued", async ({ page, connect }) => {
  const server = await connect();
  await server.fault(unstampedInputs());
  const { session, id } = await afterOneTurn(page, server);
  await session.say("And say hello.");
  await expect.poll(() => server.idles(id)).toBe(2);
  await page.reload();
  await session.expectLive();
  await session.expectStatus("idle");
  const rows = (await session.allRows()).map((row) => row.text);
  const place = (text: string) => rows.findIndex((row) => row.includes(text));
  const answers = rows.flatMap((row, at) => (row.startsWith("Agent") ? [at] : []));
  const [first = -1, last = -1] = [answers[0], answers.at(-1)];
  expect(place("List the files, please.")).toBeLessThan(first);
  expect(place("And say hello.")).toBeGreaterThan(first);
  expect(place("And say hello.")).toBeLessThan(last);
  await expect(session.log).not.toContainText(/queued|pending/);
});

test("a filter that the server ignores is applied all the same", async ({ page, connect }) => {
  const server = await connect();
  await server.fault(filterIgnored());
  const sessions = new SessionsPage(page);
  await expect(sessions.links.first()).toBeVisible();
  await sessions.status.selectOption("running");
  await expect(page.getByText("No session matches these filters.")).toBeVisible();
  await expect(sessions.links).toHaveCount(0);
  await sessions.status.selectOption("idle");
  await expect(sessions.links.first()).toBeVisible();
  const statuses = await sessions.list.locator(".session-status").allInnerTexts();
  expect(new Set(statuses)).toEqual(new Set(["idle"]));
});

test("a picker offers what can be read and shows what cannot", async ({ page, connect }) => {
  const server = await connect();
  await server.fault(unreadable("nan", 0, { method: "GET", path: "/v1/agents" }));
  const form = new NewSessionPage(page);
  await form.open();
  await expect(form.agent.locator("option").nth(2)).toBeAttached();
  const odd = page.getByText("1 entry of the list cannot be read");
  await odd.click();
  await expect(page.locator(".picker .output").first()).toContainText("NaN");
});
