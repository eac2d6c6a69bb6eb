import { writeFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/test";
import { SessionPage } from "../pages/session-page";
import { SessionsPage } from "../pages/sessions-page";

const RUNS = Number(process.env.BENCH_RUNS ?? 5);
const OUTPUT = process.env.BENCH_OUTPUT;

interface Figure {
  name: string;
  median: number;
  min: number;
  max: number;
}

test("start-up and opening a long session", async ({ browser, host }) => {
  const long = await host.sessionTitled("10,000 events");
  const count = (await host.events(long)).length;
  const samples = new Map<string, number[]>();
  const note = (name: string, ms: number) => samples.set(name, [...(samples.get(name) ?? []), ms]);

  for (let run = 0; run < RUNS; run += 1) {
    // A new context has an empty cache, as a first visit has.
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(watchForElement, 'button[type="submit"]');
    await page.goto(`${host.url}/#/connect`);
    note("navigation start to usable Connect screen", await shownAt(page));

    await page.getByRole("button", { name: "Try the demo" }).click();
    const link = new SessionsPage(page).linkTo(long);
    await expect(link).toBeVisible();
    const clicked = await page.evaluate(() => performance.now());
    const painted = page.evaluate(paintedWithAll, String(count));
    await link.click();
    note(`click to all ${count} events known and newest painted`, (await painted) - clicked);
    await expect(new SessionPage(page).log).toBeVisible();
    await context.close();
  }

  const figures: Figure[] = [...samples].map(([name, values]) => {
    const sorted = values.toSorted((a, b) => a - b);
    const at = (index: number) => sorted[index] ?? Number.NaN;
    return { name, median: at(Math.floor(sorted.length / 2)), min: at(0), max: at(sorted.length - 1) };
  });
  if (OUTPUT) writeFileSync(OUTPUT, JSON.stringify(figures, null, 2));
  else console.table(figures);
});

/** Runs in the page before its scripts: notes when a matching element has first been painted. */
function watchForElement(selector: string): void {
  const look = () => {
    if (!document.querySelector(selector)) {
      requestAnimationFrame(look);
      return;
    }
    requestAnimationFrame(() => Object.assign(window, { shownAt: performance.now() }));
  };
  requestAnimationFrame(look);
}

async function shownAt(page: Page): Promise<number> {
  const shown = await page.waitForFunction(() => (window as unknown as { shownAt?: number }).shownAt);
  return (await shown.jsonValue()) ?? Number.NaN;
}

/** Runs in the page: the time at which the log knows all events and the frame that shows it has been drawn. */
function paintedWithAll(count: string): Promise<number> {
  return new Promise((resolve) => {
    const look = () => {
      const log = document.querySelector("[data-event-count]");
      if (log?.getAttribute("data-event-count") !== count) {
        requestAnimationFrame(look);
        return;
      }
      requestAnimationFrame(() => resolve(performance.now()));
    };
    requestAnimationFrame(look);
  });
}
