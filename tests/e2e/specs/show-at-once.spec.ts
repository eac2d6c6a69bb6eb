import {
  always,
  bufferingProxy,
  EVENTS,
  eventsOnly,
  fixedOrder,
  framesWithheld,
  headersWithheld,
  lateFirstByte,
  neverStreamed,
  noFinalIdle,
  noStatusEvents,
  paging,
  STREAMS,
  streamsCut,
  streamsRefused,
} from "../support/conditions";
import { type DemoServer, type Fault, message } from "../support/demo-server";
import { installClock, letRun } from "../support/fake-clock";
import { expectSameLog } from "../support/same-log";
import { expect, test, WAYS } from "../support/test";
import { SessionPage } from "../pages/session-page";

/** In this many milliseconds the page looks at the end of the log. */
const LOOK = 10_000;

/** What an empty session says. */
const EMPTY = /Nothing has happened in this session yet/;

const REFUSED = "There is no event stream: ";
const BLOCKED = "The event stream is blocked";

/** The browser's own EventSource does not tell with what a stream was refused. */
const reason = (way: string, why: string) => (why === REFUSED && way.startsWith("gateway") ? BLOCKED : why);

/** What stands between the page and a stream, while lists arrive. */
const WITHOUT_A_STREAM: { name: string; condition: Fault; why: string }[] = [
  { name: "headers withheld for ever", condition: headersWithheld(), why: "The event stream does not answer." },
  { name: "refused with 403", condition: streamsRefused(403), why: REFUSED },
  { name: "refused with 404", condition: streamsRefused(404), why: REFUSED },
  { name: "refused with 405", condition: streamsRefused(405), why: REFUSED },
  { name: "refused with 501", condition: streamsRefused(501), why: REFUSED },
  { name: "cut before it opens", condition: streamsCut(), why: BLOCKED },
  {
    name: "a web page instead",
    condition: always({ status: 200, body: { type: "text/html", text: "<!doctype html><title>Log in</title>" } }, STREAMS),
    why: REFUSED,
  },
];

for (const way of WAYS) {
  test.describe(way, () => {
    for (const { name, condition, why } of WITHOUT_A_STREAM) {
      test(`${name}: the history shows, the status says polling and why, new events appear`, async ({ page, connect }) => {
        await installClock(page);
        const server = await connect(way);
        const past = await server.sessionTitled("10,000");
        await server.fault(condition);
        const session = new SessionPage(page);
        await session.open(past);
        await session.expectEventCount((await server.events(past)).length);
        await expect(session.stream).toHaveAttribute("data-stream", "polling");
        await expect(page.getByText("New events are looked up every few seconds.")).toContainText(reason(way, why));
        await server.inject(past, { type: "agent.message", content: [{ type: "text", text: "Told by no stream" }] });
        await letRun(page, LOOK);
        await expect(session.log).toContainText("Told by no stream");
        await expect(session.log).toHaveAttribute("data-gap-count", "0");
        await server.clearFaults();
        await page.getByRole("button", { name: "Reconnect now" }).click();
        await session.expectLive();
      });
    }

    test("an extension that aborts the stream: polling, and the page says that it is blocked", async ({ page, connect }) => {
      const server = await connect(way);
      const past = await server.sessionTitled("Job queue");
      await page.route(/\/events\/stream/, (route) => route.abort("blockedbyclient"));
      const session = new SessionPage(page);
      await session.open(past);
      await session.expectEventCount((await server.events(past)).length);
      await expect(session.stream).toHaveAttribute("data-stream", "polling");
      await expect(page.getByText("The event stream is blocked")).toBeVisible();
    });

    test("a first byte that comes late: polling until then, live from then on, no mark", async ({ page, connect }) => {
      const server = await connect(way);
      const id = await server.createSession("Repo helper", { initial_events: [message("List the files.")] });
      await expect.poll(() => server.idles(id)).toBe(1);
      await server.fault(headersWithheld(6_000));
      const session = new SessionPage(page);
      await session.open(id);
      await session.expectEventCount((await server.events(id)).length);
      await expect(session.stream).toHaveAttribute("data-stream", "polling");
      await session.expectLive();
      await server.send(id, message("Read the README."));
      await session.expectTurnsEnded(server, id, 2);
      await expectSameLog(session, server, id);
      await expect(session.log).toHaveAttribute("data-gap-count", "0");
    });

    for (const [name, condition] of [
      ["headers at once and bytes never", lateFirstByte("never")],
      ["a proxy that buffers", bufferingProxy(10_000_000)],
      ["heartbeats and no events", framesWithheld()],
    ] as const) {
      test(`${name}: what happens shows all the same, and the stream is convicted`, async ({ page, connect }) => {
        await installClock(page);
        const server = await connect(way);
        const id = await server.createSession("Repo helper");
        await server.fault(condition);
        const session = new SessionPage(page);
        await session.open(id);
        for (const words of ["First", "Second", "Third"]) {
          await server.inject(id, { type: "agent.message", content: [{ type: "text", text: words }] });
          await letRun(page, LOOK);
          await expect(session.log).toContainText(words);
        }
        await expect(session.stream).toHaveAttribute("data-stream", "polling");
        await expect(page.getByText("holds the event stream back")).toBeVisible();
        await expect(session.log).toHaveAttribute("data-gap-count", "0");
      });
    }

    test("without a stream a request leaves every five seconds at the most", async ({ page, connect }) => {
      await installClock(page);
      const server = await connect(way);
      const id = await server.createSession("Firehose", { initial_events: [message("emit 100000 at 1")] });
      await server.fault(streamsRefused(403));
      const session = new SessionPage(page);
      await session.open(id);
      await expect(session.stream).toHaveAttribute("data-stream", "polling");
      // Browsers ask for leave by OPTIONS when and how often they like.
      const requests = async () => (await server.requests()).filter(({ method }) => method !== "OPTIONS").length;
      const before = await requests();
      const minutes = 5;
      await letRun(page, minutes * 60_000);
      const sent = (await requests()) - before;
      expect(sent).toBeGreaterThan(minutes * 5);
      expect(sent, `requests in ${minutes} minutes`).toBeLessThanOrEqual(minutes * 12);
    });
  });
}

test("a quiet server without heartbeats is left alone and marked with nothing, all day", async ({ page, connect }) => {
  await installClock(page);
  const server = await connect();
  await server.fault(eventsOnly());
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await letRun(page, 120 * 60_000, 60_000);
  await session.expectLive();
  await expect(session.log).toHaveAttribute("data-gap-count", "0");
  await server.send(id, message("List the files."));
  await session.expectTurnsEnded(server, id, 1);
});

test("a final idle event that never comes: the Session object tells that the work is done", async ({ page, connect }) => {
  const server = await connect();
  await server.fault(noFinalIdle());
  const id = await server.createSession("Repo helper", { initial_events: [message("List the files.")] });
  const session = new SessionPage(page);
  await session.open(id);
  await expect(session.log).toContainText("Cargo.toml");
  await session.expectStatus("idle", { timeout: 30_000 });
  await page.reload();
  await session.expectStatus("idle", { timeout: 30_000 });
});

test("a server without status events: running while a model request is open, then idle", async ({ page, connect }) => {
  const server = await connect();
  await server.fault(noStatusEvents());
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectStatus("idle");
  await session.say("List the files.");
  await expect(session.log).toContainText("Cargo.toml");
  await session.expectStatus("idle");
  // Requests of its own would be over before a slow machine has looked.
  await server.inject(id, { type: "span.model_request_start", id: "sevt_open" });
  await session.expectStatus("running");
  await expect(session.interrupt).toBeEnabled();
  await server.inject(id, { type: "span.model_request_end", model_request_start_id: "sevt_open", is_error: false, model_usage: {} });
  await session.expectStatus("idle");
});

test("events that are listed and never streamed are found after the request that brought them", async ({ page, connect }) => {
  await installClock(page);
  const server = await connect();
  await server.fault(neverStreamed("agent.message"));
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  // Longer than the looks that follow a connection.
  await letRun(page, 20_000);
  await session.say("List the files.");
  await expect.poll(() => server.idles(id)).toBe(1);
  await letRun(page, 5_000);
  await expect(session.log).toContainText("Cargo.toml");
});

test("a server that ignores the order: the newest events are found, in their order", async ({ page, connect }) => {
  const server = await connect();
  await server.fault({ ...fixedOrder("asc"), match: EVENTS });
  const past = await server.sessionTitled("10,000");
  const session = new SessionPage(page);
  await session.open(past);
  await session.expectLive();
  await session.expectEventCount((await server.events(past)).length);
  const id = await server.createSession("Repo helper", { initial_events: [message("List the files.")] });
  await session.open(id);
  await session.expectTurnsEnded(server, id, 1);
  // What happens while nobody listens stands at the other end of the list.
  await server.fault({ match: STREAMS, times: 1, effect: { status: 503 } });
  await server.restart();
  await server.send(id, message("Read the README."));
  await session.expectTurnsEnded(server, id, 2);
  await session.expectLive();
  await session.eventsTab.click();
  const shown = (await session.allRows()).map((row) => row.id);
  expect(shown).toEqual((await server.events(id)).map((event) => event.id));
});

test("has_more without next_page: the history is read on by the last id", async ({ page, connect }) => {
  const server = await connect();
  const past = await server.sessionTitled("Job queue");
  const stored = await server.events(past);
  await server.fault(paging("after_id", 20));
  const session = new SessionPage(page);
  await session.open(past);
  await session.expectEventCount(stored.length);
});

for (const kind of ["after_id_ignored", "cycle", "empty", "repeat", "stuck"] as const) {
  test(`lists that page as "${kind}" end, are told of, and cost few requests`, async ({ page, connect }) => {
    await installClock(page);
    const server = await connect();
    const past = await server.sessionTitled("Job queue");
    await server.fault(paging(kind, 20, EVENTS));
    const session = new SessionPage(page);
    await session.open(past);
    await letRun(page, 120_000);
    if (kind !== "empty") await expect(session.log.locator("[data-event-id]").first()).toBeVisible();
    await expect(page.getByText(/Older events are missing: The server/)).toBeVisible();
    const lists = (await server.requests()).filter((request) => request.path.includes("/events?"));
    expect(lists.length, "lists in the first two minutes").toBeLessThan(60);
    const before = (await server.requests()).length;
    await letRun(page, 600_000, 10_000);
    expect((await server.requests()).length - before, "requests in the ten minutes behind it").toBeLessThan(60);
  });
}

test("a session that is over is over: one end, no mark, no more requests", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper", { initial_events: [message("List the files.")] });
  await expect.poll(() => server.idles(id)).toBe(1);
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await archive(server, id);
  await session.expectStatus("terminated");
  await expect(session.stream).toHaveAttribute("data-stream", "ended");
  await expect(session.log).toHaveAttribute("data-gap-count", "0");
  await page.reload();
  await session.expectStatus("terminated");
  await expect(session.stream).toHaveAttribute("data-stream", "ended");
  await session.expectEventCount((await server.events(id)).length);
  await expect(page.getByRole("button", { name: "Reconnect now" })).toBeHidden();
});

for (const [name, condition] of [
  ["withheld", always({ headers_after_ms: "never" }, EVENTS)],
  ["failing", always({ status: 503 }, EVENTS)],
] as const) {
  test(`while its lists are ${name}, nothing says that a session is empty`, async ({ page, connect }) => {
    const server = await connect();
    const id = await server.createSession("Repo helper");
    await server.fault(condition);
    const session = new SessionPage(page);
    await session.open(id);
    await session.expectStatus("idle");
    const asked = async () => (await server.requests()).filter(({ path }) => path.includes(`${id}/events?`)).length;
    await expect.poll(asked).toBeGreaterThan(0);
    await expect(page.getByText(EMPTY)).toHaveCount(0);
    await server.clearFaults();
    await page.reload();
    await expect(page.getByText(EMPTY)).toBeVisible();
  });
}

for (const way of WAYS) {
  test(`a session that is over asks for nothing any more: ${way}`, async ({ page, connect }) => {
    await installClock(page);
    const server = await connect(way);
    const id = await server.createSession("Repo helper", { initial_events: [message("List the files.")] });
    await expect.poll(() => server.idles(id)).toBe(1);
    await archive(server, id);
    const session = new SessionPage(page);
    await session.open(id);
    await session.expectStatus("terminated");
    await session.expectEventCount((await server.events(id)).length);
    await expect(session.stream).toHaveAttribute("data-stream", "ended");
    // What was under way when its end became known.
    await letRun(page, 20_000);
    const before = (await server.requests()).length;
    await letRun(page, 10 * 60_000, 10_000);
    expect((await server.requests()).slice(before)).toEqual([]);
    await expect(session.log).toHaveAttribute("data-gap-count", "0");
  });
}

async function archive(server: DemoServer, id: string): Promise<void> {
  const headers = {
    "x-api-key": "sk-ant-api03-behind-the-scenes",
    "anthropic-version": "2023-06-01",
    "anthropic-beta": "managed-agents-2026-04-01",
  };
  // The idle event is stored a moment before the session takes it.
  const answered = async () => (await fetch(`${server.url}/v1/sessions/${id}/archive`, { method: "POST", headers })).ok;
  await expect.poll(answered).toBe(true);
}
