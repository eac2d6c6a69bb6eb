import { test as base, expect } from "@playwright/test";
import { DemoServer } from "../support/demo-server";
import { KEY, type Way } from "../support/test";
import { type Engine, type EngineName, ENGINES, type Tab } from "./drivers/driver";
import { startEngine } from "./drivers/start";
import { ConnectScreen } from "./pages/connect";
import { SessionsScreen } from "./pages/sessions";
import { on } from "./support/locator";
import { PolicyHost } from "./support/policy-host";

export { expect };

interface WorkerFixtures {
  engineName: EngineName;
  engine: Engine;
  /** Serves the page and hears what its policy refuses. */
  host: PolicyHost;
  /** The API on another origin than the page that `host` serves, and a page with it on the same origin. */
  server: DemoServer;
}

interface TestFixtures {
  /** Whether errors and refusals of the policy fail the test. */
  mustBeClean: boolean;
  size: { width: number; height: number };
  tab: Tab;
  freshWorld: undefined;
  /** Opens the page and connects it in one of both ways. */
  connect: (way?: Way) => Promise<void>;
}

/** The same test in every engine: nothing here knows which one it is. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  engineName: [ENGINES[0], { scope: "worker", option: true }],
  size: [{ width: 1280, height: 800 }, { option: true }],

  mustBeClean: [true, { option: true }],

  engine: [
    async ({ engineName }, use, { project }) => {
      const engine = await startEngine(engineName, project.outputDir);
      await use(engine);
      await engine.close();
    },
    { scope: "worker" },
  ],

  host: [
    async ({}, use) => {
      const host = await PolicyHost.start();
      await use(host);
      await host.stop();
    },
    { scope: "worker" },
  ],

  server: [
    async ({}, use) => {
      // Slow enough to see an answer grow.
      const server = await DemoServer.start(5);
      await use(server);
      server.stop();
    },
    { scope: "worker" },
  ],

  freshWorld: [
    async ({ server }, use) => {
      await server.reset();
      await use(undefined);
    },
    { auto: true },
  ],

  tab: async ({ engine, host, size, mustBeClean }, use, testInfo) => {
    const tab = await engine.open(size);
    try {
      await use(tab);
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach("screenshot", { body: await tab.screenshot(), contentType: "image/png" });
      }
      const problems = [...(await tab.problems()), ...host.takeReports()];
      if (!mustBeClean) return;
      expect(await on(tab).role("alertdialog").count(), "the page has not stopped").toBe(0);
      expect(problems, "no panic, no uncaught error, nothing that the page's policy refused").toEqual([]);
    } finally {
      await tab.close();
    }
  },

  connect: async ({ tab, host, server }, use) =>
    use(async (way = "key on another origin") => {
      const withKey = way === "key on another origin";
      const screen = new ConnectScreen(tab);
      await screen.open(withKey ? host.url : server.url);
      await screen.connect(server.url, withKey ? KEY : "");
      await new SessionsScreen(tab).list.role("link").first.expectVisible();
    }),
});
