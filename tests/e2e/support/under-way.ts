import { expect, type Page, type Request } from "@playwright/test";

/** The requests of a page that have no whole answer yet, streams of events left out: those have none by nature. */
export class UnderWay {
  readonly #page: Page;
  readonly #requests = new Set<Request>();

  constructor(page: Page) {
    this.#page = page;
    const ends = (request: Request) => this.#requests.delete(request);
    page.on("request", (request) => request.url().includes("/events/stream") || this.#requests.add(request));
    page.on("requestfinished", ends).on("requestfailed", ends);
  }

  /** Waits until everything that was asked is answered, and the page has had a turn to take it. */
  async rest(): Promise<void> {
    // What the page asked before this question is told before its answer.
    await this.#page.evaluate(() => null);
    await expect.poll(() => [...this.#requests].map((request) => request.url()), "requests under way").toEqual([]);
    await this.#page.evaluate(() => null);
  }
}
