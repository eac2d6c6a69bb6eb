import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { message } from "../support/demo-server";
import { expect, test } from "../support/test";
import { NewSessionPage } from "../pages/new-session-page";
import { SessionPage } from "../pages/session-page";

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`axe finds nothing, ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: "reduce" } });

    test("connect, also with an alert", async ({ page, connectPage }) => {
      await connectPage.open();
      await expectNoViolations(page);
      await connectPage.connect("http://127.0.0.1:9", "sk-ant-api03-axe");
      await expect(connectPage.alert).toBeVisible();
      await expectNoViolations(page);
    });

    test("sessions", async ({ page, connect }) => {
      await connect();
      await expect(page.getByRole("link", { name: "New session" })).toBeVisible();
      await expectNoViolations(page);
    });

    test("new session", async ({ page, connect }) => {
      await connect();
      const form = new NewSessionPage(page);
      await form.open();
      // As it is used: with its lists, not while they load.
      await expect(form.agent.locator("option").nth(1)).toBeAttached();
      await expect(form.environment.locator("option").nth(1)).toBeAttached();
      await expectNoViolations(page);
    });

    test("session with Markdown, tool calls and both tabs", async ({ page, connect }) => {
      const server = await connect();
      const id = await server.createSession("Repo helper", { initial_events: [message("Show me markdown.")] });
      const session = new SessionPage(page);
      await session.open(id);
      await session.expectTurnsEnded(server, id, 1);
      await session.say("List the files, please.");
      await session.expectTurnsEnded(server, id, 2);
      await expectNoViolations(page);
      await session.eventsTab.click();
      await expectNoViolations(page);
      await session.row("agent.tool_use").first().click();
      await expectNoViolations(page);
    });

    test("session with pending calls, and the dialog", async ({ page, connect }) => {
      const server = await connect();
      const id = await server.createSession("Careful deployer", {
        initial_events: [message("Deploy v1.8.0 to staging.")],
      });
      const session = new SessionPage(page);
      await session.open(id);
      await expect(session.approvals("bash")).toHaveCount(2);
      await expectNoViolations(page);
      await session.delete.click();
      await expect(session.dialog).toBeVisible();
      await expectNoViolations(page);
    });
  });
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => node.target) }));
  expect(found).toEqual([]);
}
