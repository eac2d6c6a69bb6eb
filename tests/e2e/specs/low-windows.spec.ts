import { expect, test } from "../support/test";
import { settled } from "../support/waiting";
import { SessionPage } from "../pages/session-page";

// A phone on its side, and a desktop at 200 % and 400 %.
for (const [width, height] of [[844, 390], [720, 450], [360, 225]] as const) {
  test.describe(`at ${width}×${height}`, () => {
    test.use({ viewport: { width, height } });

    test("every decision shows its whole argument and both buttons", async ({ page, connect }) => {
      const server = await connect();
      const session = new SessionPage(page);
      await session.open(await server.sessionTitled("Waiting for you"));
      const approvals = session.approvals("bash");
      await expect(approvals).toHaveCount(2);
      for (const card of [approvals.first(), approvals.last()]) {
        const argument = card.getByRole("group", { name: "Argument" });
        await card.evaluate((element) => element.scrollIntoView({ block: "center" }));
        await settled(page);
        for (const part of [argument, card.getByRole("button", { name: "Allow" }), card.getByRole("button", { name: "Deny" })]) {
          await expect(part).toBeInViewport({ ratio: 1 });
        }
        const scrolls = await card.evaluate((element) => {
          const all = [element, ...element.querySelectorAll("*")];
          return all.filter((one) => one.scrollHeight > one.clientHeight + 1 && getComputedStyle(one).overflowY !== "visible").length;
        });
        expect(scrolls, "nothing in a card scrolls by itself").toBe(0);
        const hidden = await argument.evaluate((element) => element.scrollWidth - element.clientWidth);
        expect(hidden).toBeLessThanOrEqual(0);
      }
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, "the page does not scroll sideways").toBeLessThanOrEqual(0);
    });

    test("the buttons of a long argument stay in view while it is read", async ({ page, connect }) => {
      const server = await connect();
      const session = new SessionPage(page);
      const id = await server.sessionTitled("Waiting for you");
      await server.inject(id, {
        type: "agent.tool_use",
        id: "sevt_long",
        name: "write",
        input: { file_path: "/etc/hosts", content: "line\n".repeat(60) },
        evaluated_permission: "ask",
      });
      await session.open(id);
      const card = session.approvals("write");
      await expect(card).toBeVisible();
      await expect(session.approvals("bash")).toHaveCount(2);
      await session.expectLive();
      const argument = card.getByRole("group", { name: "Argument" });
      for (const share of [0, 0.3, 0.7, 1]) {
        await argument.evaluate((element, share) => {
          const main = document.querySelector("#main") as HTMLElement;
          const box = element.getBoundingClientRect();
          main.scrollBy(0, box.top + share * Math.max(0, box.height - 100) - 20);
        }, share);
        await settled(page);
        await expect(card.getByRole("button", { name: "Allow" }), `${share}`).toBeInViewport({ ratio: 1 });
        await expect(card.getByRole("button", { name: "Deny" }), `${share}`).toBeInViewport({ ratio: 1 });
      }
    });

    test("the timeline and the message field are in reach", async ({ page, connect }) => {
      const server = await connect();
      const session = new SessionPage(page);
      await session.open(await server.sessionTitled("Waiting for you"));
      await session.log.scrollIntoViewIfNeeded();
      expect((await session.log.boundingBox())?.height).toBeGreaterThan(100);
      await session.message.scrollIntoViewIfNeeded();
      // To the pixel that scrolling rounds to.
      await expect(session.message).toBeInViewport({ ratio: 0.95 });
      await expect(session.sendButton).toBeInViewport({ ratio: 0.95 });
    });
  });
}
