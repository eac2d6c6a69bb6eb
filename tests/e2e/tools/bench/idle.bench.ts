import { median, QUICK, record, REPEATS, round } from "../../support/bench/figure";
import { openPlayground, pause } from "../../support/bench/pages";
import { Renderer } from "../../support/bench/renderer";
import { test } from "../../support/test";
import { SessionPage } from "../../pages/session-page";

const SECONDS = QUICK ? 15 : 60;

test("idle", async ({ page, host }) => {
  await openPlayground(page, host);
  const session = new SessionPage(page);
  await session.open(await host.sessionTitled("10,000 events"));
  await session.expectLive();
  const renderer = await Renderer.of(page);
  // The last look at the end of the history comes 12 s after the connection.
  await pause(15_000);
  const costs = [];
  for (let run = 0; run < REPEATS; run += 1) costs.push(await renderer.cost(() => pause(SECONDS * 1_000)));
  const perMinute = (samples: number[]) => (median(samples) * 60) / SECONDS;
  record({
    name: "idle with an open, quiet stream: script time per minute",
    value: perMinute(costs.map(({ script }) => script)),
    detail: `measured ${costs.length} times for ${SECONDS} s; all tasks ${round(perMinute(costs.map(({ task }) => task)))} ms per minute`,
    bar: 20,
    unit: "ms per minute",
  });
});
