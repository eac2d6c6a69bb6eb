import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, type Page } from "@playwright/test";
import { SessionPage } from "../pages/session-page";
import { goToHash, SessionsPage } from "../pages/sessions-page";
import { bent } from "./conditions";
import { CrashScreen } from "./crash-screen";
import type { DemoServer, StoredEvent } from "./demo-server";
import { letRun } from "./fake-clock";

/** What the page made of servers that bend every object at random. */
export interface Looks {
  seeds: number;
  elements: number;
  /** Elements that no type could be read of. */
  unreadable: number;
  requests: number;
  seconds: number;
}

const FIXTURE = fileURLToPath(new URL("../../fixtures/events/every_event_type.json", import.meta.url));

/** One event of every stored type, but for the one that ends the page's interest at once. */
function everyEvent(): StoredEvent[] {
  const all = JSON.parse(readFileSync(FIXTURE, "utf8")) as StoredEvent[];
  const last = (event: StoredEvent) => event.type === "session.status_terminated";
  const kept = all.filter((event) => event.id && event.type !== "session.deleted");
  return [...kept.filter((event) => !last(event)), ...kept.filter(last)];
}

/** How much is bent: from one field in fifty to every second. */
const RATES = [0.02, 0.05, 0.1, 0.2, 0.5];

/** A window that shows every row of the session, and every entry of the list. */
export const TALL = { width: 1280, height: 6_000 };

const SECONDS = 20;

/**
 * One server that bends by this seed, seen once: the list of sessions, a session with its history and what comes over its
 * stream, and some time on it. The page must have been opened with its clock in the test's hands (`installClock`).
 */
export async function look(page: Page, server: DemoServer, seed: number, total: Looks): Promise<void> {
  await goToHash(page, "#/sessions/new");
  await server.reset();
  const id = await server.createSession("Repo helper");
  const ids = (await server.sessions()).map((session) => String(session.id));
  const events = everyEvent();
  const half = events.length / 2;
  await server.inject(id, events.slice(0, half));
  const rate = RATES[seed % RATES.length] ?? 0.1;
  await server.fault(bent(seed, rate));
  const name = `seed ${seed}, rate ${rate}`;

  const list = new SessionsPage(page);
  await list.open();
  const shown = () => list.links.evaluateAll((links) => links.map((link) => link.getAttribute("href")?.split("/").at(-1)).sort());
  await expect.poll(shown, { message: `${name}: sessions`, intervals: [20, 50, 100] }).toEqual(ids.sort());

  await server.clearRequests();
  const session = new SessionPage(page);
  await session.open(id);
  await expect(session.log, name).toHaveAttribute("data-event-count", String(half));
  await server.inject(id, events.slice(half));
  await letRun(page, SECONDS * 1_000, 5_000);
  await expect(session.log, name).toHaveAttribute("data-event-count", String(events.length));
  const requests = (await server.requests()).length;
  expect(requests, `${name}: requests in ${SECONDS} seconds`).toBeLessThanOrEqual(2 * SECONDS);

  await session.eventsTab.click();
  const rows = await session.allRows();
  expect(rows.map((row) => row.id).sort(), name).toEqual(events.map((event) => event.id).sort());
  expect(rows.filter((row) => row.text === ""), `${name}: rows without a word`).toEqual([]);
  await session.transcriptTab.click();
  expect((await session.allRows()).length, `${name}: rows of the transcript`).toBeGreaterThan(0);
  await expect(session.message).toBeVisible();
  await expect(new CrashScreen(page).dialog, name).toHaveCount(0);

  total.seeds += 1;
  total.elements += ids.length + events.length;
  total.unreadable += rows.filter((row) => row.type === "unreadable").length;
  total.requests += requests;
  total.seconds += SECONDS;
}

export const noLooks = (): Looks => ({ seeds: 0, elements: 0, unreadable: 0, requests: 0, seconds: 0 });

export function looksInWords({ seeds, elements, unreadable, requests, seconds }: Looks): string {
  const perSecond = (requests / seconds).toFixed(2);
  return `${seeds} bent servers, ${elements} elements shown, ${unreadable} of them as their text, ${perSecond} requests a second`;
}
