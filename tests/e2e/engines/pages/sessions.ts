import type { Tab } from "../drivers/driver";
import { type Locator, on } from "../support/locator";

/** The list of sessions. */
export class SessionsScreen {
  readonly tab: Tab;

  constructor(tab: Tab) {
    this.tab = tab;
  }

  get list(): Locator {
    return on(this.tab).role("list", "Sessions");
  }

  get newSession(): Locator {
    return on(this.tab).role("link", "New session");
  }

  /** The link to one session, whatever it is called. */
  linkTo(session: string): Locator {
    return this.list.css(`a[href*="#/sessions/${session}"]`);
  }

  async open(): Promise<void> {
    await goToHash(this.tab, "#/sessions");
    await this.list.role("link").first.expectVisible();
  }
}

/** Changes the route without loading the page again, as a click on a link does. */
export async function goToHash(tab: Tab, hash: string): Promise<void> {
  await tab.evaluate((hash) => {
    window.location.hash = hash;
  }, hash);
}

export async function hashOf(tab: Tab): Promise<string> {
  return tab.evaluate(() => window.location.hash);
}
