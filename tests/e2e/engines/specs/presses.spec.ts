import { setTimeout as pause } from "node:timers/promises";
import type { Key, Point, Tab } from "../drivers/driver";
import { type Answer, WaitingCalls } from "../support/waiting-calls";
import { expect, test } from "../test";

/** Milliseconds between two presses, from a double click to an impatient second try. They are what is tried here. */
const GAPS = [50, 120, 250, 400, 550];
/** As long as something has to have stood there before a finger comes down on it. */
const APPEARED = 700;
/** The longest that systems take for a double click. */
const DOUBLE_CLICK = 500;

/** A place in the area, and what a press there decides. */
interface Spot extends Point {
  what: string;
  /** Undefined where nothing is decided. */
  decides?: Answer;
}

test.describe("two presses at one point answer at most the call that was under it", () => {
  test("by mouse", async ({ tab, connect, server }) => {
    await connect("gateway on the same origin");
    await tryEach([2, 3, 4, 5, 6], async (count, gap, choose) => {
      const calls = await WaitingCalls.open(tab, server, count);
      const spot = choose(await spots(tab));
      await tab.hover(spot);
      await calls.live();
      const sent = await calls.answering(async () => {
        await tab.click(spot);
        await pause(gap);
        await tab.click(spot, gap < DOUBLE_CLICK ? 2 : 1);
      });
      return { spot, sent };
    });
  });

  test.describe("on a narrow screen", () => {
    test.use({ size: { width: 390, height: 844 } });

    test("by finger", async ({ tab, connect, server, engine }) => {
      // This engine's driver has no fingers, so here it clicks: what a finger ends as.
      const touch = (spot: Point) => (engine.hasTouch ? tab.tap(spot) : tab.click(spot));
      await connect("gateway on the same origin");
      await tryEach([2, 3, 6], async (count, gap, choose) => {
        const calls = await WaitingCalls.open(tab, server, count);
        const spot = choose(await spots(tab));
        await calls.live();
        // A finger is not seen to come, so what has appeared within this time answers nothing to one.
        await pause(APPEARED);
        const sent = await calls.answering(async () => {
          await touch(spot);
          await pause(gap);
          await touch(spot);
        });
        return { spot, sent };
      });
    });
  });

  test("by keyboard", async ({ tab, connect, server }) => {
    await connect("gateway on the same origin");
    for (const [key, gap] of [["Enter", 50], ["Space", 250], ["Enter", 550]] as [Key, number][]) {
      const calls = await WaitingCalls.open(tab, server, 3);
      await calls.live();
      const aimed = await tab.evaluate(() => {
        const buttons = [...document.querySelectorAll<HTMLElement>("[role=group] button")];
        const allow = buttons.find((button) => button.textContent === "Allow");
        allow?.focus();
        return allow?.closest("[role=group]")?.textContent.match(/sevt_waits\d+x\w{6}/)?.[0];
      });
      const sent = await calls.answering(async () => {
        await tab.press(key);
        await pause(gap);
        await tab.press(key);
      });
      expect(sent, `${key} twice, ${gap} ms apart`).toEqual([{ call: aimed, result: "allow" }]);
    }
  });
});

type Trial = (count: number, gap: number, choose: (spots: Spot[]) => Spot) => Promise<{ spot: Spot; sent: Answer[] }>;

/** Tries each number of calls at a button of the first and at another place, with another pause each time. */
async function tryEach(counts: number[], trial: Trial): Promise<void> {
  const deciding = (spots: Spot[]) => spots.filter(({ decides }) => decides);
  let turn = 0;
  for (const count of counts) {
    const choices = [
      (spots: Spot[]) => deciding(spots)[turn % 2] as Spot,
      (spots: Spot[]) => spots[(7 * turn) % spots.length] as Spot,
    ];
    for (const choose of choices) {
      const gap = GAPS[turn % GAPS.length] as number;
      const { spot, sent } = await trial(count, gap, choose);
      const where = `${count} calls, ${spot.what} at ${spot.x}, ${spot.y}, ${gap} ms apart`;
      expect(sent, where).toEqual(spot.decides ? [spot.decides] : []);
      turn += 1;
    }
  }
}

/** The buttons that are in sight, and a grid over the whole waiting area. */
async function spots(tab: Tab): Promise<Spot[]> {
  return tab.evaluate(() => {
    const area = document.querySelector('[aria-label="Waiting for you"]') as HTMLElement;
    const { left, top, width, height } = area.getBoundingClientRect();
    const middles = [...area.querySelectorAll("[role=group] button")].map((button) => {
      const box = button.getBoundingClientRect();
      return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    });
    const shares = [0.1, 0.35, 0.65, 0.9];
    const grid = shares.flatMap((x) => shares.map((y) => ({ x: left + x * width, y: top + y * height })));
    return [...middles, ...grid].flatMap(({ x, y }) => {
      const hit = document.elementFromPoint(x, y);
      if (!hit || !area.contains(hit)) return [];
      const button = hit.closest("[role=group] button");
      const what = button?.textContent ?? hit.tagName.toLowerCase();
      const call = hit.closest("[role=group]")?.textContent.match(/sevt_waits\d+x\w{6}/)?.[0];
      const decides = button && call && (what === "Allow" || what === "Deny") ? { call, result: what.toLowerCase() } : undefined;
      return [{ x: Math.round(x), y: Math.round(y), what, ...(decides ? { decides } : {}) }];
    });
  });
}
