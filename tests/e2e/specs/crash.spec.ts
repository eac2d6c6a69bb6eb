import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Frame, Page } from "@playwright/test";
import { SessionPage } from "../pages/session-page";
import { SessionsPage } from "../pages/sessions-page";
import { CrashScreen } from "../support/crash-screen";
import { DemoServer } from "../support/demo-server";
import { expect, KEY, test as strict, WAYS } from "../support/test";

/** Here the page is broken on purpose, so errors in the console are expected. */
const test = strict.extend({ cleanConsole: async ({}, use) => use(undefined) });

/** Makes the browser refuse new nodes, with the key in its words: the next rendering fails. */
async function breakRendering(page: Page | Frame): Promise<void> {
  await page.evaluate((key) => {
    const { createElement, createTextNode } = Document.prototype;
    const { cloneNode } = Node.prototype;
    const repair = () => {
      Object.assign(Document.prototype, { createElement, createTextNode });
      Node.prototype.cloneNode = cloneNode;
    };
    Object.assign(window, { repair });
    const refuse = () => {
      throw new Error(`no more nodes, says the extension that read ${key} and sk-ant-api03-another_1`);
    };
    Document.prototype.createElement = refuse;
    Document.prototype.createTextNode = refuse;
    Node.prototype.cloneNode = refuse;
  }, KEY);
}

for (const way of WAYS) {
  test(`a panic leads to a screen with a report and back to where one was (${way})`, async ({ page, connect }) => {
    const said: string[] = [];
    page.on("console", (entry) => said.push(entry.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    const server = await connect(way);
    const id = await server.createSession("Repo helper");
    const session = new SessionPage(page);
    await session.open(`${id}?event=sevt_secret_place`);
    await session.expectLive();
    await session.message.fill("A draft that is not lost");
    const ended: string[] = [];
    page.on("requestfailed", (request) => ended.push(new URL(request.url()).pathname));

    // The page asks what it runs in, and is told that it is no window: a broken assumption, which panics.
    await page.evaluate(() => Object.defineProperty(Window, Symbol.hasInstance, { value: () => false }));
    await server.inject(id, { type: "agent.message", content: [{ type: "text", text: "One row more." }] });

    const screen = new CrashScreen(page);
    await screen.expectShown("The playground has stopped");
    const report = await screen.report.inputValue();
    expect(report).toContain("panicked at ");
    expect(report).toMatch(/src.platform.mod\.rs:\d+:\d+/);
    expect(report).toContain("the app runs in a browser window");
    expect(report).toContain("Build: managed-agents-playground-");
    expect(report).toContain(`Route: #/sessions/${id}\n`);
    expect(report).toContain("Chrome");
    expect(report).not.toContain("sevt_secret_place");
    if (way === "key on another origin") expect(said.join("\n")).toContain("panicked at ");
    for (const text of [report, await page.content(), said.join("\n")]) expect(text).not.toContain(KEY);

    await expect.poll(() => ended, "the stream is closed").toContain(`/v1/sessions/${id}/events/stream`);
    await expect(session.log).toHaveCount(0);

    await screen.reload.click();
    await session.expectLive();
    await expect(session.message).toHaveValue("A draft that is not lost");
    await expect(session.log).toContainText("One row more.");
  });
}

test("an exception that goes through the page's code without a panic ends it too", async ({ page, connect }) => {
  await connect();
  await page.getByRole("button", { name: /^Theme/ }).evaluate((button, key) => {
    const refuse = () => {
      throw new Error(`the browser is out of order, says the extension that read ${key} and sk-ant-api03-another_1`);
    };
    Object.defineProperty(Node.prototype, "nodeValue", { set: refuse });
    Object.defineProperty(CharacterData.prototype, "data", { set: refuse });
    (button as HTMLElement).click();
  }, KEY);
  const screen = new CrashScreen(page);
  await expect(screen.dialog).toBeVisible();
  await expect(screen.report).toHaveValue(/out of order, says the extension that read <redacted> and <redacted>\n/);
  expect(await page.content()).not.toContain(KEY);
  expect(await screen.report.inputValue()).not.toContain(KEY);
});

test("errors of others do not end the page", async ({ page, connect }) => {
  await connect();
  await page.evaluate(async () => {
    setTimeout(() => {
      throw new Error("an extension's own trouble");
    });
    void Promise.reject(new Error("an extension's promise"));
    void Promise.reject(undefined);
    dispatchEvent(new ErrorEvent("error", { message: "ResizeObserver loop completed with undelivered notifications." }));
    await new Promise((done) => setTimeout(done));
  });
  await expect(new SessionsPage(page).list).toBeVisible();
  await expect(new CrashScreen(page).dialog).toHaveCount(0);
});

test("the report can be copied, and the keyboard reaches everything", async ({ page, context, connect }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await connect();
  await breakRendering(page);
  await new SessionsPage(page).newSession.click();
  const screen = new CrashScreen(page);
  await screen.expectShown("The playground has stopped");
  await page.keyboard.press("Tab");
  await expect(screen.reload).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(screen.copy).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(screen.dialog.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await screen.report.inputValue());
  await screen.dialog.getByRole("link").click();
  await expect(new SessionsPage(page).list).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`on a narrow ${colorScheme} screen`, () => {
    test.use({ viewport: { width: 390, height: 844 }, colorScheme });

    test("it is accessible and fits", async ({ page, connect }) => {
      await connect();
      await breakRendering(page);
      await new SessionsPage(page).newSession.click();
      await new CrashScreen(page).expectShown("The playground has stopped");
      await page.evaluate(() => (window as unknown as { repair: () => void }).repair());
      const found = await new AxeBuilder({ page }).analyze();
      expect(found.violations.map((violation) => violation.id)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    });
  });
}

test("it works inside an iframe", async ({ page, host }) => {
  const folder = mkdtempSync(join(tmpdir(), "portal-"));
  writeFileSync(join(folder, "index.html"), `<iframe src="${host.url}/" width=800 height=600></iframe>`);
  const portal = await DemoServer.start(10, folder);
  try {
    await page.goto(portal.url);
    const inside = page.frameLocator("iframe");
    const connect = inside.getByRole("button", { name: "Connect", exact: true });
    await expect(connect).toBeVisible();
    await breakRendering(page.frames()[1] as Frame);
    await inside.getByRole("textbox", { name: "API base URL" }).fill("nonsense");
    await connect.click();
    await expect(inside.getByRole("alertdialog", { name: "The playground has stopped" })).toBeVisible();
    await inside.getByRole("button", { name: "Reload" }).click();
    await expect(connect).toBeVisible();
  } finally {
    portal.stop();
    rmSync(folder, { recursive: true });
  }
});
