import { expect } from "@playwright/test";
import type { Point, Tab } from "../drivers/driver";
import { type Aim, IN_PAGE, type InPage, type Seen, type Step } from "./in-page";

/** Something on the page, found anew whenever it is asked or used. What is used must be the only one. */
export class Locator {
  readonly tab: Tab;
  readonly #steps: Step[];

  constructor(tab: Tab, steps: Step[]) {
    this.tab = tab;
    this.#steps = steps;
  }

  /** By role and accessible name; the whole name unless `part`. Without a name: any. */
  role(role: string, name?: string, part = false): Locator {
    return this.#then({ role, name, part });
  }

  /** By the hooks that embedders may rely on. */
  css(css: string): Locator {
    return this.#then({ css });
  }

  says(text: string): Locator {
    return this.#then({ says: text });
  }

  get first(): Locator {
    return this.#then({ at: 0 });
  }

  get last(): Locator {
    return this.#then({ at: -1 });
  }

  async see(): Promise<Seen> {
    await this.#arrive();
    return this.tab.evaluate((steps) => (window.playgroundTests as InPage).see(steps), this.#steps);
  }

  async count(): Promise<number> {
    return (await this.see()).count;
  }

  async attribute(name: string): Promise<string | undefined> {
    return (await this.see()).attributes[name];
  }

  async expectCount(count: number): Promise<void> {
    await expect.poll(() => this.count(), `number of ${this}`).toBe(count);
  }

  async expectVisible(): Promise<void> {
    await expect.poll(async () => (await this.see()).inView, `${this} is in view`).toBe(true);
  }

  async expectText(text: string | RegExp): Promise<void> {
    const shown = expect.poll(async () => (await this.see()).text, `text of ${this}`);
    await (typeof text === "string" ? shown.toContain(text) : shown.toMatch(text));
  }

  async expectValue(value: string): Promise<void> {
    await expect.poll(async () => (await this.see()).value, `value of ${this}`).toBe(value);
  }

  async expectAttribute(name: string, value: string | RegExp): Promise<void> {
    const found = expect.poll(async () => (await this.attribute(name)) ?? "", `${name} of ${this}`);
    await (typeof value === "string" ? found.toBe(value) : found.toMatch(value));
  }

  async click(): Promise<void> {
    await this.tab.click(await this.point());
  }

  async tap(): Promise<void> {
    await this.tab.tap(await this.point());
  }

  async hover(): Promise<void> {
    await this.tab.hover(await this.point());
  }

  /** Replaces what a field says, key by key. */
  async fill(text: string): Promise<void> {
    await this.click();
    await this.tab.press("Control+A");
    await this.tab.press("Backspace");
    await this.tab.type(text);
    await this.expectValue(text);
  }

  /** Chooses in a list; what engines show for that is not part of the page, so it is told as they tell it. */
  async choose(value: string): Promise<void> {
    const attempt = async () => {
      await this.point();
      return this.tab.evaluate(
        (steps, value) => {
          const list = (window.playgroundTests as InPage).one(steps) as HTMLSelectElement;
          if (![...list.options].some((option) => option.value === value)) return "not among the options";
          list.value = value;
          list.dispatchEvent(new Event("input", { bubbles: true }));
          list.dispatchEvent(new Event("change", { bubbles: true }));
          return "chosen";
        },
        this.#steps,
        value,
      );
    };
    await expect.poll(attempt, `${value} in ${this}`).toBe("chosen");
  }

  /** Where it can be pressed, as soon as it can: the only one, at rest, enabled and with nothing in front. */
  async point(): Promise<Point> {
    let aim: Aim = { not: "never tried" };
    const attempt = async () => {
      await this.#arrive();
      aim = await this.tab.evaluate((steps) => (window.playgroundTests as InPage).aim(steps), this.#steps);
      return "not" in aim ? aim.not : "ready";
    };
    await expect.poll(attempt, `${this} can be pressed`).toBe("ready");
    return aim as unknown as Point;
  }

  toString(): string {
    return this.#steps.map((step) => ("role" in step ? `${step.role} "${step.name ?? ""}"` : JSON.stringify(step))).join(" ");
  }

  #then(step: Step): Locator {
    return new Locator(this.tab, [...this.#steps, step]);
  }

  /** Each document needs the helpers anew. */
  async #arrive(): Promise<void> {
    if (!(await this.tab.evaluate(() => "playgroundTests" in window))) await this.tab.run(IN_PAGE);
  }
}

export const on = (tab: Tab): Locator => new Locator(tab, []);
