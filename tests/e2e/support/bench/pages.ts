import { expect, type Page } from "@playwright/test";
import { ConnectPage } from "../../pages/connect-page";
import { SessionPage } from "../../pages/session-page";
import { type DemoServer, type JsonObject, message } from "../demo-server";
import { KEY } from "../test";

/** The playground, connected with a key, so that it reads streams with `fetch` as the hand-written page does. */
export async function openPlayground(page: Page, server: DemoServer): Promise<void> {
  const connect = new ConnectPage(page, `${server.url}/playground`);
  await connect.open();
  await connect.connect(server.url, KEY);
  await connect.expectConnected();
}

/** The hand-written page on its list of sessions. */
export async function openVanilla(page: Page, server: DemoServer): Promise<void> {
  await page.goto(`${server.url}/vanilla/`);
  await expect(page.locator("#sessions a").first()).toBeVisible();
}

/** Opens a session on either page and waits until it knows all events and is live. */
export async function openSession(page: Page, server: DemoServer, id: string): Promise<void> {
  const count = (await server.events(id)).length;
  await page.evaluate((hash) => Object.assign(window.location, { hash }), `#/sessions/${id}`);
  await expect(page.locator("[data-event-count]")).toHaveAttribute("data-event-count", String(count), { timeout: 120_000 });
}

/** The playground with a session's Events on the screen, the hand-written page's only view. */
export async function openEvents(page: Page, server: DemoServer, id: string): Promise<void> {
  await openPlayground(page, server);
  await openSession(page, server, id);
  const session = new SessionPage(page);
  await session.expectLive();
  await session.eventsTab.click();
  await expect(session.log.locator("[data-event-id]").first()).toBeVisible();
}

export const eventCount = (page: Page): Promise<number> =>
  page.locator("[data-event-count]").evaluate((log) => Number(log.getAttribute("data-event-count")));

/** A session at rest with about that many events of all kinds. */
export async function sessionOf(server: DemoServer, events: number): Promise<string> {
  const id = await server.createSession("Firehose", { title: `Bench, ${events} events` });
  await server.send(id, message(`emit ${events} at 100000`));
  await expect.poll(() => server.idles(id), { timeout: 60_000, intervals: [200] }).toBe(1);
  return id;
}

/** An event as an agent might say it, for `DemoServer.inject`. */
export const remark = (n: number): JsonObject => ({
  type: "agent.message",
  content: [{ type: "text", text: `Remark ${n}: ${"the log keeps growing, one record after another. ".repeat(8)}` }],
});

export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
