import { inWords, weather } from "../support/storm";
import { expect, test, WAYS } from "../support/test";

// The record of a storm would hold every list and every stream.
test.use({ trace: "off" });

for (const [seed, way] of WAYS.entries()) {
  test(`200 cuts at random bytes over 20,000 events: ${way}`, async ({ page, connect, speed }) => {
    test.setTimeout(900_000);
    const server = await connect(way);
    const storm = { cuts: 200, events: 20_000, rate: 400, longestStream: 40_000, speed, seed };
    const result = await weather(page, server, storm);
    console.log(`chaos: ${inWords(result)} (${way})`);
    expect(result.events).toBeGreaterThanOrEqual(storm.events);
    expect(result.cuts).toBeGreaterThanOrEqual(storm.cuts);
  });
}
