import type { CDPSession, Page } from "@playwright/test";

/** What a page holds on to, after everything that it has let go was collected. */
export interface Footprint {
  listeners: number;
  nodes: number;
  functions: number;
  /** Promises, abort controllers, streams, event sources and the like. */
  pending: number;
  /** Objects, closures, arrays and strings of the page; neither compiled code nor what the browser notes for itself. */
  objectBytes: number;
  wasmBytes: number;
  /** Everything, compiled code included. */
  heapBytes: number;
}

const PENDING = ["Promise", "AbortController", "AbortSignal", "ReadableStream", "Response", "EventSource", "ResizeObserver"];
const NOT_THE_PAGE = ["code", "native", "synthetic", "hidden"];

export async function footprint(page: Page): Promise<Footprint> {
  const browser = await page.context().newCDPSession(page);
  try {
    await browser.send("Performance.enable");
    // Twice: what a finaliser of the first collection lets go is only collected by the next.
    for (let times = 0; times < 2; times += 1) await browser.send("HeapProfiler.collectGarbage");
    const { metrics } = await browser.send("Performance.getMetrics");
    const metric = (name: string) => metrics.find((one) => one.name === name)?.value ?? Number.NaN;
    let pending = 0;
    for (const kind of PENDING) pending += await over(browser, `${kind}.prototype`, "this.length");
    const memories = "this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0)";
    return {
      listeners: metric("JSEventListeners"),
      nodes: metric("Nodes"),
      functions: await over(browser, "Function.prototype", "this.length"),
      pending,
      objectBytes: await objectBytes(browser),
      wasmBytes: await over(browser, "WebAssembly.Memory.prototype", memories),
      heapBytes: metric("JSHeapUsedSize"),
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

interface HeapSnapshot {
  snapshot: { meta: { node_fields: string[]; node_types: [string[]] } };
  nodes: number[];
}

async function objectBytes(browser: CDPSession): Promise<number> {
  const chunks: string[] = [];
  browser.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => chunks.push(chunk));
  await browser.send("HeapProfiler.takeHeapSnapshot", {});
  const { snapshot, nodes } = JSON.parse(chunks.join("")) as HeapSnapshot;
  const { node_fields: fields, node_types: [types] } = snapshot.meta;
  const [type, size] = [fields.indexOf("type"), fields.indexOf("self_size")];
  let bytes = 0;
  for (let at = 0; at < nodes.length; at += fields.length) {
    const kind = types[nodes[at + type] ?? -1];
    if (kind && !NOT_THE_PAGE.includes(kind)) bytes += nodes[at + size] ?? 0;
  }
  return bytes;
}
