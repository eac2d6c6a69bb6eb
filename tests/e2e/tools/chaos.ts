import { inWords, type Outcome, weather } from "../support/storm";
import { connectPageTo, expect, test, WAYS } from "../support/test";

const CUTS = Number(process.env.CHAOS_CUTS ?? 2_000);

// The record of a storm would hold every list and every stream.
test.use({ trace: "off" });

/** Streams that hardly begin, that carry a screenful, and that carry a page of the history. */
const LONGEST_STREAMS = [2_000, 40_000, 250_000];

test("storms, each with a new page, until there were enough cuts", async ({ browser, host, remote, speed }) => {
  test.setTimeout(0);
  const total: Outcome = { cuts: 0, events: 0, lost: [], doubled: [], invented: [], sameOrder: true };
  for (let round = 0; total.cuts < CUTS; round += 1) {
    const way = WAYS[round % WAYS.length] ?? "key on another origin";
    const longestStream = LONGEST_STREAMS[round % LONGEST_STREAMS.length] ?? 40_000;
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const server = await connectPageTo(page, way, host, remote);
    const cuts = Math.min(200, CUTS - total.cuts);
    const result = await weather(page, server, { cuts, events: 20_000, rate: 400, longestStream, speed, seed: round });
    console.log(`round ${round + 1}: ${inWords(result)} (${way}, streams of up to ${longestStream} bytes)`);
    total.cuts += result.cuts;
    total.events += result.events;
    total.lost.push(...result.lost);
    total.doubled.push(...result.doubled);
    await context.close();
    await Promise.all([host.reset(), remote.reset()]);
  }
  console.log(`chaos: ${inWords(total)}`);
  expect(total.cuts).toBeGreaterThanOrEqual(CUTS);
});
