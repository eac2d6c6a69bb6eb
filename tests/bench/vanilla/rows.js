import { timeOf, wordsOf } from "./words.js";

const HEIGHT = 28;
const OVERSCAN = 400;

/** Rows of one height; only those near the viewport are in the document. */
export class Rows {
  #log;
  #frame;
  #drawn = new Map();
  #atEnd = true;

  constructor(log, frame) {
    this.#log = log;
    this.#frame = frame;
    frame.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.draw()).observe(frame.scroller);
  }

  draw() {
    const { scroller, size, rows } = this.#frame;
    const { events } = this.#log;
    const total = events.length * HEIGHT;
    size.style.height = `${total}px`;
    if (this.#atEnd) scroller.scrollTop = total;
    const top = scroller.scrollTop;
    const start = Math.max(0, Math.floor((top - OVERSCAN) / HEIGHT));
    const end = Math.min(events.length, Math.ceil((top + scroller.clientHeight + OVERSCAN) / HEIGHT));
    rows.style.transform = `translateY(${start * HEIGHT}px)`;

    const visible = events.slice(start, end);
    const wanted = new Set(visible);
    for (const [event, element] of this.#drawn) {
      if (wanted.has(event)) continue;
      element.remove();
      this.#drawn.delete(event);
    }
    let next = rows.firstElementChild;
    visible.forEach((event, offset) => {
      let element = this.#drawn.get(event);
      if (!element) {
        element = rowOf(event);
        this.#drawn.set(event, element);
      }
      element.setAttribute("aria-posinset", start + offset + 1);
      element.setAttribute("aria-setsize", events.length);
      if (element === next) next = next.nextElementSibling;
      else rows.insertBefore(element, next);
    });
  }

  #scrolled() {
    const { scroller } = this.#frame;
    this.#atEnd = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop < 48;
    this.draw();
  }
}

function rowOf(event) {
  const row = document.createElement("article");
  row.className = "row";
  row.dataset.eventId = event.id;
  row.dataset.eventType = event.type;
  row.append(cell("time", timeOf(event)), cell("type", event.type), cell("words", wordsOf(event)));
  return row;
}

function cell(name, text) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  return span;
}
