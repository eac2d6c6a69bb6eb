import { expect, type Locator, type Page } from "@playwright/test";

/** The screen that asks for an address and a key. */
export class ConnectPage {
  readonly page: Page;
  readonly #host: string;

  constructor(page: Page, host: string) {
    this.page = page;
    this.#host = host;
  }

  get baseUrl(): Locator {
    return this.page.getByRole("textbox", { name: "API base URL" });
  }

  get key(): Locator {
    return this.page.getByLabel("API key", { exact: true });
  }

  get workspace(): Locator {
    return this.page.getByRole("textbox", { name: "Workspace ID" });
  }

  get streaming(): Locator {
    return this.page.getByRole("combobox", { name: "Streaming" });
  }

  get button(): Locator {
    return this.page.getByRole("button", { name: "Connect", exact: true });
  }

  get demo(): Locator {
    return this.page.getByRole("button", { name: "Try the demo" });
  }

  get alert(): Locator {
    return this.page.getByRole("alert");
  }

  async open(): Promise<void> {
    await this.page.goto(`${this.#host}/#/connect`);
    await expect(this.button).toBeVisible();
  }

  async connect(baseUrl: string, key: string): Promise<void> {
    await this.baseUrl.fill(baseUrl);
    await this.key.fill(key);
    await this.button.click();
  }

  async expectConnected(): Promise<void> {
    await expect(this.page).toHaveURL(/#\/sessions$/);
    await expect(this.page.getByRole("list", { name: "Sessions" })).toBeVisible();
  }
}
