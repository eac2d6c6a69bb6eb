import type { CDPSession, Page } from "@playwright/test";

/** Milliseconds of the page's main thread. */
export interface Cost {
  script: number;
  layout: number;
  style: number;
  /** All tasks: the above, reading, painting and the browser's own. */
  task: number;
}

/** What the browser says about one page behind its back: nothing here runs in the page while it is measured. */
export class Renderer {
  readonly #browser: CDPSession;

  private constructor(browser: CDPSession) {
    this.#browser = browser;
  }

  static async of(page: Page): Promise<Renderer> {
    const browser = await page.context().newCDPSession(page);
    await browser.send("Performance.enable");
    return new Renderer(browser);
  }

  async cost(work: () => Promise<void>): Promise<Cost> {
    const before = await this.#spent();
    await work();
    const after = await this.#spent();
    const since = (part: keyof Cost) => after[part] - before[part];
    return { script: since("script"), layout: since("layout"), style: since("style"), task: since("task") };
  }

  /** JavaScript's heap after everything unreachable was collected. */
  async heapBytes(): Promise<number> {
    for (let times = 0; times < 2; times += 1) await this.#browser.send("HeapProfiler.collectGarbage");
    return this.#metric(await this.#metrics(), "JSHeapUsedSize");
  }

  async #spent(): Promise<Cost> {
    const metrics = await this.#metrics();
    const ms = (name: string) => 1_000 * this.#metric(metrics, name);
    return {
      script: ms("ScriptDuration"),
      layout: ms("LayoutDuration"),
      style: ms("RecalcStyleDuration"),
      task: ms("TaskDuration"),
    };
  }

  async #metrics() {
    return (await this.#browser.send("Performance.getMetrics")).metrics;
  }

  #metric(metrics: { name: string; value: number }[], name: string): number {
    return metrics.find((one) => one.name === name)?.value ?? Number.NaN;
  }
}
