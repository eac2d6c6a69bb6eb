import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, type KeyInput, launch, type Page } from "puppeteer-core";
import { launchOptions } from "../../browser";
import { type Control, type Engine, type EngineName, type Key, PATIENCE, type Point, type Size, type Tab } from "./driver";

/** Chromium over the protocol of its developer tools, Firefox over WebDriver BiDi. */
export class PuppeteerEngine implements Engine {
  readonly name: EngineName;
  readonly version: string;
  readonly hasTouch = true;
  readonly #browser: Browser;
  readonly #profile: string;

  private constructor(name: EngineName, version: string, browser: Browser, profile: string) {
    this.name = name;
    this.version = version;
    this.#browser = browser;
    this.#profile = profile;
  }

  /** `folder` takes the browser's files, also those of a run that is ended in the middle. */
  static async start(name: "chromium" | "firefox", folder: string): Promise<PuppeteerEngine> {
    mkdirSync(folder, { recursive: true });
    const profile = mkdtempSync(join(folder, `${name}-`));
    const browser = await (name === "chromium"
      ? launch({
          browser: "chrome",
          executablePath: process.env.CHROMIUM ?? "chromium",
          args: launchOptions.args,
          userDataDir: profile,
          timeout: PATIENCE,
        })
      : launch({
          browser: "firefox",
          executablePath: process.env.FIREFOX ?? "firefox",
          // Without a finger on the screen Firefox hides what pages see of fingers.
          extraPrefsFirefox: { "dom.w3c_touch_events.enabled": 1 },
          userDataDir: profile,
          timeout: PATIENCE,
        }));
    return new PuppeteerEngine(name, await browser.version(), browser, profile);
  }

  async open(size: Size): Promise<Tab> {
    const context = await this.#browser.createBrowserContext();
    const page = await context.newPage();
    // Chromium tells pages of fingers only if the screen has some; other checks want the mouse alone.
    await page.setViewport({ ...size, hasTouch: this.name === "chromium" });
    return PuppeteerTab.of(this, context, page);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

class PuppeteerTab implements Tab {
  readonly engine: Engine;
  readonly #context: BrowserContext;
  readonly #page: Page;
  readonly #problems: string[] = [];

  private constructor(engine: Engine, context: BrowserContext, page: Page) {
    this.engine = engine;
    this.#context = context;
    this.#page = page;
  }

  static async of(engine: Engine, context: BrowserContext, page: Page): Promise<PuppeteerTab> {
    const tab = new PuppeteerTab(engine, context, page);
    page.on("pageerror", (error) => {
      // Firefox also tells here of streams that end, which is no error of the page.
      if (!/Firefox can.t establish a connection|was interrupted while the page was loading/.test(String(error))) {
        tab.#problems.push(String(error));
      }
    });
    page.on("console", (entry) => {
      if (entry.text().includes("panicked at")) tab.#problems.push(entry.text());
    });
    await page.exposeFunction("policyViolation", (text: string) => void tab.#problems.push(text));
    await page.evaluateOnNewDocument(() => {
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => {
        (window as unknown as { policyViolation: (text: string) => void }).policyViolation(
          `policy: ${violatedDirective} refused ${blockedURI} ${sample}`,
        );
      });
    });
    return tab;
  }

  async goto(url: string): Promise<void> {
    await this.#page.goto(url, { timeout: PATIENCE });
  }

  async reload(): Promise<void> {
    await this.#page.reload({ timeout: PATIENCE });
  }

  async evaluate<A extends unknown[], T>(work: (...args: A) => T | Promise<T>, ...args: A): Promise<T> {
    for (;;) {
      try {
        return (await this.#page.evaluate(work as (...args: unknown[]) => T, ...args)) as T;
      } catch (error) {
        // The page loaded itself again while it was asked: the new one is asked.
        if (!/context was destroyed|Cannot find context/.test(String(error))) throw error;
      }
    }
  }

  async run(script: string): Promise<void> {
    await this.#page.evaluate(`${script}\nundefined`);
  }

  async hover({ x, y }: Point): Promise<void> {
    await this.#page.mouse.move(x, y);
  }

  async click({ x, y }: Point, clicks: 1 | 2 = 1): Promise<void> {
    const { mouse } = this.#page;
    await mouse.move(x, y);
    await mouse.down({ clickCount: clicks });
    await mouse.up({ clickCount: clicks });
  }

  async tap({ x, y }: Point): Promise<void> {
    await this.#page.touchscreen.tap(x, y);
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text);
  }

  async press(key: Key): Promise<void> {
    // Over BiDi a space is known as the character only.
    const named = (name: string) => (name === "Space" ? " " : /^[A-Z]$/.test(name) ? `Key${name}` : name);
    const names = key.split("+").map(named) as KeyInput[];
    const { keyboard } = this.#page;
    for (const name of names) await keyboard.down(name);
    for (const name of names.reverse()) await keyboard.up(name);
  }

  async screenshot(): Promise<Buffer> {
    return Buffer.from(await this.#page.screenshot());
  }

  async untold(controls: Control[]): Promise<Control[]> {
    const untold: Control[] = [];
    for (const control of controls) {
      const found = await this.#page.$$(`::-p-aria([name="${control.name}"][role="${control.role}"])`);
      if (found.length !== 1) untold.push(control);
      await Promise.all(found.map((handle) => handle.dispose()));
    }
    return untold;
  }

  async problems(): Promise<string[]> {
    return this.#problems;
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}
