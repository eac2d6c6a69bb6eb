import { appendFileSync } from "node:fs";

/** Samples of each kind; an odd number has a median of its own. */
export const RUNS = Number(process.env.BENCH_RUNS ?? 5);
/** A first impression: shorter loads, the same bars. */
export const QUICK = process.env.BENCH_QUICK === "1";
/** Samples of what takes long. */
export const REPEATS = QUICK ? 1 : RUNS;

/** One line of the table. `value` may not exceed `bar`. */
export interface Figure {
  name: string;
  value: number;
  bar: number;
  goal?: number;
  unit: "ratio" | "ms" | "ms per minute" | "tasks" | "%" | "events";
  /** What the value was computed from, in words. */
  detail: string;
}

export function record(figure: Figure): void {
  const output = process.env.BENCH_OUTPUT;
  if (output) appendFileSync(output, `${JSON.stringify(figure)}\n`);
  const shown = `${figure.name}: ${round(figure.value)} (at most ${figure.bar}) ${figure.unit}; ${figure.detail}`;
  console.log(shown);
}

export function median(samples: number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [below, above] = [sorted[sorted.length % 2 ? middle : middle - 1], sorted[middle]];
  return ((below ?? Number.NaN) + (above ?? Number.NaN)) / 2;
}

/** Both medians and how they relate. */
export function compare(ours: number[], baseline: number[], names: [string, string]): { value: number; detail: string } {
  const [own, other] = [median(ours), median(baseline)];
  return { value: own / other, detail: `${names[0]} ${inMs(ours)}, ${names[1]} ${inMs(baseline)}` };
}

/** Median and range. */
export function inMs(samples: number[]): string {
  return `${round(median(samples))} ms (${round(Math.min(...samples))} to ${round(Math.max(...samples))})`;
}

export function round(value: number): string {
  return value.toFixed(Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0);
}
