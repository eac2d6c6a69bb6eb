import type { Page, Route } from "@playwright/test";
import { CrashScreen } from "../support/crash-screen";
import { expect, test } from "../support/test";

/** What can stand in the place of the file, and what the reader is told. */
const ANSWERS: Record<string, [Parameters<Route["fulfill"]>[0], string]> = {
  "an error of the server": [{ status: 500, body: "{}" }, "status 500"],
  "a refusal": [{ status: 403, json: { baseUrl: "https://elsewhere.test" } }, "status 403"],
  "headers that are too large": [{ status: 431, body: "" }, "status 431"],
  "no content": [{ status: 204 }, "status 204"],
  "the page of a login": [{ status: 200, contentType: "text/html", body: "\n<!doctype html><title>Log in</title>" }, "a web page instead"],
  "broken JSON": [{ status: 200, contentType: "application/json", body: '{"baseUrl": "https://api.test"' }, "cannot be read"],
  "JSON of another shape": [{ status: 200, contentType: "application/json", body: "[]" }, "cannot be read"],
  "a wrong type": [{ status: 200, json: { baseUrl: 7 } }, "cannot be read"],
  "an empty file": [{ status: 200, contentType: "application/json", body: "" }, "cannot be read"],
};

async function expectRefused(page: Page, why: string): Promise<CrashScreen> {
  const screen = new CrashScreen(page);
  await screen.expectShown("The playground could not start");
  await expect(screen.dialog).toContainText("config.json");
  await expect(screen.dialog).toContainText(why);
  await expect(page.getByLabel("API key", { exact: true })).toHaveCount(0);
  return screen;
}

for (const [what, [answer, why]] of Object.entries(ANSWERS)) {
  test(`a page that does not get its config.json takes no key: ${what}`, async ({ page, host, remote }) => {
    await page.route("**/config.json", (route) => route.fulfill(answer));
    // A link chooses the address where no file does.
    await page.goto(`${host.url}/?baseUrl=${encodeURIComponent(remote.url)}#/connect`);
    const screen = await expectRefused(page, why);
    await page.unroute("**/config.json");
    await screen.reload.click();
    await expect(page.getByLabel("API key", { exact: true })).toBeVisible();
  });
}

test("a config.json of another address is not taken", async ({ page, host, remote }) => {
  const location = `${remote.url}/config.json`;
  await host.fault({ match: { path: "/config.json" }, times: 0, effect: { status: 302, headers: { location } } });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(`${host.url}/#/connect`);
  await expectRefused(page, "leads to another one");
  expect(asked).not.toContain(location);
});

test("a config.json that is cut off is not taken", async ({ page, host }) => {
  await page.route("**/config.json", (route) => route.abort("connectionreset"));
  await page.goto(`${host.url}/#/connect`);
  await expectRefused(page, "did not arrive");
});

test("a config.json that never arrives does not keep the reader waiting for ever", async ({ page, host }) => {
  // The wait for it, and no other, is over at once.
  await page.addInitScript(() => {
    const setTimer = window.setTimeout.bind(window);
    Object.assign(window, { setTimeout: (run: () => void, ms: number) => setTimer(run, ms === 20_000 ? 0 : ms) });
  });
  await page.route("**/config.json", () => {});
  await page.goto(`${host.url}/#/connect`);
  await expectRefused(page, "within 20 seconds");
});

test("without a config.json the page takes any address", async ({ page, host }) => {
  const answer = { status: 404, contentType: "text/html", body: "<title>Not found</title>" };
  await page.route("**/config.json", (route) => route.fulfill(answer));
  await page.goto(`${host.url}/#/connect`);
  await expect(page.getByRole("textbox", { name: "API base URL" })).toHaveValue("https://api.anthropic.com");
});

test("the file is asked for anew each time, and not passed through a cache", async ({ page, host }) => {
  const asked = page.waitForRequest("**/config.json");
  await page.goto(`${host.url}/#/connect`);
  expect((await (await asked).allHeaders())["cache-control"]).toMatch(/max-age=0|no-cache/);
});
