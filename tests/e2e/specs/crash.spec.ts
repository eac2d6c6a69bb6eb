import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Frame, Page } from "@playwright/test";
import { SessionPage } from "../pages/session-page";
import { goToHash, SessionsPage } from "../pages/sessions-page";
import { CrashScreen } from "../support/crash-screen";
import { DemoServer } from "../support/demo-server";
import { expect, KEY, test as strict, WAYS } from "../support/test";

/** Here the page is broken on purpose, so errors in the console are expected. */
const test = strict.extend({ cleanConsole: async ({}, use) => use(undefined) });

/** Tells the page that it runs in no window: a broken assumption, which panics as soon as it asks. */
async function breakPage(page: Page | Frame): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(Window, Symbol.hasInstance, { value: () => false, configurable: true });
    Object.assign(window, { repair: () => Reflect.deleteProperty(Window, Symbol.hasInstance) });
  });
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

    await breakPage(page);
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

test("an exception that goes through the page's code without a panic does not end it", async ({ page, connect }) => {
  const said: string[] = [];
  page.on("console", (entry) => said.push(entry.text()));
  await connect();
  const theme = page.getByRole("button", { name: /^Theme/ });
  await theme.evaluate((button, key) => {
    const { nodeValue } = Object.getOwnPropertyDescriptors(Node.prototype);
    const { data } = Object.getOwnPropertyDescriptors(CharacterData.prototype);
    const refuse = () => {
      throw new Error(`the browser is out of order, says the extension that read ${key} and sk-ant-api03-another_1`);
    };
    Object.defineProperty(Node.prototype, "nodeValue", { set: refuse, configurable: true });
    Object.defineProperty(CharacterData.prototype, "data", { set: refuse, configurable: true });
    Object.assign(window, {
      repair: () => {
        if (nodeValue) Object.defineProperty(Node.prototype, "nodeValue", nodeValue);
        if (data) Object.defineProperty(CharacterData.prototype, "data", data);
      },
    });
    (button as HTMLElement).click();
  }, KEY);
  const notice = page.getByRole("alert").filter({ hasText: "Something in the page did not work" });
  await expect(notice).toBeVisible();
  await expect(new CrashScreen(page).dialog).toHaveCount(0);
  await page.evaluate(() => (window as unknown as { repair: () => void }).repair());

  // What it was doing is not done; everything else is there.
  await notice.getByRole("button", { name: "Dismiss" }).click();
  await expect(notice).toBeHidden();
  const sessions = new SessionsPage(page);
  await sessions.newSession.click();
  await expect(page.getByRole("button", { name: "Create session" })).toBeVisible();
  await page.goBack();
  await expect(sessions.links.first()).toBeVisible();
  expect(said.join("\n")).toContain("out of order, says the extension that read <redacted> and <redacted>");
  expect(said.join("\n")).not.toContain(KEY);
});

test("an exception in the handler of one button does not end the page", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await page.evaluate(() => {
    const { preventDefault } = Event.prototype;
    Event.prototype.preventDefault = () => {
      Event.prototype.preventDefault = preventDefault;
      throw new TypeError("undefined is not a function");
    };
  });
  await session.message.fill("Hello");
  await session.message.press("Enter");
  const notice = page.getByRole("alert").filter({ hasText: "Something in the page did not work" });
  await expect(notice).toBeVisible();
  await expect(new CrashScreen(page).dialog).toHaveCount(0);
  await notice.getByRole("button", { name: "Dismiss" }).click();
  await session.message.fill("Hello again");
  await session.message.press("Enter");
  await expect(session.row("user.message").last()).toContainText("Hello again");
});

test("what wasm itself gives up for ends the page", async ({ page, connect }) => {
  await connect();
  await page.evaluate(() => {
    const build = document.querySelector<HTMLScriptElement>("script[type=module]")?.src ?? "";
    const error = new WebAssembly.RuntimeError("memory access out of bounds");
    error.stack = `RuntimeError: memory access out of bounds\n at ${build}:1:1`;
    dispatchEvent(new ErrorEvent("error", { error }));
  });
  await new CrashScreen(page).expectShown("The playground has stopped");
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
  await breakPage(page);
  // Not by a click: an answer that was under way may have ended the page already.
  await goToHash(page, "#/sessions/new");
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
      await breakPage(page);
      await goToHash(page, "#/sessions/new");
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
    await breakPage(page.frames()[1] as Frame);
    await inside.getByRole("textbox", { name: "API base URL" }).fill(host.url);
    await expect(inside.getByRole("alertdialog", { name: "The playground has stopped" })).toBeVisible();
    await inside.getByRole("button", { name: "Reload" }).click();
    await expect(connect).toBeVisible();
  } finally {
    portal.stop();
    rmSync(folder, { recursive: true });
  }
});
