import type { CDPSession, Page } from "@playwright/test";

/** What a page holds on to, after everything that it has let go was collected. */
export interface Footprint {
  listeners: number;
  nodes: number;
  functions: number;
  /** Promises, abort controllers, streams and event sources. */
  pending: number;
  heapBytes: number;
  wasmBytes: number;
}

const PENDING = ["Promise", "AbortController", "AbortSignal", "ReadableStream", "Response", "EventSource", "ResizeObserver"];

export async function footprint(page: Page): Promise<Footprint> {
  const browser = await page.context().newCDPSession(page);
  try {
    await browser.send("Performance.enable");
    // The browser's own notes about the newest 250 requests.
    await page.evaluate(() => performance.clearResourceTimings());
    // Twice: what a finaliser of the first collection lets go is only collected by the next.
    for (let times = 0; times < 2; times += 1) await browser.send("HeapProfiler.collectGarbage");
    const { metrics } = await browser.send("Performance.getMetrics");
    const metric = (name: string) => metrics.find((one) => one.name === name)?.value ?? Number.NaN;
    let pending = 0;
    for (const kind of PENDING) pending += await over(browser, `${kind}.prototype`, "this.length");
    return {
      listeners: metric("JSEventListeners"),
      nodes: metric("Nodes"),
      functions: await over(browser, "Function.prototype", "this.length"),
      pending,
      heapBytes: metric("JSHeapUsedSize"),
      wasmBytes: await over(
        browser,
        "WebAssembly.Memory.prototype",
        "this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0)",
      ),
    };
  } finally {
    await browser.detach();
  }
}

/** An expression over the array of all living objects with a prototype. */
async function over(browser: CDPSession, prototype: string, expression: string): Promise<number> {
  const objectGroup = "footprint";
  const { result } = await browser.send("Runtime.evaluate", { expression: prototype, objectGroup });
  const { objects } = await browser.send("Runtime.queryObjects", { prototypeObjectId: result.objectId ?? "", objectGroup });
  const answer = await browser.send("Runtime.callFunctionOn", {
    functionDeclaration: `function () { return ${expression}; }`,
    returnByValue: true,
    ...(objects.objectId ? { objectId: objects.objectId } : {}),
  });
  await browser.send("Runtime.releaseObjectGroup", { objectGroup });
  return Number(answer.result.value);
}
