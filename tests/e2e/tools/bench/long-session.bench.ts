import type { StoredEvent } from "../../support/demo-server";
import { median, QUICK, record, REPEATS, round } from "../../support/bench/figure";
import { openEvents, openSession, openVanilla, pause, sessionOf } from "../../support/bench/pages";
import { Renderer } from "../../support/bench/renderer";
import { footprint } from "../../support/footprint";
import { test } from "../../support/test";

const EVENTS = QUICK ? 20_000 : 100_000;
const named = EVENTS.toLocaleString("en");

test("heap", async ({ browser, host }) => {
  const id = await sessionOf(host, EVENTS);
  const raw = bytesOf(await host.events(id));
  const [heaps, wasms]: [number[], number[]] = [[], []];
  for (let run = 0; run < REPEATS; run += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await openEvents(page, host, id);
    await pause(2_000);
    const { heapBytes, wasmBytes } = await footprint(page);
    heaps.push(heapBytes);
    wasms.push(wasmBytes);
    await context.close();
  }
  const [heapBytes, wasmBytes] = [median(heaps), median(wasms)];
  const context = await browser.newContext();
  const other = await context.newPage();
  await openVanilla(other, host);
  await openSession(other, host, id);
  await pause(2_000);
  const vanilla = await (await Renderer.of(other)).heapBytes();
  await context.close();
  const mb = (bytes: number) => `${round(bytes / 1e6)} MB`;
  record({
    name: `heap with ${named} events / their JSON`,
    value: (heapBytes + wasmBytes) / raw,
    detail: `JavaScript ${mb(heapBytes)} and wasm ${mb(wasmBytes)} for ${mb(raw)}; vanilla ${mb(vanilla)}`,
    bar: 3,
    unit: "ratio",
  });
});

test("scroll", async ({ page, host }) => {
  await openEvents(page, host, await sessionOf(host, EVENTS));
  await pause(1_000);
  const runs = [];
  for (let run = 0; run < REPEATS; run += 1) runs.push(await page.locator("[data-event-count]").evaluate(scrollThrough));
  const late = (frames: number[]) => frames.filter((ms) => ms > 50).length;
  const share = (frames: number[]) => (100 * late(frames)) / frames.length;
  const all = runs.flat();
  record({
    name: `scrolling through ${named} rows: frames over 50 ms`,
    value: median(runs.map(share)),
    detail: `${late(all)} of ${all.length} frames in ${runs.length} runs; median ${round(median(all))} ms, longest ${round(all.reduce((a, b) => Math.max(a, b)))} ms`,
    bar: 0.5,
    unit: "%",
  });
});

const bytesOf = (events: StoredEvent[]): number =>
  events.reduce((sum, event) => sum + Buffer.byteLength(JSON.stringify(event)), 0);

/** Runs in the page: from the first row to the last, in steps of three viewports, so that no row stays. */
async function scrollThrough(log: Element): Promise<number[]> {
  const frame = () => new Promise<number>((done) => requestAnimationFrame(done));
  log.scrollTop = 0;
  for (let settled = 0; settled < 10; settled += 1) await frame();
  const frames: number[] = [];
  let last = await frame();
  while (log.scrollTop + log.clientHeight < log.scrollHeight - 1) {
    log.scrollTop += 3 * log.clientHeight;
    const at = await frame();
    frames.push(at - last);
    last = at;
  }
  return frames;
}
