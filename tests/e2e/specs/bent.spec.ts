import { look, looksInWords, noLooks, TALL } from "../support/bent";
import { installClock } from "../support/fake-clock";
import { test, WAYS } from "../support/test";

test.use({ viewport: TALL });

const SEEDS = 20;

for (const [part, way] of WAYS.entries()) {
  test(`a server that bends every object hides nothing and stops nothing: ${way}`, async ({ page, connect }) => {
    await installClock(page);
    const server = await connect(way);
    const total = noLooks();
    for (let seed = part; seed < SEEDS; seed += WAYS.length) await look(page, server, seed, total);
    console.log(looksInWords(total));
  });
}
