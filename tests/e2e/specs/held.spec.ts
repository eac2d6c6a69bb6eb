import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { ConnectPage } from "../pages/connect-page";
import { SessionPage } from "../pages/session-page";
import { goToHash } from "../pages/sessions-page";
import { connectPageTo, expect, KEY, test } from "../support/test";

/** A host that nobody chose: whatever arrives there was led there. */
async function elsewhere(answer: RequestListener = (_, response) => response.end()): Promise<{ url: string; asked: string[]; stop: () => void }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, asked, stop };
}

// Pages of their own: that the policy refuses something is what is looked for.
test("the page is led nowhere by the API that it asks", async ({ browser, host, remote }) => {
  const other = await elsewhere((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "access-control-allow-origin": "*" });
    response.write(`data: {"type":"agent.message","id":"sevt_foreign","content":[{"type":"text","text":"of another host"}]}\n\n`);
  });
  const redirect = { status: 307, headers: { location: `${other.url}/led`, "access-control-allow-origin": "*" } };
  const page = await browser.newPage();

  // The check, and the look at why it failed.
  await remote.fault({ match: { contains: "/" }, times: 0, effect: { ...redirect } }, { match: { path: "/" }, times: 0, effect: redirect });
  const connectPage = new ConnectPage(page, host.url);
  await connectPage.open();
  await connectPage.connect(remote.url, KEY);
  await expect(connectPage.alert).toBeVisible();
  expect(other.asked).toEqual([]);
  await page.close();

  // The stream of the browser itself, which follows redirects.
  const gateway = await browser.newPage();
  await connectPageTo(gateway, "gateway on the same origin", host, remote);
  const id = await host.createSession("Repo helper");
  await host.fault({ match: { path: "/v1/sessions/*/events/stream" }, times: 0, effect: redirect });
  const session = new SessionPage(gateway);
  await session.open(id);
  await expect(session.stream).toHaveText("polling");
  await session.eventsTab.click();
  await expect(gateway.getByText("of another host")).toHaveCount(0);
  expect(other.asked).toEqual([]);
  await gateway.close();
  other.stop();
});

test("an address that was tried in vain does not keep the page from another one", async ({ connectPage, remote }) => {
  await connectPage.open();
  await connectPage.connect("http://127.0.0.1:9", KEY);
  await expect(connectPage.alert).toBeVisible();
  await connectPage.connect(remote.url, KEY);
  await connectPage.expectConnected();
});

test("what was typed is still there if the other address does not answer either", async ({ connectPage }) => {
  await connectPage.open();
  await connectPage.connect("http://127.0.0.1:9", KEY);
  await expect(connectPage.alert).toContainText("127.0.0.1:9");
  await connectPage.workspace.fill("wrkspc_1");
  await connectPage.connect("http://127.0.0.1:11", KEY);
  await expect(connectPage.alert).toContainText("127.0.0.1:11");
  await expect(connectPage.baseUrl).toHaveValue("http://127.0.0.1:11");
  await expect(connectPage.key).toHaveValue(KEY);
  await expect(connectPage.workspace).toHaveValue("wrkspc_1");
});

test("after Disconnect nothing is left of the page, and another API can be chosen", async ({ page, connect, connectPage, host }) => {
  await connect("key on another origin");
  await page.evaluate(() => Object.assign(window, { before: true }));
  await page.getByRole("button", { name: "Disconnect" }).click();
  await expect(connectPage.button).toBeVisible();
  await expect.poll(() => page.evaluate(() => "before" in window).catch(() => true), "a page with another memory").toBe(false);
  await expect(connectPage.key).toHaveValue("");
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain(KEY);
  await connectPage.connect(host.url, "");
  await connectPage.expectConnected();
});

test("a workspace ID that no request can carry is refused with a reason", async ({ page, connectPage, remote }) => {
  await connectPage.open();
  for (const typed of ["wrkspc_ї", "wrkspc_\u0007", "wrkspc 1"]) {
    await connectPage.workspace.fill(typed);
    await connectPage.connect(remote.url, KEY);
    await expect(connectPage.alert).toContainText("The workspace ID contains spaces or characters");
    await expect(page.getByRole("alertdialog")).toHaveCount(0);
  }
  await connectPage.workspace.fill(" wrkspc_1 ");
  await connectPage.connect(remote.url, KEY);
  await connectPage.expectConnected();
});

test("an address of dots is no session", async ({ page, connect }) => {
  const server = await connect("key on another origin");
  await server.clearRequests();
  for (const place of ["..", ".", "%2e%2e", "%252e%252e", "..%2Fagents", "sesn_1?thread=.."]) {
    await goToHash(page, `#/sessions/${place}`);
    await expect(page.getByText("There is no such page"), place).toBeVisible();
  }
  // What the list of sessions was still asking may have been under way.
  const isOfList = (path: string) => path.startsWith("/v1/sessions/sesn_01");
  expect((await server.requests()).map(({ path }) => path).filter((path) => !isOfList(path))).toEqual([]);
});

test("an address that changes all the time opens no session until it stands", async ({ page, connect }) => {
  const server = await connect("key on another origin");
  const last = await server.createSession("Repo helper");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.evaluate(async (last) => {
    const places = [...Array.from({ length: 100 }, (_, change) => `sesn_${change}`), last];
    for (const place of places) {
      const changed = new Promise((done) => addEventListener("hashchange", done, { once: true }));
      location.hash = `#/sessions/${place}`;
      await changed;
      // A screen that is opened at once asks by then.
      await new Promise((done) => setTimeout(done, 10));
    }
  }, last);
  await expect(new SessionPage(page).stream).toHaveText("live");
  const opened = new Set(asked.flatMap((path) => path.match(/\/v1\/sessions\/(sesn_\w+)/)?.[1] ?? []));
  expect(opened.has(last)).toBe(true);
  // Each that stood for a fifth of a second, which on a busy machine are more than the first two.
  expect(opened.size).toBeLessThan(50);
});

test("an answer that unpacks to gigabytes is given up", async ({ connectPage }) => {
  const { gzipSync } = await import("node:zlib");
  const packed = gzipSync(`{"data":[],"filler":"${" ".repeat(200 << 20)}"}`);
  const api = await elsewhere((request, response) => {
    const headers = { "access-control-allow-origin": "*", "access-control-allow-headers": "*", "access-control-allow-methods": "*" };
    if (request.method === "OPTIONS") return void response.writeHead(204, headers).end();
    response.writeHead(200, { ...headers, "content-type": "application/json", "content-encoding": "gzip" }).end(packed);
  });
  await connectPage.open();
  await connectPage.connect(api.url, KEY);
  await expect(connectPage.alert).toContainText("longer than 64 MB");
  api.stop();
});

test("a page that came over plain http says that a key is not safe on it", async ({ page, connectPage }) => {
  const warning = page.getByText("This page was opened over plain http");
  await connectPage.open();
  await expect(warning).toHaveCount(0);
  await page.addInitScript(() => Object.defineProperty(window, "isSecureContext", { value: false }));
  await page.reload();
  await expect(warning).toBeVisible();
});
