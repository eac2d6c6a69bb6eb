import type { TestInfo } from "@playwright/test";
import type { FullResult, Reporter, TestCase } from "@playwright/test/reporter";

/** Milliseconds from the click that opens a session. */
export interface Opened {
  /** Until its history is on the screen. */
  history: number;
  /** Until the page says that it is kept up to date: live or polling. */
  kept: number;
}

/** What the median of five openings may take. */
export const BARS: Opened = { history: 1_000, kept: 1_500 };

/** Medians, and what they were computed from. */
interface Row extends Opened {
  engine: string;
  way: string;
  opened: Opened[];
}

const KIND = "opening";

/** Keeps a measurement for the table. */
export function note(test: TestInfo, row: Row): void {
  test.annotations.push({ type: KIND, description: JSON.stringify(row) });
}

/** Prints what was noted as one table, after everything else. */
export default class OpeningTable implements Reporter {
  readonly #rows: Row[] = [];

  onTestEnd(test: TestCase): void {
    for (const { type, description } of test.annotations) {
      if (type === KIND && description) this.#rows.push(JSON.parse(description) as Row);
    }
  }

  async onEnd(): Promise<{ status: FullResult["status"] } | undefined> {
    if (this.#rows.length === 0) return undefined;
    const cells = this.#rows.map(({ engine, way, history, kept, opened }) => [
      engine,
      way,
      told(history, BARS.history),
      told(kept, BARS.kept),
      opened.map((one) => `${Math.round(one.history)}/${Math.round(one.kept)}`).join(" "),
    ]);
    const head = ["Engine", "Way", `History (≤ ${BARS.history} ms)`, `Kept up (≤ ${BARS.kept} ms)`, "Each opening"];
    const widths = head.map((title, column) => Math.max(...[head, ...cells].map((row) => (row[column] ?? title).length)));
    const line = (row: string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
    console.log("\nFrom the click on a quiet session to its history and to live or polling, median of each engine:\n");
    console.log([line(head), line(widths.map((width) => "-".repeat(width))), ...cells.map(line)].join("\n"));
    return undefined;
  }
}

const told = (ms: number, bar: number): string => `${Math.round(ms)} ms${ms > bar ? ", MISSED" : ""}`;
