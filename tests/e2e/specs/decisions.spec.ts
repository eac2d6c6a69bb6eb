import type { Locator, Page } from "@playwright/test";
import type { DemoServer } from "../support/demo-server";
import { expect, test } from "../support/test";
import { settled, WaitingSession, waitsFor } from "../support/waiting";
import { SessionPage } from "../pages/session-page";
import { SessionsPage } from "../pages/sessions-page";

type Point = { x: number; y: number };

/** The pauses between two presses: a double click, an impatient one, a slow one. */
const GAPS = [50, 120, 250, 400, 550];

async function open(page: Page, server: DemoServer, calls: number): Promise<WaitingSession> {
  const waiting = await WaitingSession.with(page, server, calls);
  const session = new SessionPage(page);
  await session.open(waiting.id);
  await expect(session.approvals("bash")).toHaveCount(calls);
  await session.expectLive();
  return waiting;
}

/** Points over the whole area, and the middle of every button that is in sight. */
async function points(page: Page): Promise<Point[]> {
  return page.getByRole("region", { name: "Waiting for you" }).evaluate((area) => {
    const box = area.getBoundingClientRect();
    const middles = [...area.querySelectorAll("[role=group] button")].map((button) => {
      const { left, top, width, height } = button.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    });
    const grid = [0.2, 0.8, 0.97].flatMap((x) =>
      [0.15, 0.5, 0.85].map((y) => ({ x: box.left + x * box.width, y: box.top + y * box.height })),
    );
    const isInside = ({ x, y }: Point) => x > box.left && x < box.right && y > box.top && y < box.bottom;
    return [...middles, ...grid].filter(isInside);
  });
}

/**
 * From now on notes the call whose Allow or Deny the next press goes down on. Not asked for by its point: a finger may come
 * down beside a button and mean it.
 */
async function noteAim(page: Page): Promise<() => Promise<string | undefined>> {
  await page.evaluate(() => {
    const note = (event: Event) => {
      const button = (event.target as Element).closest("[role=group] button");
      const decides = button?.textContent === "Allow" || button?.textContent === "Deny";
      const card = decides ? button?.closest("[role=group]")?.textContent : undefined;
      Object.assign(window, { aimedAt: card?.match(/sevt_waits\d+x\w{6}/)?.[0] });
    };
    addEventListener("pointerdown", note, { capture: true, once: true });
  });
  return () => page.evaluate(() => (window as unknown as { aimedAt?: string }).aimedAt);
}

async function twice(page: Page, press: () => Promise<void>, gap: number): Promise<void> {
  await press();
  // The pause is what is tried.
  await page.waitForTimeout(gap);
  await press();
  await settled(page);
}

test.describe("two presses at one point answer at most the call that was under it", () => {
  for (const calls of [2, 3, 6]) {
    test(`by mouse, ${calls} calls`, async ({ page, connect }) => {
      test.setTimeout(180_000);
      const server = await connect("gateway on the same origin");
      await everyPoint(page, server, calls, async ({ x, y }) => {
        await page.mouse.move(x, y);
        return () => page.mouse.click(x, y);
      });
    });
  }

  test.describe("by touch", () => {
    test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });
    test("a finger that comes down on what has just appeared answers nothing", async ({ page, connect }) => {
      const server = await connect("gateway on the same origin");
      const waiting = await open(page, server, 0);
      // A finger that was lifted is nowhere, and may come back: longer ago than a press counts.
      await page.touchscreen.tap(200, 300);
      await page.waitForFunction((since) => performance.now() - since > 700, await page.evaluate(() => performance.now()));
      const atFirst = page.evaluate(
        () =>
          new Promise((found) => {
            new MutationObserver(() => {
              const allow = document.querySelector("[data-decides=allow]");
              if (allow) found(allow.getAttribute("aria-disabled"));
            }).observe(document.body, { childList: true, subtree: true });
          }),
      );
      await server.inject(waiting.id, waitsFor(...(await waiting.ask(1))));
      expect(await atFirst).toBe("true");
      const allow = new SessionPage(page).approvals("bash").first().getByRole("button", { name: "Allow" });
      await expect(allow).toHaveAttribute("aria-disabled", "false");
    });

    for (const calls of [2, 4]) {
      test(`${calls} calls`, async ({ page, connect }) => {
        test.setTimeout(180_000);
        const server = await connect("gateway on the same origin");
        await everyPoint(page, server, calls, async ({ x, y }) => () => page.touchscreen.tap(x, y));
      });
    }
  });

  test("by keyboard", async ({ page, connect }) => {
    test.setTimeout(120_000);
    const server = await connect("gateway on the same origin");
    for (const key of ["Enter", "Space"]) {
      for (const gap of GAPS) {
        const waiting = await open(page, server, 3);
        const allow = new SessionPage(page).approvals("bash").first().getByRole("button", { name: "Allow" });
        await allow.focus();
        await twice(page, () => page.keyboard.press(key), gap);
        await expect.poll(() => waiting.sent.length, `${key}, ${gap} ms`).toBe(1);
      }
    }
  });

  async function everyPoint(
    page: Page,
    server: DemoServer,
    calls: number,
    aim: (point: Point) => Promise<() => Promise<void>>,
  ): Promise<void> {
    let waiting = await open(page, server, calls);
    const tried = await points(page);
    expect(tried.length).toBeGreaterThan(9);
    let answers = 0;
    for (const [i, point] of tried.entries()) {
      if (i > 0) waiting = await open(page, server, calls);
      const gap = GAPS[i % GAPS.length] as number;
      const press = await aim(point);
      // What appears under a pointer is dead at first; the presses that are tried here come later.
      await expect(page.locator("[role=group] button[aria-disabled=true]")).toHaveCount(0);
      const aimed = await noteAim(page);
      await twice(page, press, gap);
      const where = `at ${point.x}, ${point.y} after ${gap} ms`;
      expect(waiting.sent.length, where).toBeLessThanOrEqual(1);
      for (const { call } of waiting.sent) expect(call, where).toBe(await aimed());
      answers += waiting.sent.length;
    }
    expect(answers, "some points are buttons").toBeGreaterThan(1);
  }
});

for (const gap of [100, 250, 450]) {
  test(`a double click, ${gap} ms apart, on the link that opens a session answers nothing in it`, async ({ page, connect }) => {
    const server = await connect("gateway on the same origin");
    const waiting = await open(page, server, 2);
    const allow = new SessionPage(page).approvals("bash").first().getByRole("button", { name: "Allow" });
    const box = await allow.boundingBox();
    await page.evaluate(() => (location.hash = "#/sessions"));
    const link = new SessionsPage(page).linkTo(waiting.id);
    await expect(link).toBeVisible();
    // The link comes to lie where the button will be.
    await link.evaluate((element, at) => {
      Object.assign((element as HTMLElement).style, { position: "fixed", left: `${at?.x}px`, top: `${at?.y}px`, zIndex: "9" });
    }, box);
    await page.mouse.move((box?.x ?? 0) + 5, (box?.y ?? 0) + 10);
    await twice(page, () => page.mouse.down().then(() => page.mouse.up()), gap);
    await expect(new SessionPage(page).approvals("bash")).toHaveCount(2);
    expect(waiting.sent).toEqual([]);
  });
}

for (const before of [30, 100, 200]) {
  test(`a call that is answered elsewhere ${before} ms before a press moves nothing under it`, async ({ page, connect }) => {
    const server = await connect("gateway on the same origin");
    const waiting = await open(page, server, 3);
    const approvals = new SessionPage(page).approvals("bash");
    await approvals.first().getByRole("button", { name: "Allow" }).hover();
    await waiting.answerElsewhere(await callOf(approvals.first()));
    await page.waitForTimeout(before);
    await press(page);
    await expect(approvals).toHaveCount(2);
    expect(waiting.sent, "nobody aimed at the others").toEqual([]);
    // The others did not move, and can be answered at once.
    const second = await callOf(approvals.first());
    await approvals.first().getByRole("button", { name: "Deny" }).click();
    await expect(approvals).toHaveCount(1);
    expect(waiting.sent).toEqual([{ call: second, result: "deny" }]);
  });

  test(`a call that turns up ${before} ms before a press is not the one that is answered`, async ({ page, connect }) => {
    const server = await connect("gateway on the same origin");
    const waiting = await open(page, server, 3);
    const approvals = new SessionPage(page).approvals("bash");
    await approvals.first().getByRole("button", { name: "Allow" }).hover();
    const aimed = await callOf(approvals.first());
    // From another thread, and with a time before those of the calls that are there.
    await waiting.ask(2, { processed_at: "2026-01-01T00:00:00Z" });
    await page.waitForTimeout(before);
    await press(page);
    await expect(page.getByRole("heading", { name: /^[45] calls wait for you$/ })).toBeVisible();
    for (const { call } of waiting.sent) expect(call).toBe(aimed);
  });
}

async function press(page: Page): Promise<void> {
  await page.mouse.down();
  await page.mouse.up();
  await settled(page);
}

async function callOf(card: Locator): Promise<string> {
  return /sevt_waits\d+x\w{6}/.exec(await card.innerText())?.[0] ?? "";
}
