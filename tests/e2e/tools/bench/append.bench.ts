import type { Page } from "@playwright/test";
import { compare, inMs, QUICK, record, RUNS } from "../../support/bench/figure";
import { eventCount, openEvents, openSession, openVanilla, pause, remark, sessionOf } from "../../support/bench/pages";
import { type Cost, Renderer } from "../../support/bench/renderer";
import type { DemoServer } from "../../support/demo-server";
import { expect, test } from "../../support/test";

const [FEW, MANY] = [1_000, 100_000];
const APPENDED = 40;
/** Longer than a few frames: every event gets a commit of its own. */
const PACE_MS = 60;

test("append", async ({ browser, host }) => {
  const context = await browser.newContext();
  const watched = async (events: number, open: (page: Page, server: DemoServer, id: string) => Promise<void>) => {
    const [id, page] = [await sessionOf(host, events), await context.newPage()];
    await open(page, host, id);
    return { id, page, renderer: await Renderer.of(page), costs: [] as Cost[] };
  };
  const vanilla = async (page: Page, server: DemoServer, id: string) => {
    await openVanilla(page, server);
    await openSession(page, server, id);
  };
  const few = await watched(FEW, openEvents);
  const many = await watched(MANY, openEvents);
  const theirs = await watched(MANY, vanilla);
  const all = [few, many, theirs];

  // The first round warms up: code is compiled, and the second looks at the history are over.
  for (let run = 0; run <= RUNS; run += 1) {
    for (const one of all) {
      await one.page.bringToFront();
      const before = await eventCount(one.page);
      await pause(run === 0 && !QUICK ? 5_000 : 300);
      const cost = await one.renderer.cost(async () => {
        for (let n = 0; n < APPENDED; n += 1) {
          await host.inject(one.id, remark(n));
          await pause(PACE_MS);
        }
      });
      await expect.poll(() => eventCount(one.page), "events that are shown").toBe(before + APPENDED);
      if (run > 0) one.costs.push(cost);
    }
  }
  const per = (one: { costs: Cost[] }) => one.costs.map((c) => (c.script + c.style + c.layout) / APPENDED);
  const task = (one: { costs: Cost[] }) => inMs(one.costs.map((c) => c.task / APPENDED));
  const whole = `whole tasks: ${task(few)}, ${task(many)}, ${task(theirs)}`;
  record({
    name: "commit and layout for one appended event: at 100,000 / at 1,000",
    ...compare(per(many), per(few), ["at 100,000", "at 1,000"]),
    bar: 1.5,
    unit: "ratio",
  });
  const against = compare(per(many), per(theirs), ["ours", "vanilla"]);
  record({
    name: "commit and layout for one appended event at 100,000: ours / vanilla",
    value: against.value,
    detail: `${against.detail}; ${whole}`,
    bar: 2,
    unit: "ratio",
  });
  await context.close();
});
