import { look, looksInWords, noLooks, TALL } from "../support/bent";
import { installClock } from "../support/fake-clock";
import { connectPageTo, test, WAYS } from "../support/test";

const SEEDS = Number(process.env.CHAOS_BENT ?? 2_000);

/** Seeds of one page; then a new one. */
const OF_A_PAGE = 50;

test.use({ trace: "off" });

test("servers that bend every object, each with another seed", async ({ browser, host, remote }) => {
  test.setTimeout(0);
  const total = noLooks();
  for (let first = 0; first < SEEDS; first += OF_A_PAGE) {
    const context = await browser.newContext({ viewport: TALL });
    const page = await context.newPage();
    page.on("pageerror", (error) => {
      throw error;
    });
    await installClock(page);
    const way = WAYS[(first / OF_A_PAGE) % WAYS.length] ?? "key on another origin";
    const server = await connectPageTo(page, way, host, remote);
    for (let seed = first; seed < Math.min(first + OF_A_PAGE, SEEDS); seed += 1) await look(page, server, seed, total);
    console.log(`bent: ${looksInWords(total)}`);
    await context.close();
    await Promise.all([host.reset(), remote.reset()]);
  }
});
