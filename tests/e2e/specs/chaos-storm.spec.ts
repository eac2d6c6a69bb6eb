import { weather } from "../support/storm";
import { expect, test, WAYS } from "../support/test";

const SPEED = 10;
test.use({ speed: SPEED });

for (const [seed, way] of WAYS.entries()) {
  test(`200 cuts at random bytes over 20,000 events: ${way}`, async ({ page, connect }) => {
    test.setTimeout(300_000);
    const server = await connect(way);
    const storm = { cuts: 200, events: 20_000, rate: 400, longestStream: 40_000, speed: SPEED, seed };
    const { events, cuts, lost, doubled } = await weather(page, server, storm);
    const numbers = `${cuts} cuts, ${events} events, ${lost.length} lost, ${doubled.length} doubled, order equal`;
    console.log(`chaos: ${numbers} (${way})`);
    expect(events).toBeGreaterThanOrEqual(20_000);
    expect(cuts).toBeGreaterThanOrEqual(200);
  });
}
