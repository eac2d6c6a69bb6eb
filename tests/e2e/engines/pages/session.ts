import { expect } from "@playwright/test";
import type { DemoServer } from "../../support/demo-server";
import type { Tab } from "../drivers/driver";
import { type Locator, on } from "../support/locator";
import { goToHash } from "./sessions";

/** One session with its timeline. */
export class SessionScreen {
  readonly tab: Tab;

  constructor(tab: Tab) {
    this.tab = tab;
  }

  get status(): Locator {
    return on(this.tab).role("status", "Session status");
  }

  get stream(): Locator {
    return on(this.tab).role("status", "Stream status");
  }

  get log(): Locator {
    return on(this.tab).role("log", "Timeline");
  }

  get transcriptTab(): Locator {
    return on(this.tab).role("tab", "Transcript");
  }

  get eventsTab(): Locator {
    return on(this.tab).role("tab", "Events");
  }

  get message(): Locator {
    return on(this.tab).role("textbox", "Message");
  }

  get sendButton(): Locator {
    return on(this.tab).role("button", "Send");
  }

  get archive(): Locator {
    return on(this.tab).role("button", "Archive session");
  }

  get delete(): Locator {
    return on(this.tab).role("button", "Delete session");
  }

  get dialog(): Locator {
    return on(this.tab).role("dialog");
  }

  /** Calls that wait for approval, in the order of the timeline. */
  approvals(tool: string): Locator {
    return on(this.tab).role("group", `Approval: ${tool}`);
  }

  row(type: string): Locator {
    return this.log.css(`[data-event-type="${type}"]`);
  }

  async open(session: string): Promise<void> {
    await goToHash(this.tab, `#/sessions/${session}`);
    await this.log.expectVisible();
  }

  async expectStatus(status: "idle" | "running" | "terminated"): Promise<void> {
    await this.status.expectAttribute("data-status", status);
  }

  async expectLive(): Promise<void> {
    await this.stream.expectAttribute("data-stream", "live");
  }

  async say(text: string): Promise<void> {
    await this.message.fill(text);
    await this.sendButton.click();
  }

  async expectEventCount(count: number): Promise<void> {
    await this.log.expectAttribute("data-event-count", String(count));
  }

  /** Waits until the server has ended that many turns and the page knows every event of them. */
  async expectTurnsEnded(server: DemoServer, session: string, turns: number): Promise<void> {
    await expect.poll(() => server.idles(session), `turns ended in ${session}`).toBe(turns);
    await this.expectEventCount((await server.events(session)).length);
    await this.expectStatus("idle");
  }

  /** The page has every event of the server's log, in its order and once. The session must be at rest. */
  async expectSameLog(server: DemoServer, session: string): Promise<void> {
    await this.eventsTab.click();
    const stored = (await server.events(session)).map((event) => event.id);
    await this.expectEventCount(stored.length);
    expect(await this.allIds()).toEqual(stored);
  }

  /** The ids of all rows from the first to the last. Scrolls through the list, as only visible rows are in the page. */
  private allIds(): Promise<string[]> {
    return this.tab.evaluate(async () => {
      const log = document.querySelector("[role=log]") as HTMLElement;
      const rows = () => [...log.querySelectorAll<HTMLElement>("[aria-posinset]")];
      const place = (row: Element) => Number(row.getAttribute("aria-posinset"));
      const ids = new Map<number, string | undefined>();
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      log.scrollTop = 0;
      let next = 1;
      for (let patience = 300; patience > 0; patience -= 1) {
        await frame();
        for (const row of rows()) ids.set(place(row), row.dataset["eventId"]);
        const before = next;
        while (ids.has(next)) next += 1;
        if (next > Number(rows()[0]?.getAttribute("aria-setsize") ?? Number.POSITIVE_INFINITY)) break;
        if (next > before) patience = 300;
        const reached = rows().filter((row) => place(row) < next);
        const { top } = log.getBoundingClientRect();
        const lowest = Math.max(top, ...reached.map((row) => row.getBoundingClientRect().bottom));
        log.scrollTop = next === 1 ? 0 : log.scrollTop + Math.max(1, lowest - top - 40);
      }
      return [...ids].sort(([a], [b]) => a - b).flatMap(([, id]) => (id ? [id] : []));
    });
  }
}
