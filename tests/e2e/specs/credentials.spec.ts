import type { Page, Route } from "@playwright/test";
import { expect, KEY, test } from "../support/test";
import { NewSessionPage } from "../pages/new-session-page";
import { SessionPage } from "../pages/session-page";
import { SessionsPage } from "../pages/sessions-page";

test("the key is nowhere but in this tab's storage, until Disconnect", async ({ page, connect, host, remote }) => {
  const said: string[] = [];
  page.on("console", (entry) => said.push(entry.text()));
  const urls: string[] = [];
  page.on("request", (request) => urls.push(request.url()));

  const server = await connect("key on another origin");
  await expectKeyOnlyInTabStorage(page);

  await new NewSessionPage(page).open();
  await expectKeyOnlyInTabStorage(page);

  const session = new SessionPage(page);
  const id = await server.createSession("Repo helper");
  await session.open(id);
  await session.expectLive();
  await session.say("List the files, please.");
  await session.expectTurnsEnded(server, id, 1);
  await expectKeyOnlyInTabStorage(page);

  await page.reload();
  await session.expectLive();
  await expectKeyOnlyInTabStorage(page);

  await new SessionsPage(page).open();
  await page.getByRole("button", { name: "Disconnect" }).click();
  await expect(page.getByRole("button", { name: "Connect", exact: true })).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain(KEY);
  await page.reload();
  await expect(page.getByRole("button", { name: "Connect", exact: true })).toBeVisible();

  expect(said.join("\n")).not.toContain(KEY);
  expect(urls.join("\n")).not.toContain(KEY);
  const toTheHost = (await host.requests()).filter((request) => request.credential !== "none");
  expect(toTheHost, "the origin of the page never sees the key of another origin").toEqual([]);
  expect((await remote.requests()).some((request) => request.credential === "x-api-key")).toBe(true);
});

test("a key that the server echoes in an error is not shown", async ({ page, connectPage, remote }) => {
  const said: string[] = [];
  page.on("console", (entry) => said.push(entry.text()));
  await remote.fault({
    match: { contains: "/v1/" },
    times: 0,
    effect: { status: 401, error: { type: "authentication_error", message: `invalid x-api-key: ${KEY}` } },
  });
  await connectPage.open();
  await connectPage.connect(remote.url, KEY);
  await expect(connectPage.alert).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain(KEY);
  expect(said.join("\n")).not.toContain(KEY);
});

const letters = (form: (letter: string) => string) => [...KEY].map(form).join("");
const hex = (letter: string) => letter.charCodeAt(0).toString(16).padStart(2, "0");
for (const [name, text] of [
  ["upper case", KEY.toUpperCase()],
  ["percent-encoded", letters((letter) => `%${hex(letter)}`)],
  ["as character references", letters((letter) => `&#x${hex(letter)};`)],
  ["with invisible characters inside", letters((letter) => `${letter}\u200B`)],
  ["with a line break inside", `${KEY.slice(0, 16)}\r\n${KEY.slice(16)}`],
  ["in Base64", Buffer.from(`x-api-key: ${KEY}`).toString("base64")],
  ["in hexadecimal", letters(hex)],
  ["without its prefix", KEY.slice("sk-ant-api03-".length)],
] as const) {
  test(`a key that the server echoes ${name} is not shown`, async ({ page, connectPage, remote }) => {
    await remote.fault({
      match: { contains: "/v1/" },
      times: 0,
      effect: { status: 401, error: { type: "authentication_error", message: `invalid key: ${text}` } },
    });
    await connectPage.open();
    await connectPage.connect(remote.url, KEY);
    await expect(connectPage.alert).toContainText("<redacted>");
    const shown = await page.locator("body").innerText();
    expect(shown).not.toContain(text.slice(-10));
  });
}

test("a link with another base URL does not get the stored key", async ({ page, connect, connectPage, host, remote }) => {
  await connect("key on another origin");
  await remote.clearRequests();
  await host.clearRequests();
  await page.goto(`${host.url}/?baseUrl=${encodeURIComponent(host.url)}#/connect`);
  await expect(connectPage.baseUrl).toHaveValue(host.url);
  await expect(connectPage.key).toHaveValue("");
  await connectPage.button.click();
  await connectPage.expectConnected();
  expect((await host.requests()).filter((request) => request.credential !== "none")).toEqual([]);
});

/** Ways in which a server can give the key back where an error is expected. */
const ECHOES: Record<string, Parameters<Route["fulfill"]>[0]> = {
  "message of an error": { status: 401, json: { type: "error", error: { type: "authentication_error", message: `no ${KEY}` } } },
  "type of an error": { status: 400, json: { type: "error", error: { type: KEY, message: KEY, details: { error_code: KEY } } } },
  "request id": { status: 403, json: { type: "error", request_id: `req_${KEY}`, error: { type: "permission_error", message: "no" } } },
  "header of the request id": { status: 500, headers: { "request-id": KEY, "x-should-retry": "false" }, body: "" },
  "page of a proxy": { status: 502, contentType: "text/html", headers: { "x-should-retry": "false" }, body: `<h1>x-api-key: ${KEY}</h1>` },
  "broken JSON": { status: 200, contentType: "application/json", body: `{"data": [{"id": "${KEY}"` },
  "JSON of another shape": { status: 200, contentType: "application/json", body: `"${KEY}"` },
  "JSON with the key as a field": { status: 200, contentType: "application/json", body: `{"data": {"${KEY}": 1}}` },
  "JSON with the key as a number's place": { status: 200, contentType: "application/json", body: `{"data": ${KEY}}` },
};

for (const [what, answer] of Object.entries(ECHOES)) {
  test(`a key that the server gives back is not shown: ${what}`, async ({ page, connectPage, remote }) => {
    const said = listen(page);
    const headers = { "access-control-allow-origin": "*", "access-control-expose-headers": "*", ...answer?.headers };
    await page.route("**/v1/**", (route) => route.fulfill({ ...answer, headers }));
    await connectPage.open();
    await connectPage.connect(remote.url, KEY);
    await expect(connectPage.alert).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain(KEY);
    expect(said.join("\n")).not.toContain(KEY);
  });
}

test("a key in an error of the stream is not shown", async ({ page, connect }) => {
  const said = listen(page);
  const server = await connect("key on another origin");
  const id = await server.createSession("Repo helper");
  const error = { type: "error", error: { type: "api_error", message: `refused: ${KEY}` } };
  const frames = [`event: error\ndata: ${JSON.stringify(error)}\n\n`, `data: {"id": "${KEY}"\n\n`, `data: ${KEY}\n\n`];
  let streams = 0;
  await page.route("**/events/stream*", (route) => {
    const body = frames[streams++ % frames.length] ?? "";
    const headers = { "access-control-allow-origin": "*", "access-control-expose-headers": "*" };
    return route.fulfill({ contentType: "text/event-stream", headers, body });
  });
  await new SessionPage(page).open(id);
  await expect.poll(() => streams).toBeGreaterThan(3);
  expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain(KEY);
  expect(said.join("\n")).not.toContain(KEY);
});

for (const status of [301, 302, 303, 307, 308]) {
  test(`a redirect (${status}) to another origin does not take the key along`, async ({ page, connect, connectPage, host, remote }) => {
    // The host stands for a stranger: its API would take the key, and it notes what it gets.
    const away = (path: string) => ({
      match: { path },
      times: 0,
      effect: { status, headers: { location: `${host.url}/v1/sessions`, "cache-control": "no-store" } },
    });
    await remote.fault(away("/v1/sessions"));
    await connectPage.open();
    await connectPage.connect(remote.url, KEY);
    await expect(connectPage.alert).toBeVisible();
    await remote.clearFaults();

    const server = await connect("key on another origin");
    const id = await server.createSession("Repo helper");
    await remote.fault(away(`/v1/sessions/${id}/events/stream`));
    await remote.fault({ ...away(`/v1/sessions/${id}/events`), match: { path: `/v1/sessions/${id}/events`, method: "POST" } });
    const session = new SessionPage(page);
    await session.open(id);
    await expect(session.stream).toHaveAttribute("data-stream", /reconnecting|polling|ended/);
    await session.say("Where does this go?");
    await expect
      .poll(async () => (await remote.requests()).some((request) => request.method === "POST" && request.path.includes(id)))
      .toBe(true);
    const strays = (await host.requests()).filter((request) => request.credential !== "none");
    expect(strays).toEqual([]);
    expect(JSON.stringify(await host.requests())).not.toContain("x-api-key");
  });
}

/** Addresses that look like the API to a person or to a careless parser. */
const DISGUISES = [
  "https://api.anthropic.com@evil.example",
  "https://api.anthropic.com:443@evil.example/",
  "https://api.anthropic.com%40evil.example",
  "https://api.anthropic.com\\@evil.example",
  "https:\\\\evil.example",
  "https:evil.example",
  "//evil.example",
  "\\\\evil.example",
  "https://evil.example#@api.anthropic.com",
  "https://evil.example?@api.anthropic.com",
  "https://api.anthropic.com.evil.example",
  "https://api.anthropic.com.",
  "https://api.anthropic.com:8443",
  "https://аpi.anthropic.com",
  "https://api.anthropic。com",
  "https://API.ANTHROPIC.COM\u200b",
  "https://api.anthropic.com\t.evil.example",
  "https://api.anthropic.com\n@evil.example",
  "http://api.anthropic.com",
  "ftp://api.anthropic.com",
  "file:///api.anthropic.com",
  "javascript:fetch('https://evil.example')",
  "data:text/html,evil",
  "http://127.0.0.1.evil.example",
  "http://2130706433",
  "http://0x7f.1",
  "http://[::ffff:127.0.0.1]",
  "%68ttps://evil.example",
  " https://evil.example ",
  "",
];

test("no address in a link makes the page send the stored key", async ({ page, connect, connectPage, host, remote }) => {
  test.setTimeout(600_000);
  await connect("key on another origin");
  const port = new URL(remote.url).port;
  const near = [`http://localhost:${port}`, `http://127.0.0.1:${port}.`, `http://127.1:${port}`, `http://user@127.0.0.1:${port}`];
  const addresses = [...DISGUISES, ...DISGUISES.map((one) => one.replace("https://api.anthropic.com", remote.url)), ...near];
  // Ends what the list of sessions is still asking, rightly with the key.
  await page.goto("about:blank");
  const sent: string[] = [];
  page.on("request", (request) => {
    if ("x-api-key" in request.headers()) sent.push(request.url());
  });
  for (const address of new Set(addresses)) {
    const written = encodeURIComponent(address);
    await page.goto(`${host.url}/?baseUrl=${written}#/sessions`);
    await expect(connectPage.button, address).toBeVisible();
    await expect(connectPage.key).toHaveValue("");
    await connectPage.button.click();
    await expect(connectPage.alert, address).toBeVisible();
    // In the route, too, an address is only a suggestion.
    await page.goto(`${host.url}/?baseUrl=${written}#/connect?baseUrl=${written}`);
    await expect(connectPage.key).toHaveValue("");
  }
  expect(sent, "requests with the key").toEqual([]);
  await page.goto(`${host.url}/?baseUrl=${encodeURIComponent(remote.url)}#/sessions`);
  await connectPage.expectConnected();
});

/** Everything that the page writes to the console from now on. */
function listen(page: Page): string[] {
  const said: string[] = [];
  page.on("console", (entry) => said.push(entry.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  return said;
}

async function expectKeyOnlyInTabStorage(page: Page): Promise<void> {
  const places = await page.evaluate(() => ({
    html: document.documentElement.outerHTML,
    fields: [...document.querySelectorAll("input, textarea")].map((field) => (field as HTMLInputElement).value).join(),
    localStorage: JSON.stringify(localStorage),
    cookies: document.cookie,
    address: location.href,
    history: JSON.stringify(history.state),
    name: window.name,
    title: document.title,
  }));
  for (const [place, content] of Object.entries(places)) expect(content, place).not.toContain(KEY);
  expect(await page.context().cookies()).toEqual([]);
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).toContain(KEY);
}
