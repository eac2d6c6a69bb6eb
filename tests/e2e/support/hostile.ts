import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "@playwright/test";
import type { Json, JsonObject, StoredEvent } from "./demo-server";

const file = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

export interface Payload {
  family: string;
  name: string;
  text: string;
}

interface Written extends Payload {
  before?: string;
  /** How often `text` is repeated. */
  times?: number;
  after?: string;
}

/** Texts that try to be more than text. Those that run anything set `window.pwned`. */
export const PAYLOADS: Payload[] = (JSON.parse(readFileSync(file("hostile.json"), "utf8")) as Written[]).map(
  ({ family, name, before = "", text, times = 1, after = "" }) => ({
    family,
    name,
    text: before + text.repeat(times) + after,
  }),
);

/** These end the session on the page, or exist on streams only. */
const NOT_STORED = ["session.deleted", "session.status_terminated", "event_start", "event_delta"];

/** Strings that decide how an event is read; with other values it is another event. */
const STRUCTURE = /(^|\.)(type|id|[a-z]+_at|[a-z_]*_id|event_ids|evaluated_permission|result|amount|speed|category)$/;

/** An example of every stored event type, and more of a type where they have other fields. */
export function examples(): StoredEvent[] {
  const all = JSON.parse(readFileSync(file("events/every_event_type.json"), "utf8")) as StoredEvent[];
  const seen = new Set<string>();
  return all
    .filter((event) => !NOT_STORED.includes(event.type))
    .filter((event) => {
      const fields = [`${event.type}`, ...paths(event).map((path) => `${event.type}${path}`)];
      const isNew = fields.some((field) => !seen.has(field));
      for (const field of fields) seen.add(field);
      return isNew;
    });
}

/** Where the texts of a value are; the elements of a list count as one place. */
export function paths(value: Json, at = ""): string[] {
  if (typeof value === "string") return STRUCTURE.test(at) ? [] : [at];
  if (Array.isArray(value)) return value.flatMap((element) => paths(element, at));
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => paths(inner, `${at}.${key}`));
}

/** The same value with the payload in the place of every text. */
export function poisoned<T extends Json>(value: T, text: string, at = ""): T {
  if (typeof value === "string") return (STRUCTURE.test(at) ? value : text) as T;
  if (Array.isArray(value)) return value.map((element) => poisoned(element, text, at)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, inner]) => [key, poisoned(inner, text, `${at}.${key}`)]),
  ) as T;
}

/** The same value with the payload in the place of every string at all. Only the event's own id stays: ids must differ. */
export function poisonedThroughout<T extends Json>(value: T, text: string, at = ""): T {
  if (typeof value === "string") return (at === ".id" || at === ".processed_at" ? value : text) as T;
  if (Array.isArray(value)) return value.map((element) => poisonedThroughout(element, text, at)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, inner]) => [key, poisonedThroughout(inner, text, `${at}.${key}`)]),
  ) as T;
}

/** What a page must never do, whatever it shows. */
export class Watch {
  /** Dialogs, popups, downloads, navigations. */
  readonly acts: string[] = [];
  /** Requests to anything but the given origins, `data:` and `blob:` included. */
  readonly loads: string[] = [];

  constructor(context: BrowserContext, page: Page, origins: string[]) {
    page.on("dialog", (dialog) => {
      this.acts.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("download", (download) => this.acts.push(`download ${download.url()}`));
    page.on("framenavigated", (frame) => {
      if (!origins.some((origin) => frame.url().startsWith(`${origin}/`))) this.acts.push(`navigation ${frame.url()}`);
    });
    context.on("page", (opened) => this.acts.push(`window ${opened.url()}`));
    context.on("request", (request) => {
      const url = request.url();
      if (url !== "data:," && !origins.some((origin) => url.startsWith(`${origin}/`))) this.loads.push(url);
    });
  }
}

/** What is wrong with the page as it stands; empty if nothing is. */
export function faults(page: Page): Promise<string[]> {
  return page.evaluate(inspect);
}

/** What walking through a timeline has shown. */
export interface Walk {
  rows: number;
  faults: string[];
}

/** Looks at every row of the timeline from the first to the last, and at the page around it. */
export async function walk(page: Page, opens?: "open what can be opened"): Promise<Walk> {
  await page.evaluate(`window.inspectPage = ${inspect.toString()}`);
  return page.getByRole("log", { name: "Timeline" }).evaluate(async (log, opens) => {
    const { inspectPage } = window as unknown as { inspectPage: () => string[] };
    const scrolls = (element: Element) =>
      element.scrollHeight > element.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(element).overflowY);
    const around: Element[] = [];
    for (let element: Element | null = log; element; element = element.parentElement) around.push(element);
    const box = around.find(scrolls) ?? log;
    const frame = () => new Promise<void>((done) => requestAnimationFrame(() => setTimeout(done)));
    const seen = new Set<string>();
    const found = new Set<string>();
    const still = JSON.stringify(box.getBoundingClientRect());
    box.scrollTop = 0;
    for (;;) {
      await frame();
      if (opens) for (const closed of log.querySelectorAll<HTMLElement>("[aria-expanded=false]")) closed.click();
      await frame();
      for (const row of log.querySelectorAll<HTMLElement>("[data-event-id]")) seen.add(row.dataset.eventId ?? "");
      for (const fault of inspectPage()) found.add(fault);
      if (JSON.stringify(box.getBoundingClientRect()) !== still) found.add("the timeline's box has moved");
      const before = box.scrollTop;
      box.scrollTop = before + box.clientHeight * 0.9;
      if (box.scrollTop <= before) break;
    }
    return { rows: seen.size, faults: [...found].slice(0, 20) };
  }, opens);
}

/** Runs in the page. */
function inspect(): string[] {
  const faults: string[] = [];
  const shortly = (element: Element) => element.outerHTML.slice(0, 200);
  if ("pwned" in window) faults.push("a payload has run");
  const strange =
    "script:not(head script), style, link:not(head link), meta:not(head meta), base, img, picture, video, audio, iframe, " +
    "object, embed, svg *, math, template, form[action], [style*='url'], marquee, canvas, frame, noscript *";
  for (const element of document.querySelectorAll(`body :is(${strange})`)) faults.push(`element ${shortly(element)}`);
  for (const element of document.querySelectorAll("body *")) {
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) faults.push(`handler ${shortly(element)}`);
      if (/^(src|srcset|data|action|formaction|ping|background|poster|xlink:href)$/i.test(name))
        faults.push(`address ${shortly(element)}`);
      if (name === "href" && !/^(https?:\/\/[^\s\\]+|mailto:[^\s]+|#\/[^\s]*|\.\/)$/.test(value))
        faults.push(`link ${shortly(element)}`);
    }
  }
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[target]"))
    if (!/noopener/.test(link.rel)) faults.push(`opener ${shortly(link)}`);
  // Characters that reorder, hide or command have to be shown as what they are.
  const commanding = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { nodeValue, parentElement } = texts.currentNode;
    const character = nodeValue?.match(commanding)?.[0];
    if (character)
      faults.push(`character U+${character.codePointAt(0)?.toString(16)} in <${parentElement?.tagName} ${parentElement?.className}>`);
  }
  for (const element of document.querySelectorAll("body *"))
    for (const { name, value } of element.attributes) {
      // Hooks and addresses are for programs.
      const character = name === "href" || name.startsWith("data-") ? undefined : value.match(commanding)?.[0];
      if (character) faults.push(`character U+${character.codePointAt(0)?.toString(16)} in ${element.tagName}[${name}]`);
    }
  const html = document.documentElement;
  if (html.scrollWidth > window.innerWidth) faults.push(`the page is ${html.scrollWidth} wide`);
  if (html.scrollHeight > window.innerHeight + 1) faults.push(`the page is ${html.scrollHeight} high`);
  const log = document.querySelector("[role=log]");
  if (log) {
    const { left, right } = log.getBoundingClientRect();
    if (log.scrollWidth > log.clientWidth) faults.push("the timeline is wider than its box");
    const isCut = (element: Element): boolean =>
      !element.matches("[data-event-id], .row") &&
      (getComputedStyle(element).overflowX !== "visible" || isCut(element.parentElement ?? log));
    for (const element of log.querySelectorAll("[data-event-id] *")) {
      const box = element.getBoundingClientRect();
      // A run of ideographic spaces hangs over the end of its line, unseen (CSS Text, "hanging").
      const hangs = /\u3000{20}/.test(element.textContent ?? "");
      if (box.width > 0 && box.right > right + 1 && !hangs && !isCut(element.parentElement ?? log))
        faults.push(`<${element.tagName} ${element.className}> sticks out: ${escape(element.textContent?.slice(0, 30) ?? "")}`);
    }
    for (const row of log.querySelectorAll("[data-event-id]")) {
      const box = row.getBoundingClientRect();
      if (box.left < left - 1 || box.right > right + 1)
        faults.push(`a row of ${row.getAttribute("data-event-type")} goes from ${box.left} to ${box.right}`);
    }
  }
  return faults;
}
