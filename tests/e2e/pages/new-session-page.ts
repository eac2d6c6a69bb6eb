import { expect, type Locator, type Page } from "@playwright/test";
import { goToHash } from "./sessions-page";

/** The form for a new session. */
export class NewSessionPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get agent(): Locator {
    return this.page.getByRole("combobox", { name: "Agent", exact: true });
  }

  get version(): Locator {
    return this.page.getByRole("spinbutton", { name: "Agent version" });
  }

  get environment(): Locator {
    return this.page.getByRole("combobox", { name: "Environment" });
  }

  get vaults(): Locator {
    return this.page.getByRole("textbox", { name: "Vault IDs" });
  }

  get title(): Locator {
    return this.page.getByRole("textbox", { name: "Title" });
  }

  get firstMessage(): Locator {
    return this.page.getByRole("textbox", { name: "First message" });
  }

  get create(): Locator {
    return this.page.getByRole("button", { name: "Create session" });
  }

  get alert(): Locator {
    return this.page.getByRole("alert");
  }

  async open(): Promise<void> {
    await goToHash(this.page, "#/sessions/new");
    await expect(this.create).toBeVisible();
  }

  /** Chooses by id, in a list as well as in a field that takes any id. */
  async choose(box: Locator, id: string): Promise<void> {
    if ((await box.evaluate((element) => element.tagName)) === "SELECT") {
      await box.selectOption(id);
    } else {
      await box.fill(id);
    }
  }

  async submit(): Promise<string> {
    await this.create.click();
    await expect(this.page).toHaveURL(/#\/sessions\/sesn_/);
    return sessionIn(this.page.url());
  }
}

/** The session id of a route. */
export function sessionIn(url: string): string {
  const id = url.match(/#\/sessions\/(sesn_[A-Za-z0-9]+)/)?.[1];
  if (!id) throw new Error(`no session in ${url}`);
  return id;
}
