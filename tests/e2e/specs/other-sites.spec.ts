import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Page, test } from "@playwright/test";
import { launchOptions } from "../browser";
import { DemoServer } from "../support/demo-server";

/** A name that somebody else owns and makes lead to this machine. */
const FOREIGN = "evil.example";

test.use({
  launchOptions: { ...launchOptions, args: [...launchOptions.args, `--host-resolver-rules=MAP ${FOREIGN} 127.0.0.1`] },
});

let demo: DemoServer;
let site: Server;

test.beforeAll(async () => {
  demo = await DemoServer.start(10);
  site = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<!doctype html><title>a site</title>"));
  await new Promise<void>((ready) => site.listen(0, "127.0.0.1", ready));
});

test.afterAll(() => {
  demo.stop();
  site.close();
});

const under = (host: string, port: string | number) => `http://${host}:${port}/`;
const demoPort = () => new URL(demo.url).port;
const sitePort = () => (site.address() as AddressInfo).port;

/** What a script of the page gets; a network error is what CORS leaves. */
async function read(page: Page, url: string, headers: Record<string, string> = {}, method = "GET") {
  return page.evaluate(
    ({ url, headers, method }) => fetch(url, { headers, method }).then((answer) => answer.status, (error: unknown) => String(error)),
    { url, headers, method },
  );
}

const WITH_A_KEY = {
  "x-api-key": "sk-ant-api03-made-up",
  "anthropic-version": "2023-06-01",
  "anthropic-beta": "managed-agents-2026-04-01",
  "anthropic-dangerous-direct-browser-access": "true",
};

test("a page under a foreign name that leads to the demo server reads and does nothing", async ({ page }) => {
  const answer = await page.goto(under(FOREIGN, demoPort()));
  expect(answer?.status()).toBe(403);
  const id = await demo.createSession("Repo helper");
  for (const path of ["demo/requests", "demo/stats", "v1/sessions", "config.json", ""]) {
    expect(await read(page, `/${path}`), path).toBe(403);
    expect(await read(page, `/${path}`, WITH_A_KEY), path).toBe(403);
  }
  expect(await read(page, `/v1/sessions/${id}`, WITH_A_KEY, "DELETE")).toBe(403);
  expect(await read(page, "/demo/reset", {}, "POST")).toBe(403);
  expect((await demo.session(id)).id).toBe(id);
  // The same page under a name of this machine.
  await page.goto(under("localhost", demoPort()));
  expect(await read(page, "/demo/requests")).toBe(200);
  expect(await read(page, "/v1/sessions")).toBe(200);
});

test("another site gets no word from the demo server, another port of this machine does", async ({ page }) => {
  await page.goto(under(FOREIGN, sitePort()));
  for (const path of ["/v1/sessions", "/v1/agents", "/demo/requests", "/demo/stats"]) {
    expect(await read(page, demo.url + path, path.startsWith("/v1") ? WITH_A_KEY : {}), path).toContain("TypeError");
  }
  await page.goto(under("localhost", sitePort()));
  expect(await read(page, `${demo.url}/v1/sessions`, WITH_A_KEY)).toBe(200);
  expect(await read(page, `${demo.url}/demo/requests`)).toBe(200);
});
