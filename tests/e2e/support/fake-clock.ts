import type { Page } from "@playwright/test";

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
