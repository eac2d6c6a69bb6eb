import type { Page } from "@playwright/test";

export interface LongTask {
  startTime: number;
  duration: number;
}

/** From now on notes tasks of 50 ms and more. */
export async function watchLongTasks(page: Page): Promise<() => Promise<LongTask[]>> {
  await page.evaluate(() => {
    const tasks: LongTask[] = [];
    const note = (entries: PerformanceEntry[]) =>
      tasks.push(...entries.map(({ startTime, duration }) => ({ startTime, duration })));
    const observer = new PerformanceObserver((list) => note(list.getEntries()));
    observer.observe({ type: "longtask" });
    Object.assign(window, {
      longTasks: () => {
        note(observer.takeRecords());
        return tasks;
      },
    });
  });
  return () => page.evaluate(() => (window as unknown as { longTasks: () => LongTask[] }).longTasks());
}

export const now = (page: Page): Promise<number> => page.evaluate(() => performance.now());
