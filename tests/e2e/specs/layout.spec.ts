import type { Locator, Page } from "@playwright/test";
import { message } from "../support/demo-server";
import { expect, test } from "../support/test";
import { NewSessionPage } from "../pages/new-session-page";
import { SessionPage } from "../pages/session-page";

test.describe("at 390 pixels", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("no screen is wider than the window", async ({ page, connectPage, connect }) => {
    await connectPage.open();
    await expectNoOverflow(page);
    const server = await connect();
    await expectNoOverflow(page);
    await new NewSessionPage(page).open();
    await expectNoOverflow(page);
    const session = new SessionPage(page);
    const id = await server.createSession("Repo helper", { initial_events: [message("Show me markdown.")] });
    await session.open(id);
    await session.expectTurnsEnded(server, id, 1);
    await expect(session.log).toContainText("A table");
    await expectNoOverflow(page);
    await session.eventsTab.click();
    await expectNoOverflow(page);
    await session.open(await server.sessionTitled("Waiting for you"));
    await expect(session.approvals("bash").first()).toBeVisible();
    await expectNoOverflow(page);
  });

  test.describe("on a screen for fingers", () => {
    test.use({ hasTouch: true, isMobile: true });

    test("a session is led with a thumb: message, tabs, a row, an approval", async ({ page, connect }) => {
      const server = await connect();
      const session = new SessionPage(page);
      const id = await server.createSession("Repo helper");
      await session.open(id);
      await session.expectLive();
      await session.message.tap();
      await expect(session.message).toBeFocused();
      await page.keyboard.type("List the files, please.");
      await tapOnce(session.sendButton);
      await session.expectTurnsEnded(server, id, 1);
      await expect(session.message).toBeInViewport({ ratio: 1 });
      await tapOnce(session.eventsTab);
      await expect(session.eventsTab).toHaveAttribute("aria-selected", "true");
      await tapOnce(session.row("agent.message").first().getByRole("button").first());
      await expect(page.getByRole("complementary", { name: "Inspector" })).toContainText("agent.message");

      const waiting = await server.createSession("Careful deployer", { initial_events: [message("Deploy v1.8.0 to staging.")] });
      await session.open(waiting);
      const calls = session.approvals("bash");
      await expect(calls).toHaveCount(2);
      await tapOnce(calls.first().getByRole("button", { name: "Allow" }));
      await expect(calls).toHaveCount(1);
      const answers = (await server.events(waiting)).filter((event) => event.type === "user.tool_confirmation");
      expect(answers).toMatchObject([{ result: "allow" }]);
    });
  });

  test("while calls wait, the answers and the message field are in reach", async ({ page, connect }) => {
    const server = await connect();
    const session = new SessionPage(page);
    await session.open(await server.sessionTitled("Waiting for you"));
    await session.expectLive();
    await session.message.fill("Wait, use production.");
    await expect(page.getByRole("button", { name: "Interrupt and send" })).toBeInViewport({ ratio: 1 });
    await expect(session.message).toBeInViewport({ ratio: 1 });
    await expect(session.sendButton).toBeInViewport({ ratio: 1 });
    const allow = session.approvals("bash").first().getByRole("button", { name: "Allow" });
    await allow.scrollIntoViewIfNeeded();
    await expect(allow).toBeInViewport({ ratio: 1 });
  });
});

test("an unbroken line of 20,000 characters does not widen the page", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await server.inject(id, { type: "agent.message", content: [{ type: "text", text: "x".repeat(20_000) }] });
  await expect(session.log).toContainText("xxxx");
  await expectNoOverflow(page);
});

/** Taps something that a finger can hit (WCAG 2.5.8), in the middle of what a finger sees. */
async function tapOnce(control: Locator): Promise<void> {
  await control.scrollIntoViewIfNeeded();
  await expect(control).toBeInViewport({ ratio: 1 });
  const { width, height } = (await control.boundingBox()) ?? { width: 0, height: 0 };
  expect(Math.min(width, height), "as large as a fingertip needs it").toBeGreaterThanOrEqual(24);
  await control.tap();
}

async function expectNoOverflow(page: Page): Promise<void> {
  const widths = () => page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth] as const);
  await expect.poll(async () => (await widths())[0] <= (await widths())[1]).toBe(true);
}
