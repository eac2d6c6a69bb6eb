import { expect, type Locator, type Page } from "@playwright/test";

/** What the page shows when it cannot start or go on. */
export class CrashScreen {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get dialog(): Locator {
    return this.page.getByRole("alertdialog");
  }

  get reload(): Locator {
    return this.dialog.getByRole("button", { name: "Reload" });
  }

  get copy(): Locator {
    return this.dialog.getByRole("button", { name: "Copy report" });
  }

  get report(): Locator {
    return this.dialog.getByRole("textbox", { name: "Report" });
  }

  async expectShown(title: "The playground could not start" | "The playground has stopped"): Promise<void> {
    await expect(this.page.getByRole("alertdialog", { name: title })).toBeVisible();
    await expect(this.dialog).toBeFocused();
  }
}
