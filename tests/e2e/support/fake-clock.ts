import { expect, type Page, type Request } from "@playwright/test";

/**
 * Puts the page's time into the test's hands (`page.clock`); call it before the page is opened.
 *
 * Playwright numbers its timers from 10^12 on. The page keeps such numbers in 32 bits, as the standard has it, and would
 * clear the wrong ones, so they are made small on the way.
 */
export async function installClock(page: Page): Promise<void> {
  await page.clock.install();
  await page.addInitScript(() => {
    const FIRST = 1_000_000_000_000;
    const timers = window as unknown as Record<string, (...args: unknown[]) => number>;
    const pairs = [
      ["setTimeout", "clearTimeout"],
      ["setInterval", "clearInterval"],
      ["requestAnimationFrame", "cancelAnimationFrame"],
      ["requestIdleCallback", "cancelIdleCallback"],
    ] as const;
    for (const [set, clear] of pairs) {
      const [start, stop] = [timers[set], timers[clear]];
      if (!start || !stop) continue;
      timers[set] = (...args) => start(...args) - FIRST;
      timers[clear] = (id) => stop(Number(id) + FIRST);
    }
  });
}

/**
 * Lets the page's time run, and after each step waits until nothing but its streams is under way: what a server answers
 * takes no time of the page.
 */
export async function letRun(page: Page, ms: number, step = 1_000): Promise<void> {
  const underWay = new Set<Request>();
  const begins = (request: Request) => {
    if (!/\/stream(\?|$)/.test(request.url())) underWay.add(request);
  };
  const ends = (request: Request) => underWay.delete(request);
  page.on("request", begins).on("requestfinished", ends).on("requestfailed", ends);
  for (let passed = 0; passed < ms; passed += step) {
    await page.clock.runFor(step);
    // Requests are told before the answer to a question that is put later.
    await page.evaluate(() => null);
    await expect.poll(() => underWay.size).toBe(0);
  }
  page.off("request", begins).off("requestfinished", ends).off("requestfailed", ends);
}
