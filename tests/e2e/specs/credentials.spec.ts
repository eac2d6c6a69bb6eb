import type { Page } from "@playwright/test";
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
