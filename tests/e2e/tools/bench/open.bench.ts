import type { Page } from "@playwright/test";
import { compare, record, RUNS } from "../../support/bench/figure";
import { openPlayground, openVanilla } from "../../support/bench/pages";
import type { DemoServer } from "../../support/demo-server";
import { expect, test } from "../../support/test";

/** Each is short, and they differ much: by when a frame begins, and by what else the two cores do. */
const OPENINGS = 3 * RUNS;

interface Opened {
  /** Milliseconds after the click. */
  newest: number;
  all: number;
}

test("open", async ({ browser, host }) => {
  const id = await host.sessionTitled("10,000 events");
  const stored = await host.events(id);
  const expected = { newest: stored.at(-1)?.id ?? "", count: String(stored.length) };
  const measure = async (openList: (page: Page, server: DemoServer) => Promise<void>): Promise<Opened> => {
    // A new context has nothing compiled and nothing cached.
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await openList(page, host);
    const link = page.locator(`a[href*="#/sessions/${id}"]`);
    await expect(link).toBeVisible();
    await page.evaluate(watchOpening, expected);
    await link.click();
    const opened = await page.evaluate(() => (window as unknown as { opened: Promise<Opened> }).opened);
    await context.close();
    return opened;
  };
  const [ours, theirs]: [Opened[], Opened[]] = [[], []];
  for (let run = 0; run < OPENINGS; run += 1) {
    ours.push(await measure(openPlayground));
    theirs.push(await measure(openVanilla));
  }
  const of = (opened: Opened[], part: keyof Opened) => opened.map((one) => one[part]);
  const all = compare(of(ours, "all"), of(theirs, "all"), ["ours", "vanilla"]);
  const newest = compare(of(ours, "newest"), of(theirs, "newest"), ["ours", "vanilla"]);
  record({
    name: "open 10,000 events, click to newest event painted: ours / vanilla",
    value: newest.value,
    detail: `${newest.detail}; all known: ${all.detail}`,
    bar: 1.5,
    unit: "ratio",
  });
});

/** Runs in the page: from the next click, when the newest event has been painted and when all events are known. */
function watchOpening({ newest, count }: { newest: string; count: string }): void {
  const until = (clicked: number, isDone: () => boolean) =>
    new Promise<number>((done) => {
      const look = () => {
        // What stands in the document at one frame has been painted by the next.
        if (isDone()) requestAnimationFrame(() => done(performance.now() - clicked));
        else requestAnimationFrame(look);
      };
      look();
    });
  const opened = new Promise<Opened>((done) => {
    const begin = async ({ timeStamp }: Event) => {
      const [first, all] = await Promise.all([
        until(timeStamp, () => document.querySelector(`[data-event-id="${newest}"]`) !== null),
        until(timeStamp, () => document.querySelector(`[data-event-count="${count}"]`) !== null),
      ]);
      done({ newest: first, all });
    };
    addEventListener("click", begin, { capture: true, once: true });
  });
  Object.assign(window, { opened });
}
