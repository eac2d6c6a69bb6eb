import { expect, type Locator, type Page } from "@playwright/test";

/** The list of sessions. */
export class SessionsPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get list(): Locator {
    return this.page.getByRole("list", { name: "Sessions" });
  }

  get links(): Locator {
    return this.list.getByRole("link");
  }

  get newSession(): Locator {
    return this.page.getByRole("link", { name: "New session" });
  }

  get status(): Locator {
    return this.page.getByRole("combobox", { name: "Status" });
  }

  get includeArchived(): Locator {
    return this.page.getByRole("checkbox", { name: "Include archived" });
  }

  get loadMore(): Locator {
    return this.page.getByRole("button", { name: "Load more" });
  }

  /** The link to one session, whatever it is called. */
  linkTo(session: string): Locator {
    return this.list.locator(`a[href*="#/sessions/${session}"]`);
  }

  async open(): Promise<void> {
    await goToHash(this.page, "#/sessions");
    await expect(this.list).toBeVisible();
  }
}

/** Changes the route without loading the page again, as a click on a link does. */
export async function goToHash(page: Page, hash: string): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, hash);
}
