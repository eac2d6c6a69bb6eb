import { createServer, type AddressInfo } from "node:net";
import { expect } from "@playwright/test";
import { Builder, By, Capabilities, Key as Keys, type WebDriver } from "selenium-webdriver";
import { Child } from "./children";
import { Display } from "./display";
import { type Control, type Engine, type Key, PATIENCE, type Point, type Size, type Tab } from "./driver";

const DRIVER = process.env.WEBKIT_DRIVER ?? "WebKitWebDriver";
const BROWSER = process.env.WEBKIT_BROWSER ?? "MiniBrowser";

/** WebKitGTK by its own WebDriver. It needs a screen, and its fingers end as a mouse. */
export class WebKitEngine implements Engine {
  readonly name = "webkit";
  readonly version: string;
  readonly hasTouch = false;
  readonly #display: Display;
  readonly #driver: Child;
  readonly #address: string;

  private constructor(version: string, display: Display, driver: Child, address: string) {
    this.version = version;
    this.#display = display;
    this.#driver = driver;
    this.#address = address;
  }

  static async start(): Promise<WebKitEngine> {
    const display = await Display.start();
    let driver: Child | undefined;
    try {
      const port = await freePort();
      const address = `http://127.0.0.1:${port}`;
      const env = { ...process.env, DISPLAY: display.name, GDK_BACKEND: "x11", NO_AT_BRIDGE: "1" };
      driver = new Child(DRIVER, [`--port=${port}`, "--host=127.0.0.1"], { env });
      await driver.until(listening(address));
      const first = await session(address);
      const { map_: capabilities } = (await first.getCapabilities()) as unknown as { map_: Map<string, string> };
      await first.quit();
      return new WebKitEngine(`WebKitGTK/${capabilities.get("browserVersion")}`, display, driver, address);
    } catch (error) {
      await driver?.end();
      await display.end();
      throw error;
    }
  }

  async open(size: Size): Promise<Tab> {
    const driver = await session(this.#address);
    await driver.manage().setTimeouts({ script: PATIENCE });
    const tab = new WebKitTab(this, driver);
    await tab.resize(size);
    return tab;
  }

  async close(): Promise<void> {
    await this.#driver.end();
    await this.#display.end();
  }
}

class WebKitTab implements Tab {
  readonly engine: Engine;
  readonly #driver: WebDriver;

  constructor(engine: Engine, driver: WebDriver) {
    this.engine = engine;
    this.#driver = driver;
  }

  /** Makes the viewport that large; the window is a little larger. */
  async resize({ width, height }: Size): Promise<void> {
    const window = this.#driver.manage().window();
    const inner = () => this.evaluate(() => [innerWidth, innerHeight] as const);
    const outer = await window.getRect();
    const [insideWidth, insideHeight] = await inner();
    await window.setRect({
      x: 0,
      y: 0,
      width: width + outer.width - insideWidth,
      height: height + outer.height - insideHeight,
    });
  }

  async goto(url: string): Promise<void> {
    await this.#driver.get(url);
    await this.#listen();
  }

  async reload(): Promise<void> {
    await this.#driver.navigate().refresh();
    await this.#listen();
  }

  async evaluate<A extends unknown[], T>(work: (...args: A) => T | Promise<T>, ...args: A): Promise<T> {
    const script = `
      const [args, done] = arguments;
      Promise.resolve().then(() => (${work.toString()})(...args)).then(
        (value) => done({ value }),
        (error) => done({ error: String(error) + "\\n" + error.stack }),
      );`;
    const answer = await this.#driver.executeAsyncScript<{ value?: T; error?: string }>(script, args);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value as T;
  }

  async run(script: string): Promise<void> {
    await this.#driver.executeScript(script);
  }

  async hover(point: Point): Promise<void> {
    await this.#driver.actions().move({ ...whole(point), duration: 0 }).perform();
  }

  async click(point: Point): Promise<void> {
    // The driver counts presses that follow each other by itself.
    await this.#driver.actions().move({ ...whole(point), duration: 0 }).press().release().perform();
  }

  async tap(): Promise<void> {
    throw new Error("WebKitGTK's driver has no fingers");
  }

  async type(text: string): Promise<void> {
    await this.#driver.switchTo().activeElement().sendKeys(text);
  }

  async press(key: Key): Promise<void> {
    const named: Record<string, string> = {
      Enter: Keys.ENTER,
      Tab: Keys.TAB,
      Escape: Keys.ESCAPE,
      Space: Keys.SPACE,
      Backspace: Keys.BACK_SPACE,
      Shift: Keys.SHIFT,
      Control: Keys.CONTROL,
    };
    const keys = key.split("+").map((name) => named[name] ?? name.toLowerCase());
    let actions = this.#driver.actions();
    for (const one of keys) actions = actions.keyDown(one);
    for (const one of keys.reverse()) actions = actions.keyUp(one);
    await actions.perform();
  }

  async screenshot(): Promise<Buffer> {
    return Buffer.from(await this.#driver.takeScreenshot(), "base64");
  }

  async untold(controls: Control[]): Promise<Control[]> {
    const candidates = "a, button, input, select, textarea, ul, ol, nav, [role]";
    const told: Control[] = [];
    for (const element of await this.#driver.findElements(By.css(candidates))) {
      // What is not rendered has no place in the tree, and the driver fails instead of saying so.
      const role = await element.getAriaRole().catch(() => "");
      if (role) told.push({ role, name: await element.getAccessibleName() });
    }
    // WebKit adds what a field says to its name if the field stands inside its label.
    const isNamed = (wanted: Control, one: Control) =>
      one.name === wanted.name || (one.role !== "button" && one.name.startsWith(`${wanted.name} `));
    const isTold = (wanted: Control, one: Control) => one.role === wanted.role && isNamed(wanted, one);
    return controls.filter((wanted) => told.filter((one) => isTold(wanted, one)).length !== 1);
  }

  /** What went wrong since the document was loaded: this driver runs nothing before. */
  async problems(): Promise<string[]> {
    return this.evaluate(() => (window as unknown as { problems?: string[] }).problems ?? []);
  }

  async close(): Promise<void> {
    await this.#driver.quit();
  }

  async #listen(): Promise<void> {
    await this.evaluate(() => {
      const problems: string[] = [];
      Object.assign(window, { problems });
      addEventListener("error", (event) => problems.push(String(event.error ?? event.message)));
      addEventListener("unhandledrejection", (event) => problems.push(String(event.reason)));
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) =>
        problems.push(`policy: ${violatedDirective} refused ${blockedURI} ${sample}`),
      );
    });
  }
}

async function session(address: string): Promise<WebDriver> {
  const capabilities = new Capabilities({
    browserName: "MiniBrowser",
    "webkitgtk:browserOptions": { binary: BROWSER, args: ["--automation"] },
  });
  return new Builder().usingServer(address).withCapabilities(capabilities).build();
}

/** The driver takes a port and tells nobody which, so one is found for it. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

/** Until the driver answers. */
async function listening(address: string): Promise<void> {
  await expect.poll(() => fetch(`${address}/status`).then(({ ok }) => ok, () => false)).toBe(true);
}

/** Actions go to whole pixels. */
const whole = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) });
