import type { Page } from "@playwright/test";
import { SessionPage } from "../pages/session-page";
import { SessionsPage } from "../pages/sessions-page";
import type { DemoServer, Json, JsonObject } from "../support/demo-server";
import { examples, faults, PAYLOADS, paths, type Payload, poisoned, poisonedThroughout, walk, Watch } from "../support/hostile";
import { expect, test as base } from "../support/test";

const SHARDS = 8;
const EXAMPLES = examples();
const FAMILIES = [...new Set(PAYLOADS.map((payload) => payload.family))];
/** Two of each family, for what is tried with samples only. */
const SAMPLES = FAMILIES.flatMap((family) => PAYLOADS.filter((payload) => payload.family === family).slice(0, 2));

const LIST = /\/v1\/sessions(\?|$)/;

interface Fixtures {
  watch: Watch;
}

const test = base.extend<Fixtures>({
  watch: async ({ context, page, host, remote }, use) => {
    const watch = new Watch(context, page, [host.url, remote.url]);
    await use(watch);
    expect(watch.acts, "dialogs, windows, downloads, navigations").toEqual([]);
    expect(watch.loads, "requests to anything else").toEqual([]);
    expect(await page.evaluate(() => "pwned" in window), "a payload has run").toBe(false);
  },
});
test.use({ viewport: { width: 1280, height: 3000 } });

test("the corpus is what it claims to be", () => {
  expect(PAYLOADS.length).toBeGreaterThanOrEqual(200);
  expect(new Set(PAYLOADS.map((payload) => payload.text)).size).toBe(PAYLOADS.length);
  const fields = new Set(EXAMPLES.flatMap((event) => paths(event).map((path) => `${event.type}${path}`)));
  const types = new Set(EXAMPLES.map((event) => event.type));
  expect(types.size, "event types").toBeGreaterThanOrEqual(39);
  expect(fields.size, "text fields").toBeGreaterThanOrEqual(90);
  console.log(
    `${PAYLOADS.length} payloads of ${FAMILIES.length} families in ${fields.size} text fields of ${types.size} event types`,
  );
});

for (let shard = 0; shard < SHARDS; shard++) {
  const payloads = PAYLOADS.filter((_, i) => i % SHARDS === shard);

  test(`every text of every event, part ${shard + 1} of ${SHARDS}`, async ({ page, watch, connect }) => {
    test.setTimeout(600_000);
    const server = await connect();
    const id = await server.createSession("Repo helper");
    for (const { text } of payloads) await inject(server, id, EXAMPLES.map((event) => fresh(poisoned(event, text))));
    const session = new SessionPage(page);
    await session.open(id);
    const stored = await server.events(id);
    await expect(session.log).toHaveAttribute("data-event-count", String(stored.length), { timeout: 120_000 });
    const transcript = await walk(page);
    await session.eventsTab.click();
    const events = await walk(page);
    expect(events.rows).toBe(stored.length);
    await page.setViewportSize({ width: 390, height: 3000 });
    const narrow = await walk(page);
    for (const [view, seen] of Object.entries({ transcript, events, narrow })) expect(seen.faults, view).toEqual([]);
    console.log(
      `part ${shard + 1}: ${payloads.length} payloads, ${stored.length} events, rows seen: ` +
        `${transcript.rows} Transcript, ${events.rows} Events, ${narrow.rows} at 390 px; ` +
        `${watch.acts.length} acts, ${watch.loads.length} foreign requests`,
    );
  });
}

test("ids, names, types and enumerations as well", async ({ page, watch, connect }) => {
  test.setTimeout(600_000);
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const short = PAYLOADS.filter(({ text }) => text.length <= 500);
  for (const { text } of short) {
    const some = EXAMPLES.filter((_, i) => i % 4 === short.findIndex((one) => one.text === text) % 4);
    await inject(server, id, some.map((event) => fresh(poisonedThroughout(event, text))), "history");
  }
  const session = new SessionPage(page);
  await session.open(id);
  await expect(session.log).toHaveAttribute("data-event-count", String((await server.events(id)).length), {
    timeout: 120_000,
  });
  const transcript = await walk(page);
  await session.eventsTab.click();
  const events = await walk(page);
  expect([...transcript.faults, ...events.faults]).toEqual([]);
  console.log(`${short.length} payloads in every string of ${events.rows} events; ${watch.loads.length} foreign requests`);
});

test("in calls that are opened, asked for and answered", async ({ page, watch, connect }) => {
  test.setTimeout(600_000);
  const server = await connect();
  const id = await server.createSession("Repo helper");
  await inject(server, id, PAYLOADS.flatMap((payload, i) => call(payload, i)));
  await inject(server, id, SAMPLES.flatMap((payload, i) => pending(payload, i)));
  await inject(server, id, [
    {
      type: "session.status_idle",
      stop_reason: { type: "requires_action", event_ids: SAMPLES.flatMap((_, i) => [`sevt_ask${i}`, `sevt_own${i}`]) },
    },
  ]);
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectEventCount((await server.events(id)).length);
  await expect(page.getByRole("group", { name: /^Approval: / }).first()).toBeVisible();
  await expect(page.getByRole("group", { name: /^Tool result: / }).first()).toBeVisible();
  const seen = await walk(page, "open what can be opened");
  expect(seen.faults).toEqual([]);
  console.log(`${PAYLOADS.length} calls opened, ${2 * SAMPLES.length} waiting; ${watch.loads.length} foreign requests`);
});

test("while it is written, piece by piece", async ({ page, watch, connect }) => {
  test.setTimeout(600_000);
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  for (const [i, { text }] of PAYLOADS.entries()) {
    const event_id = `sevt_written${i}`;
    const start: JsonObject = { type: "event_start", event: { type: "agent.message", id: event_id } };
    const pieces = cut(text, i).map((piece) => ({
      type: "event_delta",
      event_id,
      delta: { type: "content_delta", index: 0, content: { type: "text", text: piece } },
    }));
    await inject(server, id, [start, ...pieces], "stream");
    // Two frames: what was written is on the screen.
    const seen = await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))),
    );
    expect(seen).toBeNull();
    if (i % 5 === 0) expect(await faults(page), `while ${PAYLOADS[i]?.name} is written`).toEqual([]);
    await inject(server, id, [{ type: "agent.message", id: event_id, content: [{ type: "text", text }] }]);
  }
  await session.expectEventCount((await server.events(id)).length);
  const seen = await walk(page);
  expect(seen.faults).toEqual([]);
  console.log(`${PAYLOADS.length} messages written piece by piece; ${watch.loads.length} foreign requests`);
});

test("in the list, the header and the inspector", async ({ page, watch, connect, remote }) => {
  test.setTimeout(600_000);
  await connect();
  const id = await remote.createSession("Repo helper", { title: "Plain", metadata: { team: "ops" } });
  const original = await remote.session(id);

  const list = PAYLOADS.map(({ text }, i) => ({ ...poisoned(original, text), id: `sesn_hostile${i}` }));
  await page.route(LIST, (route) => route.fulfill({ json: { data: list, next_page: null } }));
  await new SessionsPage(page).open();
  await page.reload();
  await expect(new SessionsPage(page).links).toHaveCount(list.length);
  expect(await faultsBeside(page, "high")).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await faultsBeside(page, "high")).toEqual([]);
  await page.unroute(LIST);

  let now: Payload = SAMPLES[0] as Payload;
  await page.route(`**/v1/sessions/${id}`, (route) => route.fulfill({ json: poisoned(original, now.text) }));
  await page.route(/\/events\?/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { data: [], next_page: null } });
  });
  for (const payload of SAMPLES) {
    now = payload;
    const session = new SessionPage(page);
    await new SessionsPage(page).open();
    await session.open(id);
    await session.expectLive();
    expect(await faults(page), `header, ${payload.name}`).toEqual([]);
  }
  await page.unrouteAll({ behavior: "wait" });

  await page.setViewportSize({ width: 1280, height: 3000 });
  for (const payload of SAMPLES) {
    const marked = await remote.createSession("Repo helper");
    await inject(remote, marked, [
      { type: "agent.tool_use", id: "sevt_look", name: payload.text, input: { [payload.text]: payload.text } },
      { type: "unknown.kind", id: "sevt_other", [payload.text]: { [payload.text]: [payload.text] } },
    ]);
    for (const event of ["sevt_look", "sevt_other"]) {
      await new SessionPage(page).open(`${marked}?event=${event}`);
      await expect(page.getByText(event, { exact: true }).first()).toBeVisible();
      expect(await faults(page), `inspector, ${payload.name}`).toEqual([]);
    }
  }

  console.log(
    `${list.length} sessions in the list, ${SAMPLES.length} headers, ${2 * SAMPLES.length} inspected events; ` +
      `${watch.loads.length} foreign requests`,
  );
});

test("in errors", async ({ page, watch, connectPage, remote }) => {
  test.setTimeout(600_000);
  let error: JsonObject = {};
  await page.route(LIST, (route) =>
    route.fulfill({ status: 400, json: { type: "error", request_id: String(error.type), error } }),
  );
  await connectPage.open();
  await connectPage.baseUrl.fill(remote.url);
  await connectPage.key.fill("sk-ant-api03-hostile");
  for (const { text, name, family } of PAYLOADS) {
    error = { type: text.slice(0, 2_000), message: `#${family}, ${name} ${text}` };
    await connectPage.button.click();
    await expect(connectPage.alert).toContainText(`#${family}, ${name}`);
    expect(await faultsBeside(page, "high"), `error, ${name}`).toEqual([]);
  }
  console.log(`${PAYLOADS.length} errors; ${watch.loads.length} foreign requests`);
});

/** A page that scrolls may be as long as it likes. */
async function faultsBeside(page: Page, word: string): Promise<string[]> {
  return (await faults(page)).filter((fault) => !fault.endsWith(word));
}

/** Without what must differ between two events. */
function fresh(event: JsonObject): JsonObject {
  const { id: _id, processed_at: _at, ...rest } = event;
  return rest;
}

async function inject(server: DemoServer, session: string, events: Json[], only?: "history" | "stream"): Promise<void> {
  for (let at = 0; at < events.length; at += 200) await server.inject(session, events.slice(at, at + 200), only);
}

function call({ text }: Payload, i: number): JsonObject[] {
  const id = `sevt_call${i}`;
  const result: Json = [{ type: "text", text }];
  switch (i % 3) {
    case 0:
      return [
        { type: "agent.tool_use", id, name: text, input: { command: text, [text]: text } },
        { type: "agent.tool_result", tool_use_id: id, content: result, is_error: false },
      ];
    case 1:
      return [
        { type: "agent.mcp_tool_use", id, mcp_server_name: text, name: text, input: { [text]: [text] } },
        { type: "agent.mcp_tool_result", mcp_tool_use_id: id, content: result, is_error: true },
      ];
    default:
      return [
        { type: "agent.custom_tool_use", id, name: text, input: { order_id: text } },
        { type: "user.custom_tool_result", custom_tool_use_id: id, content: result },
      ];
  }
}

function pending({ text }: Payload, i: number): JsonObject[] {
  const asked = { evaluated_permission: "ask", evaluation: { type: "always_ask" } };
  return [
    { type: "agent.tool_use", id: `sevt_ask${i}`, name: text, input: { command: text, [text]: text }, ...asked },
    { type: "agent.custom_tool_use", id: `sevt_own${i}`, name: text, input: { [text]: text } },
  ];
}

/** Pieces of a text, cut at places that differ from text to text. */
function cut(text: string, seed: number): string[] {
  const length = Math.max(1, Math.ceil(text.length / (3 + (seed % 5))));
  const characters = [...text];
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; at += length) pieces.push(characters.slice(at, at + length).join(""));
  return pieces;
}
