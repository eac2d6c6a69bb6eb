import { compare, record, RUNS } from "../../support/bench/figure";
import { test } from "../../support/test";

const LOAD = { events: 20_000, bytes: 700, chunk: 16 << 10 };

interface Way {
  events: number;
  ms: number;
}

interface OwnWay extends Way {
  /** Events whose body could be decoded, and the time until all were. */
  known: number;
  msWithBodies: number;
}

declare global {
  interface Window {
    decodeBench: (load: typeof LOAD & { runs: number }) => { ours: OwnWay; theirs: Way }[];
  }
}

test("decode", async ({ page, host }) => {
  await page.goto(`${host.url}/decode/decode.html`);
  await page.waitForFunction(() => "decodeBench" in window);
  const rounds = await page.evaluate((load) => window.decodeBench(load), { ...LOAD, runs: RUNS });
  for (const { ours, theirs } of rounds) {
    const counts = [ours.events, ours.known, theirs.events];
    if (counts.some((count) => count !== LOAD.events)) throw new Error(`decoded ${counts.join(", ")} events`);
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
  record({
    name: "the same with every body decoded, which the page does only for what it shows or learns from",
    ...compare(rounds.map((round) => round.ours.msWithBodies), other, ["ours", "theirs"]),
    bar: 1.6,
    unit: "ratio",
  });
});
