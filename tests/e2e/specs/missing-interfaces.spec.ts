import type { Page } from "@playwright/test";
import { SessionPage } from "../pages/session-page";
import { SessionsPage } from "../pages/sessions-page";
import { CrashScreen } from "../support/crash-screen";
import { expect, test as base } from "../support/test";

/** What a browser may not have here: the name under which it is taken away, and how. Runs in the page before anything else. */
const MISSING: Record<string, () => void> = {
  "navigator.clipboard": () => Object.defineProperty(Navigator.prototype, "clipboard", { get: () => undefined }),
  "a clipboard that refuses": () => {
    const refuse = () => Promise.reject(new DOMException("not here", "NotAllowedError"));
    Object.defineProperty(Navigator.prototype, "clipboard", { get: () => ({ writeText: refuse }) });
  },
  "any way to copy": () => {
    Object.defineProperty(Navigator.prototype, "clipboard", { get: () => undefined });
    Document.prototype.execCommand = () => false;
  },
  "document.execCommand": () => Reflect.deleteProperty(Document.prototype, "execCommand"),
  sessionStorage: () => Object.defineProperty(window, "sessionStorage", { get: () => undefined }),
  "a sessionStorage that is null": () => Object.defineProperty(window, "sessionStorage", { get: () => null }),
  "a sessionStorage that throws": () => {
    const refuse = () => {
      throw new DOMException("denied", "SecurityError");
    };
    Object.defineProperty(window, "sessionStorage", { get: refuse });
  },
  "room in sessionStorage": () => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  },
  ResizeObserver: () => Reflect.deleteProperty(window, "ResizeObserver"),
  MutationObserver: () => Reflect.deleteProperty(window, "MutationObserver"),
  matchMedia: () => Object.defineProperty(window, "matchMedia", { value: undefined }),
  AbortController: () => Reflect.deleteProperty(window, "AbortController"),
  "the classes of streams": () => {
    for (const name of ["ReadableStream", "ReadableStreamDefaultReader"]) Reflect.deleteProperty(window, name);
  },
  EventSource: () => Reflect.deleteProperty(window, "EventSource"),
  "what the page has no use for": () => {
    Object.defineProperty(Crypto.prototype, "subtle", { get: () => undefined });
    Object.defineProperty(window, "localStorage", { get: () => undefined });
    for (const name of ["IntersectionObserver", "Notification", "Worker", "indexedDB", "caches"])
      Reflect.deleteProperty(window, name);
  },
  Intl: () => Reflect.deleteProperty(window, "Intl"),
  "relative times and numbers of Intl": () => {
    for (const name of ["RelativeTimeFormat", "NumberFormat"]) Reflect.deleteProperty(Intl, name);
  },
  "Intl.DateTimeFormat": () => Reflect.deleteProperty(Intl, "DateTimeFormat"),
  "the options of Intl.DateTimeFormat": () => {
    const { DateTimeFormat } = Intl;
    const picky = function (_: string, options?: object) {
      if (options) throw new RangeError("unknown option");
      return new DateTimeFormat();
    };
    Object.assign(Intl, { DateTimeFormat: picky });
  },
  "CSS.highlights": () => Object.defineProperty(CSS, "highlights", { value: undefined }),
  requestAnimationFrame: () => Object.defineProperty(window, "requestAnimationFrame", { value: undefined }),
  "frames that never come": () => {
    window.requestAnimationFrame = () => 1;
  },
  "HTMLDialogElement.showModal": () => Reflect.deleteProperty(HTMLDialogElement.prototype, "showModal"),
  "the methods of dialogs": () => {
    for (const name of ["show", "showModal", "close"]) Reflect.deleteProperty(HTMLDialogElement.prototype, name);
  },
  performance: () => Object.defineProperty(window, "performance", { value: undefined }),
  "a history that takes no more": () => {
    const refuse = () => {
      throw new DOMException("Attempt to use history.replaceState() more than 100 times per 30 seconds", "SecurityError");
    };
    history.replaceState = refuse;
    history.pushState = refuse;
  },
  "navigator.onLine": () => Object.defineProperty(Navigator.prototype, "onLine", { get: () => undefined }),
  queueMicrotask: () => Object.defineProperty(window, "queueMicrotask", { value: undefined }),
  FinalizationRegistry: () => Reflect.deleteProperty(window, "FinalizationRegistry"),
  "the state of visibility": () => {
    for (const name of ["hidden", "visibilityState"]) Object.defineProperty(Document.prototype, name, { get: () => undefined });
  },
};

const test = base.extend({
  cleanConsole: async ({ page }, use) => {
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    await use(undefined);
    expect(problems, "no uncaught error").toEqual([]);
  },
});

/** What was copied, however the page did it. */
async function copied(page: Page): Promise<string> {
  const byHand = page.getByRole("textbox", { name: "Text to copy" });
  const button = page.getByRole("button", { name: "Copied" });
  await expect(byHand.or(button).first()).toBeVisible();
  if (await byHand.isVisible()) {
    await expect(page.getByRole("dialog", { name: "Copy by hand" })).toContainText("press Ctrl+C");
    const text = await byHand.evaluate((field: HTMLTextAreaElement) =>
      field.value.slice(field.selectionStart, field.selectionEnd),
    );
    await page.getByRole("button", { name: "Close", exact: true }).last().click();
    await expect(byHand).toHaveCount(0);
    return text;
  }
  await page.evaluate(() => {
    const paste = document.createElement("textarea");
    paste.id = "paste";
    document.body.append(paste);
    paste.focus();
  });
  await page.keyboard.press("ControlOrMeta+v");
  const text = await page.locator("#paste").inputValue();
  await page.locator("#paste").evaluate((paste) => paste.remove());
  return text;
}

for (const [name, takeAway] of Object.entries(MISSING)) {
  test(`the page works, or says why not, without ${name}`, async ({ page, context, connect }) => {
    test.setTimeout(120_000);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.addInitScript(takeAway);
    const server = await connect(name === "EventSource" ? "gateway on the same origin" : "key on another origin");
    const screen = new CrashScreen(page);
    const session = new SessionPage(page);

    // A past session, its history, and an event of it.
    await new SessionsPage(page).linkTo(await server.sessionTitled("First look at lantern")).click();
    await expect(session.row("agent.message").first()).toBeVisible();
    await session.row("agent.message").last().getByRole("button", { name: /^Inspect/ }).click();
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await expect(inspector).toContainText("agent.message");
    await inspector.getByRole("button", { name: "Copy event ID" }).click();
    const id = await inspector.locator("dd code").first().textContent();
    expect(await copied(page)).toBe(id);
    await inspector.getByRole("button", { name: "Close" }).click();

    // A session of one's own: a message, its answer, a search.
    const own = await server.createSession("Repo helper");
    await session.open(own);
    await expect(session.message).toBeEditable();
    await session.message.fill("Say something short");
    await session.message.press("Enter");
    await expect(session.row("user.message")).toContainText("Say something short");
    await expect(session.row("agent.message").first()).toBeVisible({ timeout: 30_000 });
    const answer = session.row("agent.message").first();
    await answer.hover();
    await answer.getByRole("button", { name: "Copy message" }).click();
    const events = await server.events(own);
    const said = events.find((event) => event.type === "agent.message")?.content as { text: string }[];
    expect(await copied(page)).toBe(said.map((block) => block.text).join("\n\n"));
    await session.searchButton.click();
    await session.search.fill("something short");
    await expect(session.searchResults).toContainText("1 of");
    await session.search.press("Escape");
    await session.eventsTab.click();
    await expect(session.row("user.message")).toBeVisible();

    // A dialog opens and closes.
    await session.delete.click();
    await expect(session.dialog).toBeVisible();
    await session.dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(session.dialog).toBeHidden();

    await expect(screen.dialog).toHaveCount(0);
    await expect(page.locator("#crash-stumble")).toBeHidden();
  });
}
