import type { DemoServer } from "../../support/demo-server";
import { WAYS } from "../../support/test";
import { median } from "../../support/bench/figure";
import type { Engine, Tab } from "../drivers/driver";
import { SessionScreen } from "../pages/session";
import { SessionsScreen } from "../pages/sessions";
import { BARS, note, type Opened } from "../support/opening";
import { expect, test } from "../test";

const OPENINGS = 5;
const SILENT = {
  match: { method: "GET", path: "/v1/sessions/*/events/stream" },
  times: 0,
  effect: { stream: { no_opening_comment: true } },
};

for (const way of WAYS) {
  test(`a quiet session is on the screen and kept up to date soon after the click: ${way}`, async ({ tab, connect, server, engine }) => {
    await connect(way);
    expectSoon(engine, way, await openings(tab, server));
  });

  test(`neither waits for a word of the stream: ${way}`, async ({ tab, connect, server, engine }) => {
    await connect(way);
    await server.fault(SILENT);
    expectSoon(engine, `${way}, silent stream`, await openings(tab, server));
  });
}

function expectSoon(engine: Engine, way: string, opened: Opened[]): void {
  const [history, kept] = [median(opened.map((one) => one.history)), median(opened.map((one) => one.kept))];
  note(test.info(), { engine: engine.version, way, history, kept, opened });
  expect.soft(history, "ms from the click to the history").toBeLessThanOrEqual(BARS.history);
  expect.soft(kept, "ms from the click to live or polling").toBeLessThanOrEqual(BARS.kept);
}

/** Opens a quiet past session from the list of sessions, again and again. */
async function openings(tab: Tab, server: DemoServer): Promise<Opened[]> {
  const id = await server.sessionTitled("First look at lantern");
  const { length: count } = await server.events(id);
  const sessions = new SessionsScreen(tab);
  const opened: Opened[] = [];
  for (let times = 0; times < OPENINGS; times += 1) {
    await sessions.linkTo(id).expectVisible();
    await tab.evaluate(watchOpening, { count, patience: 25_000 });
    await sessions.linkTo(id).click();
    const measured = () => tab.evaluate(() => (window as unknown as { opened?: Opened }).opened ?? null);
    await expect.poll(measured, "the opening is over").not.toBeNull();
    opened.push((await measured()) as Opened);
    await new SessionScreen(tab).expectEventCount(count);
    await sessions.open();
  }
  return opened;
}

/**
 * Runs in the page: from the next click, when the whole history has been painted and when the stream status says that
 * the page is kept up to date.
 */
function watchOpening({ count, patience }: { count: number; patience: number }): void {
  Reflect.deleteProperty(window, "opened");
  const isShown = () => {
    const log = document.querySelector(`[data-event-count="${count}"]`);
    const row = log?.querySelector("[data-event-id]");
    return row !== null && row !== undefined && row.getBoundingClientRect().height > 0;
  };
  const isKept = () => document.querySelector('[data-stream="live"], [data-stream="polling"]') !== null;
  const until = (clicked: number, isDone: () => boolean) =>
    new Promise<number>((done) => {
      const look = () => {
        const since = performance.now() - clicked;
        // What stands in the document at one frame has been painted by the next.
        if (isDone()) requestAnimationFrame(() => done(performance.now() - clicked));
        else if (since > patience) done(since);
        else requestAnimationFrame(look);
      };
      look();
    });
  const begin = async () => {
    const clicked = performance.now();
    const [history, kept] = await Promise.all([until(clicked, isShown), until(clicked, isKept)]);
    Object.assign(window, { opened: { history, kept } });
  };
  addEventListener("click", begin, { capture: true, once: true });
}
