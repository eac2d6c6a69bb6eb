import { message } from "../support/demo-server";
import { installClock } from "../support/fake-clock";
import { expect, test } from "../support/test";
import { SessionPage } from "../pages/session-page";
import { goToHash, SessionsPage } from "../pages/sessions-page";

test("10,000 events open with only the visible rows in the page", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.sessionTitled("10,000 events");
  const stored = await server.events(id);
  expect(stored.length).toBeGreaterThanOrEqual(10_000);
  const session = new SessionPage(page);
  await session.open(id);
  await session.eventsTab.click();
  await session.expectLive();
  await session.expectEventCount(stored.length);
  await expect(session.log.locator(`[data-event-id="${stored.at(-1)?.id}"]`)).toBeInViewport();
  expect(await session.log.locator("[data-event-id]").count()).toBeLessThan(300);
});

test("a session is asked for before its screen is drawn, and its first events wait for no frame", async ({ page, connect }) => {
  await installClock(page);
  const server = await connect();
  const id = await server.sessionTitled("10,000 events");
  const newest = (await server.events(id)).at(-1)?.id;
  const session = new SessionPage(page);
  await page.evaluate(() => {
    const { fetch } = window;
    window.fetch = (...args) => {
      const url = args[0] instanceof Request ? args[0].url : String(args[0]);
      if (url.includes("/events/stream")) Object.assign(window, { drawnAtRequest: document.querySelector("[role=log]") !== null });
      return fetch(...args);
    };
  });
  // From here on neither a frame nor a timer of the page's runs.
  await page.clock.pauseAt(Date.now() + 60_000);
  await goToHash(page, `#/sessions/${id}`);
  await expect(session.log.locator(`[data-event-id="${newest}"]`)).toBeInViewport();
  expect(await page.evaluate(() => (window as unknown as { drawnAtRequest: boolean }).drawnAtRequest)).toBe(false);
});

test("new events do not pull the reader away; Jump to latest brings them back", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Firehose", { initial_events: [message("emit 200 at 2000")] });
  const session = new SessionPage(page);
  await session.open(id);
  await session.eventsTab.click();
  await session.expectTurnsEnded(server, id, 1);
  const stored = await server.events(id);
  await expect(session.log.locator(`[data-event-id="${stored.at(-1)?.id}"]`)).toBeInViewport();
  await expect(session.jumpToLatest).toBeHidden();

  await session.log.hover();
  await page.mouse.wheel(0, -100_000);
  const first = session.log.locator(`[data-event-id="${stored[0]?.id}"]`);
  await expect(first).toBeInViewport();
  await expect(session.jumpToLatest).toBeVisible();
  await server.inject(id, { type: "agent.message", content: [{ type: "text", text: "News" }] });
  await session.expectEventCount(stored.length + 1);
  await expect(first).toBeInViewport();

  await session.jumpToLatest.click();
  await expect(session.log.getByText("News")).toBeInViewport();
  await expect(session.jumpToLatest).toBeHidden();
});

test("2,000 events in a burst all arrive, in order", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Firehose");
  const session = new SessionPage(page);
  await session.open(id);
  await session.eventsTab.click();
  await session.expectLive();
  await session.say("emit 2000 at 200");
  await session.expectTurnsEnded(server, id, 1);
  const stored = await server.events(id);
  expect(stored.length).toBeGreaterThanOrEqual(2_000);
  await expect(session.log).toHaveAttribute("data-gap-count", "0");
  const rows = await session.allRows();
  expect(rows.map((row) => row.id)).toEqual(stored.map((event) => event.id));
});

test("a link to an event deep in the history leads there once it is loaded", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.sessionTitled("10,000 events");
  const events = await server.events(id);
  const session = new SessionPage(page);
  for (const place of [7, 4_321]) {
    const event = String(events[place]?.id);
    await session.open(`${id}?event=${event}`);
    await session.eventsTab.click();
    const row = session.log.locator(`[data-event-id="${event}"]`);
    await expect(row).toBeInViewport();
    await expect(row).toHaveAttribute("data-selected", "true");
    await expect(session.log.locator("[data-selected]")).toHaveCount(1);
    await session.open(await server.createSession("Repo helper"));
  }
});

test("leaving a session while its history loads gives the rest of it up", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.sessionTitled("10,000 events");
  const older = (url: string) => url.includes(id) && url.includes("limit=1000");
  await server.fault({ match: { path: "/v1/sessions/*/events", contains: "limit=1000" }, times: 0, effect: { delay_ms: 600_000 } });
  const asked: string[] = [];
  page.on("request", (request) => older(request.url()) && request.method() === "GET" && asked.push(request.url()));
  const session = new SessionPage(page);
  const [given] = await Promise.all([
    page.waitForEvent("requestfailed", (request) => older(request.url())),
    (async () => {
      await session.open(id);
      await session.expectLive();
      await expect(session.log.locator("[data-event-id]").first()).toBeVisible();
      await expect.poll(() => asked.length).toBe(1);
      await new SessionsPage(page).open();
    })(),
  ]);
  expect(given.failure()?.errorText).toContain("ERR_ABORTED");
  await server.clearFaults();
  await session.open(await server.createSession("Repo helper"));
  await session.expectLive();
  expect(asked, "nothing more is asked for").toHaveLength(1);
});
