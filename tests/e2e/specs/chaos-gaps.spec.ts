import type { Page, Request } from "@playwright/test";
import { type DemoServer, message } from "../support/demo-server";
import { installClock } from "../support/fake-clock";
import { expectSameLog } from "../support/same-log";
import { expect, test, WAYS } from "../support/test";
import { UnderWay } from "../support/under-way";
import { SessionPage } from "../pages/session-page";

const STREAM = { method: "GET", path: "/v1/sessions/*/events/stream" };

for (const way of WAYS) {
  test.describe(way, () => {
    test("a reconnect to 10,000 events asks for the end of the history only", async ({ page, connect }) => {
      await installClock(page);
      const underWay = new UnderWay(page);
      const server = await connect(way);
      const id = await server.sessionTitled("10,000 events");
      const stored = await server.events(id);
      const session = new SessionPage(page);
      await session.open(id);
      await session.expectEventCount(stored.length);
      await session.expectLive();
      await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000);
      await runUntilNothingIsAsked(page, underWay);

      const { lists: before } = await server.stats();
      await server.restart();
      await expect(session.stream).toHaveAttribute("data-stream", "reconnecting");
      await page.clock.runFor(1_000);
      await session.expectLive();
      // A page beside the opening stream and a short one behind it, three looks for what is listed late, about 500 events
      // each in a session this dense, and three short looks into the silence; two that are due at once become one, and a
      // stream that opens late is listed for twice.
      await runUntilNothingIsAsked(page, underWay);
      const { lists: after } = await server.stats();
      const cost = { requests: after.requests - before.requests, events: after.events - before.events };
      console.log(`chaos: a reconnect to ${stored.length} events lists ${cost.events} in ${cost.requests} requests (${way})`);
      // EventSource shows no heartbeats: the end of the log is looked at until the stream tells something, or for two minutes.
      expect(cost.requests).toBeLessThanOrEqual(way === "key on another origin" ? 10 : 26);
      // Each page that a late stream costs more holds what the looks hold: 3,186 events once, on one core. All of them would be
      // 10,000 for each list.
      expect(cost.events).toBeLessThanOrEqual(4_000);
      await page.clock.resume();
      await session.expectEventCount(stored.length);
    });

    test("a queued message is processed while nobody is connected", async ({ page, connect }) => {
      const server = await connect(way);
      // Busy until it is interrupted, however long the rest takes.
      const id = await server.createSession("Firehose");
      const session = new SessionPage(page);
      await session.open(id);
      await session.expectLive();
      await session.say("emit 100000 at 1");
      await session.expectStatus("running");
      await session.say("Queued for later.");
      await expect(session.log).toContainText("queued");
      const queued = (await server.events(id)).findLast((event) => event.type === "user.message");
      expect(queued?.processed_at ?? null).toBeNull();

      // Refused until both turns are over.
      await server.fault({ match: STREAM, times: 0, effect: { status: 503 } });
      await server.restart();
      await expect(session.stream).toHaveAttribute("data-stream", "reconnecting");
      await server.send(id, { type: "user.interrupt" });
      const isProcessed = async () => (await server.events(id)).find((event) => event.id === queued?.id)?.processed_at;
      await expect.poll(isProcessed).toBeTruthy();
      await expect.poll(async () => (await server.session(id)).status).toBe("idle");
      await server.clearFaults();
      await session.reconnectImpatiently();
      await session.expectLive();
      await expectSameLog(session, server, id);
      await session.transcriptTab.click();
      await expect(session.log).not.toContainText("queued", { ignoreCase: false });
    });

    test("an event that was missed and is listed late is found on the next reconnect", async ({ page, connect }) => {
      const { server, session, id } = await withLateEvent(await connect(way), new SessionPage(page));
      const gaps = () => session.log.getAttribute("data-gap-count").then(Number);
      const before = await gaps();
      await server.restart();
      await expect.poll(gaps).toBeGreaterThan(before);
      await session.expectLive();
      await expectSameLog(session, server, id);
    });

    test("an event that was missed and is listed late is found without another reconnect", async ({ page, connect }) => {
      await installClock(page);
      // Later than what the page asks for after every turn, sooner than it may stop asking.
      const settle = () => page.clock.runFor(5_000);
      const { server, session, id } = await withLateEvent(await connect(way), new SessionPage(page), settle);
      const { opened } = (await server.stats()).streams;
      await page.clock.runFor(20_000);
      await expectSameLog(session, server, id);
      expect((await server.stats()).streams.opened).toBe(opened);
    });
  });
}

test("a list that always lags two seconds loses nothing", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Firehose");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await session.reconnectImpatiently();
  const lag = { match: { path: "/v1/sessions/*/events", contains: "order=" }, times: 0, effect: { list_lag_ms: 2_000 } };
  await server.fault(lag);
  await server.fault({ match: STREAM, times: 0, effect: { cut_after_bytes: { from: 0, to: 60_000 } } });
  await server.restart();
  await server.send(id, message("emit 2000 at 20"));
  await expect.poll(() => server.idles(id)).toBe(1);
  await server.clearFaults();
  await server.fault(lag);
  await server.restart();
  await session.expectLive();
  await expectSameLog(session, server, id);
});

/** Lets the page's time run until a quarter of a minute, longer than it waits for any look, passes without a question. */
async function runUntilNothingIsAsked(page: Page, underWay: UnderWay) {
  let asked = 0;
  const begins = (request: Request) => {
    if (/\/events(\?|$)/.test(request.url())) asked += 1;
  };
  page.on("request", begins);
  let before: number;
  do {
    before = asked;
    await page.clock.runFor(15_000);
    await underWay.rest();
  } while (asked !== before);
  page.off("request", begins);
}

/** Something happens while nobody hears it, and the history shows it only after the page has caught up. */
async function withLateEvent(server: DemoServer, session: SessionPage, settle = async () => {}) {
  const id = await server.createSession("Repo helper");
  await session.open(id);
  await session.expectLive();
  await server.send(id, message("List the files."));
  await session.expectTurnsEnded(server, id, 1);
  await server.fault({ match: STREAM, times: 0, effect: { status: 503 } });
  await server.restart();
  await expect(session.stream).toHaveAttribute("data-stream", "reconnecting");
  const late = await server.inject(id, { type: "agent.message", content: [{ type: "text", text: "Missed" }] }, "stream");
  await server.inject(id, { type: "agent.message", content: [{ type: "text", text: "Not missed" }] });
  await server.clearFaults();
  await session.reconnectImpatiently();
  await session.expectLive();
  await session.expectEventCount((await server.events(id)).length);
  await settle();
  await server.inject(id, late, "history");
  return { server, session, id };
}
