import { expect, test } from "../support/test";
import { settled, WaitingSession } from "../support/waiting";
import { SessionPage } from "../pages/session-page";

for (const [width, height] of [[1280, 800], [390, 844], [844, 390], [360, 225]] as const) {
  test.describe(`at ${width}×${height}`, () => {
    test.use({ viewport: { width, height } });

    test("no button can be pressed before the argument that it decides on was in sight", async ({ page, connect }) => {
      const server = await connect("gateway on the same origin");
      const waiting = await WaitingSession.with(page, server, 4);
      const session = new SessionPage(page);
      await session.open(waiting.id);
      await expect(session.approvals("bash")).toHaveCount(4);
      await session.expectLive();
      await page.evaluate(() => {
        for (const one of [document.querySelector(".pending"), document.querySelector("#main")]) one?.scrollTo(0, 0);
      });
      await settled(page);
      const wasInSight = new Set<number>();
      const pressable = new Set<number>();
      for (let step = 0; step < 120; step += 1) {
        const cards = await page.evaluate(() => {
          const hits = (x: number, y: number, element: Element) => {
            const hit = document.elementFromPoint(x, y);
            return hit !== null && element.contains(hit);
          };
          return [...document.querySelectorAll(".pending-call")].map((card) => {
            const allow = card.querySelector("[data-decides=allow]") as Element;
            const text = card.querySelector(".argument-text") as Element;
            const button = allow.getBoundingClientRect();
            const first = text.getBoundingClientRect();
            return {
              isInSight: hits(first.left + 4, first.top + 8, text),
              isPressable: hits(button.left + button.width / 2, button.top + button.height / 2, allow),
            };
          });
        });
        for (const [card, { isInSight, isPressable }] of cards.entries()) {
          if (isInSight) wasInSight.add(card);
          if (!isPressable) continue;
          pressable.add(card);
          expect(wasInSight.has(card), `card ${card} at step ${step}`).toBe(true);
        }
        await page.evaluate(() => {
          for (const one of [document.querySelector(".pending"), document.querySelector("#main")]) one?.scrollBy(0, 17);
        });
        await settled(page);
      }
      expect([...pressable]).toEqual([0, 1, 2, 3]);
    });
  });
}
