import type { Tab } from "../drivers/driver";
import { type Locator, on } from "../support/locator";

/** The screen that asks for an address and a key. */
export class ConnectScreen {
  readonly tab: Tab;

  constructor(tab: Tab) {
    this.tab = tab;
  }

  get baseUrl(): Locator {
    return on(this.tab).role("textbox", "API base URL");
  }

  /** A password field has no role. */
  get key(): Locator {
    return on(this.tab).css("input[type=password]");
  }

  get button(): Locator {
    return on(this.tab).role("button", "Connect");
  }

  get alert(): Locator {
    return on(this.tab).role("alert");
  }

  async open(host: string): Promise<void> {
    await this.tab.goto(`${host}/#/connect`);
    await this.button.expectVisible();
  }

  async connect(baseUrl: string, key: string): Promise<void> {
    await this.baseUrl.fill(baseUrl);
    if (key) await this.key.fill(key);
    await this.button.click();
  }
}
