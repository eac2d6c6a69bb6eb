import { join } from "node:path";
import { message } from "../support/demo-server";
import { expect, test } from "../support/test";
import { NewSessionPage } from "../pages/new-session-page";
import { SessionPage } from "../pages/session-page";
import { SessionsPage } from "../pages/sessions-page";

const FOLDER = process.env.SCREENSHOTS ?? "screenshots";
const LOOKS = [
  { look: "light", colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { look: "dark", colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  { look: "narrow", colorScheme: "light", viewport: { width: 390, height: 844 } },
] as const;

for (const { look, colorScheme, viewport } of LOOKS) {
  test.describe(look, () => {
    test.use({ colorScheme, viewport, contextOptions: { reducedMotion: "reduce" } });

    test(`screenshots, ${look}`, async ({ page, connectPage, host }) => {
      const shoot = (name: string) => page.screenshot({ path: join(FOLDER, `${name}-${look}.png`) });

      await connectPage.open();
      await shoot("connect");
      await connectPage.demo.click();
      await connectPage.expectConnected();
      await expect(new SessionsPage(page).links.first()).toBeVisible();
      await shoot("sessions");

      await new NewSessionPage(page).open();
      await expect(page.getByRole("combobox", { name: "Agent", exact: true })).toBeEnabled();
      await shoot("new-session");

      const session = new SessionPage(page);
      const helper = await host.createSession("Repo helper", { title: "A first look" });
      await session.open(helper);
      await session.expectLive();
      await session.say("Read the README and run the tests.");
      await session.expectTurnsEnded(host, helper, 1);
      await shoot("session");
      await session.eventsTab.click();
      await shoot("session-events");

      const deployer = await host.createSession("Careful deployer", {
        title: "Deploy v1.8.0 to staging",
        initial_events: [message("Deploy v1.8.0 to staging.")],
      });
      await session.open(deployer);
      await expect(session.approvals("bash")).toHaveCount(2);
      await shoot("session-approval");
    });
  });
}
