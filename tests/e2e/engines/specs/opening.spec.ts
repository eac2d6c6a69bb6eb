import { WAYS } from "../../support/test";
import { median } from "../../support/bench/figure";
import { SessionScreen } from "../pages/session";
import { SessionsScreen } from "../pages/sessions";
import { BARS, note, type Opened } from "../support/opening";
import { expect, test } from "../test";

const OPENINGS = 5;

for (const way of WAYS) {
  test(`a quiet session is on the screen and kept up to date soon after the click: ${way}`, async ({ tab, connect, server, engine }) => {
    test.setTimeout(180_000);
    await connect(way);
    const id = await server.sessionTitled("First look at lantern");
    const stored = await server.events(id);
    const expected = { count: stored.length, patience: 25_000 };
    const sessions = new SessionsScreen(tab);
    const session = new SessionScreen(tab);
    const opened: Opened[] = [];
    for (let times = 0; times < OPENINGS; times += 1) {
      await sessions.linkTo(id).expectVisible();
      await tab.evaluate(watchOpening, expected);
      await sessions.linkTo(id).click();
      await expect
        .poll(() => tab.evaluate(() => (window as unknown as { opened?: Opened }).opened ?? null), { timeout: 30_000 })
        .not.toBeNull();
      opened.push(await tab.evaluate(() => (window as unknown as { opened: Opened }).opened));
      await session.expectEventCount(stored.length);
      await sessions.open();
    }
    const measured = { history: median(opened.map((one) => one.history)), kept: median(opened.map((one) => one.kept)) };
    note(test.info(), { engine: engine.version, way, ...measured, opened });
    expect.soft(measured.history, "ms from the click to the history").toBeLessThanOrEqual(BARS.history);
    expect.soft(measured.kept, "ms from the click to live or polling").toBeLessThanOrEqual(BARS.kept);
  });
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
