import { expect } from "@playwright/test";
import type { SessionPage } from "../pages/session-page";
import type { DemoServer } from "./demo-server";

/** How the page's log differs from the server's. */
export interface Comparison {
  events: number;
  /** On the server, not on the page. */
  lost: string[];
  /** More than once on the page. */
  doubled: string[];
  /** On the page, not on the server. */
  invented: string[];
  sameOrder: boolean;
}

export function compare(shown: string[], stored: string[]): Comparison {
  const [onPage, onServer] = [new Set<string>(), new Set(stored)];
  const doubled: string[] = [];
  for (const id of shown) {
    if (onPage.has(id)) doubled.push(id);
    onPage.add(id);
  }
  return {
    events: stored.length,
    lost: stored.filter((id) => !onPage.has(id)),
    doubled,
    invented: shown.filter((id) => !onServer.has(id)),
    sameOrder: shown.length === stored.length && stored.every((id, at) => id === shown[at]),
  };
}

/**
 * Waits until the page knows as many events as the server's log has, then reads all its rows: the same ids in the same
 * order. The session must be at rest. Returns the comparison for those who want to print it.
 */
export async function expectSameLog(session: SessionPage, server: DemoServer, id: string): Promise<Comparison> {
  await session.eventsTab.click();
  const stored = (await server.events(id)).map((event) => event.id);
  await expect(session.log).toHaveAttribute("data-event-count", String(stored.length), { timeout: 120_000 });
  const found = compare((await session.allRows()).map((row) => row.id), stored);
  expect.soft(found.lost, "events lost").toEqual([]);
  expect.soft(found.doubled, "events doubled").toEqual([]);
  expect.soft(found.invented, "events that the server does not have").toEqual([]);
  expect(found.sameOrder, "the order of the server's log").toBe(true);
  return found;
}
