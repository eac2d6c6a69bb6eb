import type { Browser, CDPSession, Page } from "@playwright/test";

export interface Task {
  /** Milliseconds on the page's clock. */
  startTime: number;
  /** Milliseconds from its beginning to its end. */
  duration: number;
  /** Milliseconds that the processor worked on it: what is left where nothing else runs beside it. */
  processor: number;
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
}

const MARK = "bench-task-clock";

/** All tasks of a page's main thread, as the browser traces them; pages themselves are told of those over 50 ms only. */
export class Tasks {
  readonly #browser: CDPSession;
  readonly #events: TraceEvent[] = [];
  readonly #zero: number;

  private constructor(browser: CDPSession, zero: number) {
    this.#browser = browser;
    this.#zero = zero;
    browser.on("Tracing.dataCollected", ({ value }) => this.#events.push(...(value as unknown as TraceEvent[])));
  }

  static async of(browser: Browser, page: Page): Promise<Tasks> {
    const session = await browser.newBrowserCDPSession();
    const traceConfig = { includedCategories: ["toplevel", "blink.user_timing"] };
    await session.send("Tracing.start", { transferMode: "ReportEvents", traceConfig });
    // The mark tells which of the traced threads is the page's, and what the page's clock is on that of the trace.
    const zero = await page.evaluate((mark) => performance.mark(mark).startTime, MARK);
    return new Tasks(session, zero);
  }

  /** The tasks since the beginning. Call it once. */
  async end(): Promise<Task[]> {
    const complete = new Promise((done) => this.#browser.once("Tracing.tracingComplete", done));
    await this.#browser.send("Tracing.end");
    await complete;
    await this.#browser.detach();
    const mark = this.#events.find(({ name }) => name === MARK);
    if (!mark) throw new Error("the trace has no mark of the page");
    return this.#events
      .filter(({ name, ph, pid, tid }) => /RunTask$/.test(name) && ph === "X" && pid === mark.pid && tid === mark.tid)
      .map(({ ts, dur = 0, tdur = dur }) => ({
        startTime: this.#zero + (ts - mark.ts) / 1_000,
        duration: dur / 1_000,
        processor: tdur / 1_000,
      }));
  }
}
