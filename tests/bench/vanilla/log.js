/** The events of one session: one entry per id, in the server's order. */
export class Log {
  events = [];
  #known = new Set();

  /** A page of the history, newest first. */
  prepend(page) {
    const fresh = page.filter((event) => this.#isNew(event)).reverse();
    this.events = fresh.concat(this.events);
  }

  append(event) {
    if (this.#isNew(event)) this.events.push(event);
  }

  #isNew({ id }) {
    if (this.#known.has(id)) return false;
    this.#known.add(id);
    return true;
  }
}
