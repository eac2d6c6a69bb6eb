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

  /** Of input whose fate is unknown. */
  get sendAgain(): Locator {
    return this.page.getByRole("button", { name: "Send again" });
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

  get searchButton(): Locator {
    return this.page.getByRole("button", { name: "Search", exact: true });
  }

  get search(): Locator {
    return this.page.getByRole("searchbox", { name: "Search events" });
  }

  get searchResults(): Locator {
    return this.page.getByRole("status", { name: "Search results" });
  }

  /** The row that the search has led to. */
  get match(): Locator {
    return this.log.locator("[data-match]");
  }

  /** What the browser paints as found. */
  async markedWords(): Promise<string[]> {
    return this.page.evaluate(() => [...(CSS.highlights.get("search") ?? [])].map(String));
  }

  async expectMatch(place: number, count: number, event: string): Promise<void> {
    await expect(this.searchResults).toHaveText(`${place} of ${count}`);
    await expect(this.match).toHaveAttribute("data-event-id", event);
    await expect(this.match).toBeInViewport();
  }

  /** Calls that wait for approval, in the order of the timeline. */
  approvals(tool: string): Locator {
    return this.page.getByRole("group", { name: `Approval: ${tool}` });
  }

  /** Custom tools whose result is waited for. */
  toolResults(tool: string): Locator {
    return this.page.getByRole("group", { name: `Tool result: ${tool}` });
  }

  row(type: string): Locator {
    return this.log.locator(`[data-event-type="${type}"]`);
  }

  async open(session: string): Promise<void> {
    await goToHash(this.page, `#/sessions/${session}`);
    await expect(this.log).toBeVisible();
  }

  async expectStatus(
    status: "idle" | "running" | "rescheduling" | "terminated",
    options?: { timeout: number },
  ): Promise<void> {
    const shown = this.status.and(this.page.locator(`[data-status="${status}"]`));
    await expect(shown).toContainText(status, { ignoreCase: true, ...options });
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
  watchStatus(): Promise<() => Promise<string[]>> {
    return this.#watch(this.status, "data-status");
  }

  /** From now on remembers every value that the stream status takes, also those that it has for a moment only. */
  watchStream(): Promise<() => Promise<string[]>> {
    return this.#watch(this.stream, "data-stream");
  }

  async #watch(element: Locator, attribute: string): Promise<() => Promise<string[]>> {
    const watched = await element.evaluateHandle((element, attribute) => {
      const seen: string[] = [];
      const note = () => {
        const value = element.getAttribute(attribute) ?? "";
        if (seen.at(-1) !== value) seen.push(value);
      };
      note();
      new MutationObserver(note).observe(element, { attributes: true, attributeFilter: [attribute] });
      return seen;
    }, attribute);
    return () => watched.jsonValue();
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

  /** Presses "Reconnect now" whenever it is offered, as an impatient reader does. Lasts until the page is left. */
  async reconnectImpatiently(): Promise<void> {
    await this.page.evaluate(() => {
      const press = () => {
        const isOffer = (button: Element) => button.textContent === "Reconnect now";
        const offer = [...document.querySelectorAll("button")].find(isOffer);
        // Not within the mutation: the page is still drawing.
        if (offer) setTimeout(() => offer.click(), 0);
      };
      new MutationObserver(press).observe(document.body, { childList: true, subtree: true });
      press();
    });
  }

  /**
   * Every event row from the first to the last, in the order of the list, doubled ones twice. Scrolls through the list,
   * as only visible rows are in the page; a tall window takes fewer steps. Nothing may arrive meanwhile.
   */
  async allRows(): Promise<Row[]> {
    const size = this.page.viewportSize();
    const rows = Number(await this.log.getAttribute("data-event-count"));
    const isLong = size !== null && rows > MANY_ROWS;
    if (isLong) await this.page.setViewportSize({ width: size.width, height: TALL_WINDOW });
    try {
      return await this.log.evaluate(scrollThrough);
    } finally {
      if (isLong) await this.page.setViewportSize(size);
    }
  }
}

const MANY_ROWS = 3_000;
const TALL_WINDOW = 8_000;

/** Runs in the page. Rows say their place in the list (`aria-posinset`), so none can be overlooked or taken twice. */
async function scrollThrough(log: Element): Promise<Row[]> {
  const PATIENCE_FRAMES = 600;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const numberOf = (row: Element, name: string) => Number(row.getAttribute(name));
  const places = new Map<number, Row | null>();
  const seen = () => {
    let total = 0;
    for (const row of log.querySelectorAll<HTMLElement>("[aria-posinset]")) {
      const { eventId: id, eventType: type } = row.dataset;
      places.set(numberOf(row, "aria-posinset"), id && type ? { id, type, text: row.innerText.trim() } : null);
      total = numberOf(row, "aria-setsize");
    }
    return total;
  };
  log.scrollTop = 0;
  let next = 1;
  for (let waited = 0; ; waited += 1) {
    await frame();
    const total = seen();
    const before = next;
    while (places.has(next)) next += 1;
    if (total > 0 && next > total) break;
    if (next > before) waited = 0;
    if (waited > PATIENCE_FRAMES) throw new Error(`row ${next} of ${total} is never drawn`);
    const box = log.getBoundingClientRect();
    const drawn = [...log.querySelectorAll("[aria-posinset]")].filter((row) => numberOf(row, "aria-posinset") < next);
    const lowest = drawn.reduce((edge, row) => Math.max(edge, row.getBoundingClientRect().bottom), box.top);
    // At rest at the top first: the page may still be about to follow the newest row.
    log.scrollTop = next === 1 ? 0 : log.scrollTop + Math.max(1, lowest - box.top - 40);
  }
  return [...places]
    .sort(([a], [b]) => a - b)
    .flatMap(([, row]) => (row ? [row] : []));
}
