import { compare, record, RUNS } from "../../support/bench/figure";
import { test } from "../../support/test";

const LOAD = { events: 20_000, bytes: 700, chunk: 16 << 10 };

interface Way {
  events: number;
  ms: number;
}

declare global {
  interface Window {
    decodeBench: (load: typeof LOAD & { runs: number }) => { ours: Way; theirs: Way }[];
  }
}

test("decode", async ({ page, host }) => {
  await page.goto(`${host.url}/decode/decode.html`);
  await page.waitForFunction(() => "decodeBench" in window);
  const rounds = await page.evaluate((load) => window.decodeBench(load), { ...LOAD, runs: RUNS });
  for (const { ours, theirs } of rounds) {
    if (ours.events !== LOAD.events || theirs.events !== LOAD.events) throw new Error(`decoded ${ours.events} and ${theirs.events}`);
  }
  const own = rounds.map((round) => round.ours.ms);
  const other = rounds.map((round) => round.theirs.ms);
  record({
    name: "bytes to decoded events, 20,000 of 700 B: ours / eventsource-parser and JSON.parse",
    ...compare(own, other, ["ours", "theirs"]),
    bar: 1.3,
    goal: 1,
    unit: "ratio",
  });
});
