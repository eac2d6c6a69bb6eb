import { test as base, expect, type Page } from "@playwright/test";
import { ConnectPage } from "../pages/connect-page";
import { DemoServer } from "./demo-server";

export { expect };

export const KEY = "sk-ant-api03-e2e-7Qv2LmX9";

/** The two ways into the API: a key for another origin, or a gateway on the page's own origin. */
export type Way = "key on another origin" | "gateway on the same origin";
export const WAYS: Way[] = ["key on another origin", "gateway on the same origin"];

interface WorkerFixtures {
  /** How much faster than life the demo's agents work. */
  speed: number;
  /** Serves the page; its API is on the page's origin. */
  host: DemoServer;
  /** The same API on another origin. */
  remote: DemoServer;
}

interface TestFixtures {
  freshWorld: undefined;
  cleanConsole: undefined;
  noForeignRequests: undefined;
  connectPage: ConnectPage;
  /** Opens the page and connects it in one of both ways; returns the server behind it. */
  connect: (way?: Way) => Promise<DemoServer>;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  speed: [10, { scope: "worker", option: true }],
  host: [async ({ speed }, use) => serve(speed, use), { scope: "worker" }],
  remote: [async ({ speed }, use) => serve(speed, use), { scope: "worker" }],

  freshWorld: [
    async ({ host, remote }, use) => {
      await Promise.all([host, remote].map(left));
      await Promise.all([host.reset(), remote.reset()]);
      await use(undefined);
    },
    { auto: true },
  ],

  cleanConsole: [
    async ({ page }, use) => {
      const problems: string[] = [];
      await reportPolicyViolations(page, (violation) => problems.push(violation));
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("console", (entry) => {
        if (entry.text().includes("panicked at")) problems.push(entry.text());
      });
      await use(undefined);
      expect(problems, "no panic, no uncaught error, nothing that the page's policy refused").toEqual([]);
    },
    { auto: true },
  ],

  noForeignRequests: [
    async ({ page }, use) => {
      const foreign: string[] = [];
      page.on("request", (request) => {
        const url = new URL(request.url());
        if (url.protocol.startsWith("http") && url.hostname !== "127.0.0.1") foreign.push(request.url());
      });
      await use(undefined);
      expect(foreign, "requests to hosts that nobody chose").toEqual([]);
    },
    { auto: true },
  ],

  connectPage: async ({ page, host }, use) => use(new ConnectPage(page, host.url)),

  connect: async ({ page, host, remote }, use) =>
    use((way = "key on another origin") => connectPageTo(page, way, host, remote)),
});

/** Opens the page and connects it; returns the server behind it. */
export async function connectPageTo(page: Page, way: Way, host: DemoServer, remote: DemoServer): Promise<DemoServer> {
  const withKey = way === "key on another origin";
  const server = withKey ? remote : host;
  const connectPage = new ConnectPage(page, host.url);
  await connectPage.open();
  await connectPage.connect(server.url, withKey ? KEY : "");
  await connectPage.expectConnected();
  return server;
}

/** Tells of everything that the Content Security Policy of any document of this page refuses. */
export async function reportPolicyViolations(page: Page, tell: (violation: string) => void): Promise<void> {
  await page.exposeFunction("policyViolation", tell);
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => {
      (window as unknown as { policyViolation: (text: string) => void }).policyViolation(
        `policy: ${violatedDirective} refused ${blockedURI} ${sample}`,
      );
    });
  });
}

/** Until the page of the test before is gone from a server: what it still asked would be taken for this one's. */
async function left(server: DemoServer): Promise<void> {
  const open = async () => (await server.stats()).connections.open;
  await expect.poll(() => open().catch(() => "down"), "connections of the page before").toBe(1);
}

async function serve(speed: number, use: (server: DemoServer) => Promise<void>): Promise<void> {
  const server = await DemoServer.start(speed);
  await use(server);
  server.stop();
}
