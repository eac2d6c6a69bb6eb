import type { Page } from "@playwright/test";
import { type DemoServer, message } from "../support/demo-server";
import { installClock, letRun } from "../support/fake-clock";
import { expectSameLog } from "../support/same-log";
import { expect, test, type Way, WAYS } from "../support/test";
import { SessionPage } from "../pages/session-page";

const STREAM = { method: "GET", path: "/v1/sessions/*/events/stream" };

/** Silence after which a stream is given up; an EventSource does not show heartbeats, so it gets more time. */
const PATIENCE: Record<Way, number> = { "key on another origin": 60_000, "gateway on the same origin": 300_000 };

for (const way of WAYS) {
  test.describe(way, () => {
    test("a cut in the middle: what came meanwhile is filled in, and the gap is marked", async ({ page, connect }) => {
      const { server, session, id } = await watch(page, await connect(way));
      await server.fault({ match: STREAM, effect: { status: 502 } });
      await server.restart();
      await emit(server, id, 300);
      await session.expectLive();
      await expectSameLog(session, server, id);
      await expect(session.log).toHaveAttribute("data-gap-count", "1");
    });

    const framings = [
      { name: "replay of the history on connect", stream: { replay: true } },
      { name: "every frame twice", stream: { duplicate_every: 1 } },
      { name: "every second frame after the next", stream: { reorder_every: 2 } },
      { name: "replayed, doubled, swapped and nameless frames", stream: { replay: true, duplicate_every: 2, reorder_every: 3, omit_event_names: true } },
    ];
    for (const { name, stream } of framings) {
      test(`${name}: every event once, in order`, async ({ page, connect }) => {
        const { server, session, id } = await watch(page, await connect(way));
        const known = await emit(server, id, 100);
        await session.expectEventCount(known);
        await server.fault({ match: STREAM, times: 0, effect: { stream, cut_after_bytes: 150_000 } });
        await server.restart();
        await expect.poll(async () => (await server.faultCounts()).hits, "the framing is used").toBeGreaterThan(0);
        await emit(server, id, 400);
        await server.clearFaults();
        await expectSameLog(session, server, id);
      });
    }

    // Both ways end in the same machine; the one without status codes only learns them by another request.
    for (const status of way === "key on another origin" ? [500, 502, 503, 529] : [503]) {
      test(`${status} on reconnect is tried again`, async ({ page, connect }) => {
        const { server, session, id } = await watch(page, await connect(way));
        await server.fault({ match: STREAM, times: 2, effect: { status } });
        await server.restart();
        await emit(server, id, 100);
        await expect.poll(async () => (await server.faultCounts()).hits).toBe(2);
        await session.expectLive();
        expect((await server.faultCounts()).hits, "no more than were refused").toBe(2);
        await expectSameLog(session, server, id);
      });
    }

    test("429 on reconnect: not before the time that the server named", async ({ page, connect }) => {
      await installClock(page);
      const { server, session, id } = await watch(page, await connect(way));
      await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000);
      const refused = { status: 429, retry_after: 30 };
      await server.fault({ match: STREAM, effect: refused });
      // Without status codes the list beside the stream tells why.
      if (way === "gateway on the same origin") {
        await server.fault({ match: { method: "GET", path: "/v1/sessions/*/events" }, effect: refused });
      }
      await server.restart();
      await expect(session.stream).toHaveAttribute("data-stream", "reconnecting");
      // Longer than the first pause before a new attempt.
      await page.clock.runFor(1_000);
      await expect(page.getByText(/rate limit/i).first()).toBeVisible();
      await emit(server, id, 50);
      const { opened } = (await server.stats()).streams;
      await page.clock.runFor(28_000);
      await expect(session.stream).toHaveAttribute("data-stream", "reconnecting");
      expect((await server.stats()).streams.opened, "no stream was opened too early").toBe(opened);
      await page.clock.resume();
      await session.expectLive();
      await expectSameLog(session, server, id);
    });

    for (const status of way === "key on another origin" ? [401, 403, 404] : [404]) {
      test(`${status} on reconnect ends with an explanation; what was there stays`, async ({ page, connect }) => {
        const { server, session, id } = await watch(page, await connect(way));
        const known = await emit(server, id, 50);
        await session.expectEventCount(known);
        // Of the way without status codes, the request that asks why is refused as well.
        await server.fault({ match: { method: "GET", contains: `/v1/sessions/${id}` }, times: 0, effect: { status } });
        await server.restart();
        await expect(session.stream).toHaveAttribute("data-stream", "ended");
        await expect(page.getByText(new RegExp(`\\(${status}\\)`)).first()).toBeVisible();
        await server.clearFaults();
        await expectSameLog(session, server, id);
      });
    }

    test("what a stream that fell silent does not tell is found, and after its time the next one takes its place", async ({ page, connect }) => {
      await installClock(page);
      const server = await connect(way);
      await server.fault({ match: STREAM, effect: { stall_after_bytes: 5_000 } });
      const { session, id } = await watch(page, server);
      const known = await emit(server, id, 200);
      await expect(session.log).not.toHaveAttribute("data-event-count", "0");
      const heard = Number(await session.log.getAttribute("data-event-count"));
      expect(heard, "the stream fell silent").toBeLessThan(known);
      await letRun(page, 15_000);
      await session.expectEventCount(known);
      await expectSameLog(session, server, id);
      const { opened } = (await server.stats()).streams;
      await letRun(page, PATIENCE[way] + 30_000);
      expect((await server.stats()).streams.opened, "a stream was opened in its place").toBeGreaterThan(opened);
      await session.expectLive();
      await expect.poll(async () => (await server.stats()).streams.open).toBe(1);
      await expectSameLog(session, server, id);
    });

    test("a laptop sleeps for an hour: its dead stream is noticed on waking", async ({ page, connect }) => {
      await installClock(page);
      const server = await connect(way);
      await server.fault({ match: STREAM, effect: { stall_after_bytes: 0 } });
      const { session, id } = await watch(page, server);
      await emit(server, id, 200);
      await session.expectEventCount(0);
      await page.clock.fastForward("01:00:00");
      await expectSameLog(session, server, id);
      await session.expectLive();
      await expect(session.log).toHaveAttribute("data-gap-count", "1");
    });

    test("offline and online again", async ({ page, context, connect }) => {
      const { server, session, id } = await watch(page, await connect(way));
      const known = await emit(server, id, 50);
      await session.expectEventCount(known);
      await context.setOffline(true);
      await expect(session.stream).toHaveAttribute("data-stream", "offline");
      await emit(server, id, 200);
      await session.expectEventCount(known);
      await context.setOffline(false);
      await session.expectLive();
      await expectSameLog(session, server, id);
      await expect(session.log).toHaveAttribute("data-gap-count", "1");
    });

    test("a restart of the server that takes a while", async ({ page, connect }) => {
      const { server, session, id } = await watch(page, await connect(way));
      await server.send(id, message("emit 400 at 20"));
      await expect(session.log).not.toHaveAttribute("data-event-count", "0");
      const streams = await session.watchStream();
      await server.restart(1_500);
      await expect.poll(streams).toContain("reconnecting");
      await expect.poll(() => server.idles(id).catch(() => 0)).toBe(1);
      await session.expectLive();
      await expectSameLog(session, server, id);
    });

    test("the session is deleted while it is watched", async ({ page, connect }) => {
      const { server, session, id } = await watch(page, await connect(way));
      const known = await emit(server, id, 50);
      await session.expectEventCount(known);
      const stored = (await server.events(id)).map((event) => event.id);
      await deleteSession(server, id);
      await expect(session.stream).toHaveAttribute("data-stream", "ended");
      await session.eventsTab.click();
      await expect(session.row("session.deleted")).toBeVisible();
      const shown = (await session.allRows()).map((row) => row.id);
      expect(shown.slice(0, stored.length), "its events can still be read").toEqual(stored);
      expect(shown).toHaveLength(stored.length + 1);
      await expect(session.sendButton).toBeDisabled();
    });

    test("the session is deleted while nobody is connected", async ({ page, connect }) => {
      const { server, session, id } = await watch(page, await connect(way));
      const known = await emit(server, id, 50);
      await session.expectEventCount(known);
      await server.fault({ match: STREAM, times: 0, effect: { status: 503 } });
      await server.restart();
      await deleteSession(server, id);
      await server.clearFaults();
      await session.reconnectImpatiently();
      await expect(session.stream).toHaveAttribute("data-stream", "ended");
      await expect(page.getByText(/not found/i).first()).toBeVisible();
      await session.expectEventCount(known);
    });

    test("a hidden tab keeps up and is complete when it is shown again", async ({ page, connect }) => {
      const { server, session, id } = await watch(page, await connect(way));
      await setHidden(page, true);
      const known = await emit(server, id, 300);
      // No frames are drawn in a hidden tab; the count must move all the same.
      await session.expectEventCount(known);
      await setHidden(page, false);
      await expectSameLog(session, server, id);
      await expect(session.log).toHaveAttribute("data-gap-count", "0");
    });

    test("a tab whose stream died while it was hidden reconnects when it is shown", async ({ page, connect }) => {
      await installClock(page);
      const server = await connect(way);
      await server.fault({ match: STREAM, effect: { stall_after_bytes: 0 } });
      const { session, id } = await watch(page, server);
      await setHidden(page, true);
      await emit(server, id, 100);
      const opened = async () => (await server.stats()).streams.opened;
      const before = await opened();
      // Shorter than the watchdog's patience: only the return can be what reconnects.
      await page.clock.runFor(25_000);
      expect(await opened()).toBe(before);
      await setHidden(page, false);
      await expect.poll(opened).toBe(before + 1);
      await session.expectLive();
      await expectSameLog(session, server, id);
    });
  });
}

test("events that happen while no page is open are all there later", async ({ page, connect }) => {
  const { server, session, id } = await watch(page, await connect());
  const known = await emit(server, id, 100);
  await session.expectEventCount(known);
  await page.goto("about:blank");
  await emit(server, id, 1_500);
  await page.goBack();
  await session.expectLive();
  await expectSameLog(session, server, id);
});

async function watch(page: Page, server: DemoServer) {
  const id = await server.createSession("Firehose");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  return { server, session, id };
}

/** One turn of so many events and a few around them; returns how many the log has at its end. */
async function emit(server: DemoServer, id: string, count: number): Promise<number> {
  const before = await server.idles(id);
  await server.send(id, message(`emit ${count} at ${count}`));
  await expect.poll(() => server.idles(id)).toBe(before + 1);
  return (await server.events(id)).length;
}

/** The status lags behind the last event, and a running session cannot be deleted. */
async function deleteSession(server: DemoServer, id: string): Promise<void> {
  await expect.poll(async () => (await server.session(id)).status).toBe("idle");
  await server.delete(id);
}

/**
 * Chromium without a window never hides a tab: with another in front, minimised or frozen over CDP, `visibilityState`
 * stays "visible" and frames go on. So the page is told what a hidden tab is told, and gets no frames, as there.
 */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    type Frames = { realFrame?: typeof requestAnimationFrame };
    const real = ((window as Frames).realFrame ??= window.requestAnimationFrame.bind(window));
    const waiting: FrameRequestCallback[] = ((window as { waiting?: FrameRequestCallback[] }).waiting ??= []);
    window.requestAnimationFrame = hidden ? (callback) => -waiting.push(callback) : real;
    if (!hidden) for (const callback of waiting.splice(0)) real(callback);
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (hidden ? "hidden" : "visible") });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}
