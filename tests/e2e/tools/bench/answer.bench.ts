import { ANSWERS, answered, deltasOf } from "../../support/answer";
import { inMs, median, record, REPEATS, round } from "../../support/bench/figure";
import { now } from "../../support/bench/long-tasks";
import { openPlayground, pause } from "../../support/bench/pages";
import { Renderer } from "../../support/bench/renderer";
import { Tasks } from "../../support/bench/tasks";
import { expect, test } from "../../support/test";
import { SessionPage } from "../../pages/session-page";

const LENGTH = 200_000;
const DELTA = 4;
/** Deltas that arrive together, and the pause between: far faster than any model writes. */
const [TOGETHER, PACE_MS] = [500, 16];

test("answer", async ({ browser, page, host }) => {
  await openPlayground(page, host);
  const session = new SessionPage(page);
  const renderer = await Renderer.of(page);
  let count = 0;

  const write = async (text: string) => {
    const id = await host.createSession("Firehose");
    await session.open(id);
    await session.expectLive();
    await pause(500);
    const tasks = await Tasks.of(browser, page);
    count += 1;
    const event = `sevt_bench${count}`;
    const deltas = deltasOf(event, text, DELTA);
    const cost = await renderer.cost(async () => {
      for (let at = 0; at < deltas.length; at += TOGETHER) {
        await host.inject(id, deltas.slice(at, at + TOGETHER), "stream");
        await pause(PACE_MS);
      }
      await pause(500);
    });
    // Looking at 200 kB is a task of the page, too: it is not looked at until its tasks are counted.
    const writing = await now(page);
    const length = () => session.log.locator(".streaming").evaluate((answer) => answer.textContent?.length ?? 0);
    await expect.poll(length, "characters on the page").toBeGreaterThanOrEqual(text.length / 2);
    const looking = await now(page);
    await host.inject(id, answered(event, text));
    await pause(1_000);
    const counted = (await tasks.end()).filter(({ startTime }) => startTime < writing || startTime > looking);
    await expect(session.row("agent.message")).toBeVisible();
    const longest = Math.max(0, ...counted.map(({ processor }) => processor));
    const slowest = Math.max(0, ...counted.map(({ duration }) => duration));
    return { ...cost, longest, slowest };
  };

  type Written = Awaited<ReturnType<typeof write>>;
  for (const [kind, answerOf] of Object.entries(ANSWERS)) {
    const [half, whole]: [Written[], Written[]] = [[], []];
    await write(answerOf(LENGTH / 10));
    for (let run = 0; run < REPEATS; run += 1) {
      half.push(await write(answerOf(LENGTH / 2)));
      whole.push(await write(answerOf(LENGTH)));
    }
    const longest = whole.map((one) => one.longest);
    record({
      name: `answer of 200 kB in deltas of 4 characters, ${kind}: processor time of the longest task`,
      value: Math.max(...longest),
      detail: `of each run: ${longest.map(round).join(", ")}; by the clock: ${whole.map((one) => round(one.slowest)).join(", ")}`,
      bar: 35,
      unit: "ms",
    });
    const [one, two] = [half.map((run) => run.script), whole.map((run) => run.script)];
    const task = (samples: Written[]) => inMs(samples.map((run) => run.task));
    record({
      name: `answer, ${kind}: script time for 200 kB / for 100 kB`,
      value: median(two) / median(one),
      detail: `${inMs(two)}, ${inMs(one)}; whole tasks: ${task(whole)}, ${task(half)}`,
      bar: 2.3,
      unit: "ratio",
    });
  }
});
