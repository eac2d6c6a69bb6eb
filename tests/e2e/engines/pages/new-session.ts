import { expect } from "@playwright/test";
import type { Tab } from "../drivers/driver";
import { type Locator, on } from "../support/locator";
import { hashOf } from "./sessions";

/** The form for a new session. */
export class NewSessionScreen {
  readonly tab: Tab;

  constructor(tab: Tab) {
    this.tab = tab;
  }

  get agent(): Locator {
    return on(this.tab).role("combobox", "Agent");
  }

  get environment(): Locator {
    return on(this.tab).role("combobox", "Environment");
  }

  get title(): Locator {
    return on(this.tab).role("textbox", "Title");
  }

  get create(): Locator {
    return on(this.tab).role("button", "Create session");
  }

  /** Returns the id of the new session. */
  async submit(): Promise<string> {
    await this.create.click();
    await expect.poll(() => hashOf(this.tab)).toMatch(/^#\/sessions\/sesn_/);
    return (await hashOf(this.tab)).replace("#/sessions/", "").replace(/\?.*$/, "");
  }
}
