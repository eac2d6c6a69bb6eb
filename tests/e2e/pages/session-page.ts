import { expect, type Locator, type Page } from "@playwright/test";
import type { DemoServer } from "../support/demo-server";
import { goToHash } from "./sessions-page";

export interface Row {
  id: string;
  type: string;
  text: string;
}

/** One session with its timeline. */
export class SessionPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get status(): Locator {
    return this.page.getByRole("status", { name: "Session status" });
  }

  get stream(): Locator {
    return this.page.getByRole("status", { name: "Stream status" });
  }

  get log(): Locator {
    return this.page.getByRole("log", { name: "Timeline" });
  }

  get transcriptTab(): Locator {
    return this.page.getByRole("tab", { name: "Transcript" });
  }

  get eventsTab(): Locator {
    return this.page.getByRole("tab", { name: "Events" });
  }

  get message(): Locator {
    return this.page.getByRole("textbox", { name: "Message", exact: true });
  }

  get sendButton(): Locator {
    return this.page.getByRole("button", { name: "Send", exact: true });
  }

  get interrupt(): Locator {
    return this.page.getByRole("button", { name: "Interrupt", exact: true });
  }

  get archive(): Locator {
    return this.page.getByRole("button", { name: "Archive session" });
  }

  get delete(): Locator {
    return this.page.getByRole("button", { name: "Delete session" });
  }

  get dialog(): Locator {
    return this.page.getByRole("dialog");
  }

  get alert(): Locator {
    return this.page.getByRole("alert");
  }

  get jumpToLatest(): Locator {
    return this.page.getByRole("button", { name: "Jump to latest" });
  }

  /** Calls that wait for approval, in the order of the timeline. */
  approvals(tool: string): Locator {
    return this.page.getByRole("group", { name: `Approval: ${tool}` });
  }

  row(type: string): Locator {
    return this.log.locator(`[data-event-type="${type}"]`);
  }

  async open(session: string): Promise<void> {
    await goToHash(this.page, `#/sessions/${session}`);
    await expect(this.log).toBeVisible();
  }

  async expectStatus(status: "idle" | "running" | "rescheduling" | "terminated"): Promise<void> {
    await expect(this.status).toHaveAttribute("data-status", status);
    await expect(this.status).toContainText(status, { ignoreCase: true });
  }

  async expectLive(): Promise<void> {
    await expect(this.stream).toHaveAttribute("data-stream", "live");
    await expect(this.stream).toContainText("live", { ignoreCase: true });
  }

  async say(text: string): Promise<void> {
    await this.message.fill(text);
    await this.sendButton.click();
  }

  async expectEventCount(count: number): Promise<void> {
    await expect(this.log).toHaveAttribute("data-event-count", String(count));
  }

  /** Waits until the server has ended that many turns and the page knows every event of them. */
  async expectTurnsEnded(server: DemoServer, session: string, turns: number): Promise<void> {
    await expect.poll(() => server.idles(session), `turns ended in ${session}`).toBe(turns);
    await this.expectEventCount((await server.events(session)).length);
    await this.expectStatus("idle");
  }

  /** From now on remembers every value that the session status takes. */
  async watchStatus(): Promise<() => Promise<string[]>> {
    await this.status.evaluate((element) => {
      const seen: string[] = [];
      const note = () => {
        const status = element.getAttribute("data-status") ?? "";
        if (seen.at(-1) !== status) seen.push(status);
      };
      note();
      new MutationObserver(note).observe(element, { attributes: true, attributeFilter: ["data-status"] });
      Object.assign(window, { seenStatuses: seen });
    });
    return () => this.page.evaluate(() => (window as unknown as { seenStatuses: string[] }).seenStatuses);
  }

  /** From now on remembers how long the text of the timeline is in each frame that changes it. */
  async watchGrowth(): Promise<() => Promise<number[]>> {
    await this.log.evaluate((log) => {
      const lengths: number[] = [];
      const note = () => {
        const length = log.textContent.length;
        if (lengths.at(-1) !== length) lengths.push(length);
        requestAnimationFrame(note);
      };
      note();
      Object.assign(window, { seenLengths: lengths });
    });
    return () => this.page.evaluate(() => (window as unknown as { seenLengths: number[] }).seenLengths);
  }

  /** Every row from the first to the last, scrolling through the list, as only visible rows are in the page. */
  async allRows(): Promise<Row[]> {
    return this.log.evaluate(async (log) => {
      const scrolls = (element: Element) => {
        const { overflowY } = getComputedStyle(element);
        return element.scrollHeight > element.clientHeight + 1 && /auto|scroll/.test(overflowY);
      };
      const ancestors: Element[] = [];
      for (let element: Element | null = log; element; element = element.parentElement) ancestors.push(element);
      const box =
        ancestors.find(scrolls) ?? [...log.querySelectorAll("*")].find(scrolls) ?? document.scrollingElement ?? log;
      const frames = () =>
        new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 20))));
      const rows = new Map<string, { id: string; type: string; text: string }>();
      box.scrollTop = 0;
      for (;;) {
        await frames();
        for (const row of log.querySelectorAll<HTMLElement>("[data-event-id]")) {
          const id = row.dataset.eventId ?? "";
          rows.set(id, { id, type: row.dataset.eventType ?? "", text: row.innerText.trim() });
        }
        const before = box.scrollTop;
        box.scrollTop = before + box.clientHeight * 0.7;
        await frames();
        if (box.scrollTop <= before) break;
      }
      return [...rows.values()];
    });
  }
}
