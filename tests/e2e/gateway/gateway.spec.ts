import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, expect, test as base } from "@playwright/test";
import { launchOptions } from "../browser";
import { ConnectPage } from "../pages/connect-page";
import { SessionPage } from "../pages/session-page";
import { SessionsPage } from "../pages/sessions-page";
import { DemoServer } from "../support/demo-server";
import { Authority, type Certificate } from "./certificates";
import { Gateway, KEY } from "./gateway";
import { Upstream } from "./upstream";

interface Worker {
  folder: string;
  authority: Authority;
  /** What the API shows to who connects. */
  certificate: Certificate;
  demo: DemoServer;
  upstream: Upstream;
  gateway: Gateway;
  /** A Chromium that finds the gateway under its name. */
  visitor: Browser;
}

const test = base.extend<{ nothingLeft: undefined }, Worker>({
  folder: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "gateway-"));
      await use(folder);
      rmSync(folder, { recursive: true });
    },
    { scope: "worker" },
  ],
  authority: [async ({ folder }, use) => use(new Authority(folder)), { scope: "worker" }],
  certificate: [async ({ authority }, use) => use(authority.issue("localhost")), { scope: "worker" }],
  demo: [
    async ({}, use) => {
      const demo = await DemoServer.start(10);
      await use(demo);
      demo.stop();
    },
    { scope: "worker" },
  ],
  upstream: [
    async ({ certificate, demo }, use) => {
      const upstream = await Upstream.start(certificate, demo.url);
      await use(upstream);
      await upstream.stop();
    },
    { scope: "worker" },
  ],
  gateway: [
    async ({ folder, authority, upstream }, use) => {
      const gateway = await Gateway.start(folder, authority, upstream.port);
      await use(gateway);
      await gateway.stop();
    },
    { scope: "worker" },
  ],
  visitor: [
    async ({ gateway, playwright }, use) => {
      const args = [...launchOptions.args, `--host-resolver-rules=${gateway.resolverRule}`];
      const browser = await playwright.chromium.launch({ ...launchOptions, args });
      await use(browser);
      await browser.close();
    },
    { scope: "worker" },
  ],
  nothingLeft: [
    async ({ upstream, certificate }, use) => {
      upstream.arrived.length = 0;
      await use(undefined);
      upstream.answer = undefined;
      upstream.show(certificate);
    },
    { auto: true },
  ],
});

const MESSAGE = JSON.stringify({ events: [{ type: "user.message", content: [{ type: "text", text: "hi" }] }] });

test("a visitor without a key reads, writes and follows a session", async ({ visitor, gateway, demo, upstream }) => {
  const id = await demo.createSession("Repo helper");
  const page = await visitor.newPage({ ignoreHTTPSErrors: true });
  const connectPage = new ConnectPage(page, gateway.origin);
  await connectPage.open();
  await connectPage.connect(gateway.origin, "");
  await connectPage.expectConnected();
  await new SessionsPage(page).linkTo(id).click();
  const session = new SessionPage(page);
  await expect(session.stream).toHaveText("live");
  await session.message.fill("What is in this repository?");
  await session.sendButton.click();
  await expect.poll(() => demo.idles(id)).toBeGreaterThan(0);
  const [last] = (await demo.events(id)).slice(-1);
  await session.eventsTab.click();
  await expect(session.log.locator(`[data-event-id="${last?.id}"]`)).toBeVisible();
  expect(upstream.arrived.filter(({ headers }) => headers["x-api-key"] !== KEY)).toEqual([]);
  await page.context().close();
});

test("what the API hands out is no page of the portal", async ({ visitor, gateway, upstream }) => {
  const page = await visitor.newPage({ ignoreHTTPSErrors: true });
  await page.goto(`${gateway.origin}/#/connect`);
  for (const type of ["text/html", "application/xhtml+xml", "image/svg+xml"]) {
    upstream.answer = (request, response) => {
      const script = `fetch("/v1/sessions?ran=1"); document.title = "ran"; document.documentElement.setAttribute("data-ran", "");`;
      const markup =
        type === "image/svg+xml"
          ? `<svg xmlns="http://www.w3.org/2000/svg"><title>made by an agent</title><script>${script}</script></svg>`
          : `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>made by an agent</title></head><body onload='${script}'><script>${script}</script></body></html>`;
      response.writeHead(200, { "content-type": request.url?.includes("/content") ? type : "application/json" });
      response.end(request.url?.includes("/content") ? markup : "{}");
    };
    await page.evaluate(() => {
      const link = document.createElement("a");
      link.href = "/v1/files/file_1/content";
      document.body.append(link);
      link.click();
    });
    await page.waitForURL("**/content");
    await page.waitForLoadState();
    expect(await page.title(), type).toBe("made by an agent");
    await expect(page.locator("[data-ran]")).toHaveCount(0);
    // Whatever it had asked for would have come before this.
    await page.goto(`${gateway.origin}/#/connect`);
    expect(upstream.arrived.filter(({ target }) => target.includes("ran"))).toEqual([]);
  }
  await page.context().close();
});

test("no page holds a document of the API in a frame, and no other site holds the portal", async ({ gateway, upstream }) => {
  upstream.answer = (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>");
  const document = await gateway.ask("/v1/files/file_1/content");
  const policy = String(document.headers["content-security-policy"]);
  expect(policy).toBe("sandbox; default-src 'none'; frame-ancestors 'none'");
  expect(document.headers["x-content-type-options"]).toBe("nosniff");
  expect(document.headers["cross-origin-resource-policy"]).toBe("same-origin");
  const page = await gateway.ask("/");
  expect(page.headers["content-security-policy"]).toBe("frame-ancestors 'self'");
});

test("the page is asked for anew, and other windows have no hold of it", async ({ gateway }) => {
  for (const path of ["/", "/index.html", "/config.json"]) {
    const { status, headers } = await gateway.ask(path);
    expect(status, path).toBe(200);
    expect(headers["cache-control"], path).toBe("no-cache");
    expect(headers["cross-origin-opener-policy"], path).toBe("same-origin");
    expect(headers["referrer-policy"], path).toBe("no-referrer");
    expect(headers["x-content-type-options"], path).toBe("nosniff");
  }
  expect((await gateway.ask("/v1/sessions")).headers["cache-control"], "nothing of a session stays").toBe("no-store");
  expect((await gateway.ask("/no-such-file")).headers["content-security-policy"], "errors, too").toBe("frame-ancestors 'self'");
});

const FOREIGN: [string, Record<string, string>][] = [
  ...["cross-site", "same-site", "CROSS-SITE", "anything"].map((site): [string, Record<string, string>] => [`Sec-Fetch-Site: ${site}`, { "sec-fetch-site": site }]),
  ...[
    "https://evil.test",
    "null",
    "http://portal.example",
    "https://portal.example",
    "https://portal.example.evil.test",
    "https://portalxexample",
    "https://sub.portal.example",
    "https://evil.test/https://portal.example",
  ].map((origin): [string, Record<string, string>] => [`Origin: ${origin}`, { origin }]),
];

test("other sites use nothing through a visitor's browser, old ones included", async ({ gateway, upstream }) => {
  const kinds = ["application/json", "text/plain", "application/x-www-form-urlencoded"];
  for (const [what, headers] of FOREIGN) {
    for (const type of kinds) {
      const asked = { method: "POST", headers: { cookie: "login=1", "content-type": type, ...headers }, body: MESSAGE };
      expect((await gateway.ask("/v1/sessions/sesn_1/events", asked)).status, `${what}, ${type}`).toBe(403);
    }
    expect((await gateway.ask("/v1/sessions", { headers })).status, what).toBe(403);
    expect((await gateway.ask("/v1/sessions", { method: "OPTIONS", headers })).status, what).toBe(403);
  }
  // Whichever of both says it.
  const mixed = { origin: gateway.origin, "sec-fetch-site": "cross-site" };
  expect((await gateway.ask("/v1/sessions", { headers: mixed })).status).toBe(403);
  expect(upstream.arrived).toEqual([]);
});

test("the portal itself, bookmarks and tools are let through", async ({ gateway, upstream }) => {
  const own: Record<string, string>[] = [
    { origin: gateway.origin, "sec-fetch-site": "same-origin" },
    { origin: gateway.origin },
    { "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
    {},
  ];
  for (const headers of own) expect((await gateway.ask("/v1/sessions", { headers })).status).toBe(200);
  expect(upstream.arrived).toHaveLength(own.length);
});

test("the key goes to nobody who cannot prove to be the API", async ({ gateway, upstream, authority, certificate }) => {
  for (const [what, shown] of [
    ["signed by itself", authority.selfSigned("localhost")],
    ["of another name", authority.issue("api.evil.test")],
  ] as const) {
    upstream.show(shown);
    expect((await gateway.ask("/v1/sessions")).status, what).toBe(502);
    expect((await gateway.ask("/v1/sessions/sesn_1/events", { method: "POST", body: MESSAGE })).status, what).toBe(502);
  }
  expect(upstream.arrived).toEqual([]);
  upstream.show(certificate);
  expect((await gateway.ask("/v1/sessions")).status).toBe(200);
  expect(upstream.arrived[0]?.servername).toBe("localhost");
});

test("nothing of the visitor reaches the API but what is asked", async ({ gateway, upstream }) => {
  const headers = {
    accept: "text/event-stream",
    "accept-encoding": "gzip",
    "anthropic-beta": "something-else",
    "anthropic-dangerous-direct-browser-access": "true",
    "anthropic-version": "1999-01-01",
    "anthropic-workspace-id": "wrkspc_of_the_visitor",
    authorization: "Bearer of-the-visitor",
    "content-type": "application/json",
    cookie: "login=1",
    forwarded: "for=10.0.0.1",
    "last-event-id": "1",
    origin: gateway.origin,
    "proxy-authorization": "Basic of-the-visitor",
    referer: `${gateway.origin}/`,
    "user-agent": "a browser",
    "x-accel-redirect": "/etc/passwd",
    "x-api-key": "sk-ant-api03-of-the-visitor",
    "x-auth-request-access-token": "of-the-login",
    "x-forwarded-access-token": "of-the-login",
    "x-forwarded-for": "10.0.0.1",
    "x-http-method-override": "DELETE",
  };
  await gateway.ask("/v1/sessions/sesn_1/events", { method: "POST", headers, body: MESSAGE });
  const [arrived] = upstream.arrived;
  expect(arrived?.body).toBe(MESSAGE);
  expect(arrived?.headers).toEqual({
    accept: "text/event-stream",
    "anthropic-beta": "managed-agents-2026-04-01",
    "anthropic-version": "2023-06-01",
    "content-length": String(MESSAGE.length),
    "content-type": "application/json",
    host: "api.anthropic.com",
    "x-api-key": KEY,
  });
  expect(gateway.log()).not.toContain(KEY);
});

test("what the API says about its own origin is not said about the portal", async ({ gateway, upstream }) => {
  const said = {
    "access-control-allow-credentials": "true",
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "request-id",
    "alt-svc": 'h3=":443"',
    "clear-site-data": '"*"',
    "content-security-policy": "default-src *",
    link: "<https://evil.test/a.js>; rel=preload; as=script",
    nel: '{"report_to":"a","max_age":1}',
    refresh: "0; url=https://evil.test/",
    "report-to": '{"group":"a","max_age":1,"endpoints":[{"url":"https://evil.test/"}]}',
    "reporting-endpoints": 'a="https://evil.test/"',
    "service-worker-allowed": "/",
    "set-cookie": "login=of-the-api; Path=/",
    "strict-transport-security": "max-age=1; includeSubDomains",
    "x-accel-redirect": "/config.json",
  };
  const passed = { "content-type": "application/json", "request-id": "req_1", "retry-after": "1", "x-should-retry": "false" };
  upstream.answer = (_, response) => response.writeHead(200, { ...said, ...passed, "cache-control": "public, max-age=60" }).end("{}");
  const { status, headers, body } = await gateway.ask("/v1/sessions");
  expect([status, body]).toEqual([200, "{}"]);
  expect(headers).toMatchObject(passed);
  const own = ["content-security-policy"];
  for (const name of Object.keys(said).filter((name) => !own.includes(name))) expect(headers[name], name).toBeUndefined();
  expect(headers["content-security-policy"]).not.toContain("*");
  expect(headers["cache-control"]).toBe("no-store");
});

const ODD_PATHS = [
  "/admin/..%2fv1/sessions",
  "/admin/../v1/..;/x",
  "//v1/sessions",
  "/v1//sessions",
  "/v1/..;/admin",
  "/v1/;/admin",
  "/v1/sessions;a=b",
  "/v1/.",
  "/v1/./sessions",
  "/v1/.env",
  "/v1/sessions/%2e%2e/files",
  "/v1/sessions/..%2f..%2fadmin",
  "/v1/sessions/..%5cadmin",
  "/v1/sessions/..\\admin",
  "/v1/sessions/%00",
  "/v1/sessions/a%20b",
  "/v1/%73essions",
  "/%76%31/sessions",
  "/v1/sessions/%252e%252e",
  "/v1/sessions/",
  "/v1/",
  "/a/../v1/sessions",
  "/v1/sessions/../../v1/files",
  "/v1/sessions#/../admin",
];

test("a path that could be read in two ways goes nowhere", async ({ gateway, upstream }) => {
  for (const path of ODD_PATHS) expect([400, 403, 404], path).toContain((await gateway.ask(path)).status);
  expect(upstream.arrived.map(({ target }) => target)).toEqual([]);
});

test("paths and queries of the API go on as they came", async ({ gateway, upstream }) => {
  upstream.answer = (_, response) => response.end("{}");
  const targets = [
    "/v1/sessions",
    "/v1/sessions?limit=1&statuses%5B%5D=idle",
    "/v1/sessions/sesn_011CZkZAtmR3yMPDzynEDxu7/events/stream?event_deltas%5B%5D=agent.message",
    "/v1/files/file_1-a.b~c/content?x=../..&y=//;",
  ];
  for (const target of targets) expect((await gateway.ask(target)).status).toBe(200);
  expect(upstream.arrived.map(({ target }) => target)).toEqual(targets);
});

test("events arrive one by one, whatever the API says of buffering", async ({ gateway, upstream }) => {
  let say: (frame: string) => void = () => {};
  upstream.answer = (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "x-accel-buffering": "yes" });
    response.flushHeaders();
    say = (frame) => (frame ? response.write(frame) : response.end());
  };
  const answer = await gateway.open("/v1/sessions/sesn_1/events/stream");
  const frames = answer.setEncoding("utf8")[Symbol.asyncIterator]();
  for (const frame of [": hi\n\n", 'data: {"id":"1"}\n\n', 'data: {"id":"2"}\n\n']) {
    say(frame);
    expect((await frames.next()).value).toBe(frame);
  }
  say("");
  expect((await frames.next()).done).toBe(true);
});
