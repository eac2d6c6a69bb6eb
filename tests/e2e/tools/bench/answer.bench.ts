import { answerOf, deltasOf } from "../../support/bench/answer";
import { inMs, median, QUICK, record, RUNS, round } from "../../support/bench/figure";
import { watchLongTasks } from "../../support/bench/long-tasks";
import { openPlayground, pause } from "../../support/bench/pages";
import { Renderer } from "../../support/bench/renderer";
import { expect, test } from "../../support/test";
import { SessionPage } from "../../pages/session-page";

const LENGTH = 200_000;
const DELTA = 4;
/** Deltas that arrive together, and the pause between: far faster than any model writes. */
const [TOGETHER, PACE_MS] = [500, 16];

test("answer", async ({ page, host }) => {
  await openPlayground(page, host);
  const session = new SessionPage(page);
  const renderer = await Renderer.of(page);
  let count = 0;

  const write = async (text: string) => {
    const id = await host.createSession("Firehose");
    await session.open(id);
    await session.expectLive();
    await pause(500);
    const tasks = await watchLongTasks(page);
    count += 1;
    const deltas = deltasOf(`sevt_bench${count}`, text, DELTA);
    const cost = await renderer.cost(async () => {
      for (let at = 0; at < deltas.length; at += TOGETHER) {
        await host.inject(id, deltas.slice(at, at + TOGETHER), "stream");
        await pause(PACE_MS);
      }
      await pause(500);
    });
    await expect(session.log).toContainText(text.trimEnd().slice(-20).split("\n").at(-1)?.replaceAll(/[|`*-]/g, "").trim() ?? "");
    const longest = Math.max(0, ...(await tasks()).map(({ duration }) => duration));
    return { ...cost, longest };
  };

  const runs = QUICK ? 1 : Math.min(3, RUNS);
  const [half, whole]: [Awaited<ReturnType<typeof write>>[], Awaited<ReturnType<typeof write>>[]] = [[], []];
  await write(answerOf(LENGTH / 10));
  for (let run = 0; run < runs; run += 1) {
    half.push(await write(answerOf(LENGTH / 2)));
    whole.push(await write(answerOf(LENGTH)));
  }
  const longest = whole.map((one) => one.longest);
  record({
    name: "answer of 200 kB in deltas of 4 characters: longest task",
    value: Math.max(...longest),
    detail: `0 means none over 50 ms; of each run: ${longest.map(round).join(", ")}`,
    bar: 50,
    unit: "ms",
  });
  const [one, two] = [half.map((run) => run.script), whole.map((run) => run.script)];
  const task = (samples: { task: number }[]) => inMs(samples.map((run) => run.task));
  record({
    name: "answer: script time for 200 kB / for 100 kB",
    value: median(two) / median(one),
    detail: `${inMs(two)}, ${inMs(one)}; whole tasks: ${task(whole)}, ${task(half)}`,
    bar: 2.3,
    unit: "ratio",
  });
});
