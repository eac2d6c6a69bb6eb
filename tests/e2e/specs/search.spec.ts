import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import type { JsonObject } from "../support/demo-server";
import { expect, test } from "../support/test";
import { SessionPage } from "../pages/session-page";

/** Whether a string value anywhere in an event contains a text. */
function says(value: unknown, text: string): boolean {
  if (typeof value === "string") return value.toLowerCase().includes(text.toLowerCase());
  return typeof value === "object" && value !== null && Object.values(value).some((inner) => says(inner, text));
}

const matching = (events: JsonObject[], text: string) => events.filter((event) => says(event, text)).map(({ id }) => String(id));

const remark = (text: string): JsonObject => ({ type: "agent.message", content: [{ type: "text", text }] });

/** A session that is live, with its search open. */
async function openedSearch(page: Page, id: string): Promise<SessionPage> {
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await session.searchButton.click();
  return session;
}

test("a match that was never drawn is found, counted and brought into view", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.sessionTitled("10,000 events");
  const events = await server.events(id);
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectEventCount(events.length);
  await session.eventsTab.click();
  await session.log.focus();
  await page.keyboard.press("/");
  await expect(session.search).toBeFocused();
  const rare = String(events[1_234]?.id);
  await session.search.fill(rare.toUpperCase());
  await session.expectMatch(1, matching(events, rare).length, rare);

  const common = matching(events, "tool_use");
  expect(common.length).toBeGreaterThan(100);
  await session.search.fill("tool_use");
  await expect(session.searchResults).toHaveText(new RegExp(` of ${common.length}$`));
  const place = Number((await session.searchResults.textContent())?.split(" ")[0]) - 1;
  await session.expectMatch(place + 1, common.length, common[place] ?? "");
  await page.keyboard.press("Enter");
  const next = (place + 1) % common.length;
  await session.expectMatch(next + 1, common.length, common[next] ?? "");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.press("Shift+Enter");
  const previous = (place - 1 + common.length) % common.length;
  await session.expectMatch(previous + 1, common.length, common[previous] ?? "");
});

test("steps go round, and closing gives the focus back", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  for (const text of ["First: needle", "hay", "Second: NEEDLE", "Third: nee\"dle, needle"]) await server.inject(id, remark(text));
  const ids = matching(await server.events(id), "needle");
  const session = await openedSearch(page, id);
  await session.search.fill("needle");
  await session.expectMatch(1, 3, ids[0] ?? "");
  for (const place of [1, 2, 0]) {
    await page.getByRole("button", { name: "Next match" }).click();
    await session.expectMatch(place + 1, 3, ids[place] ?? "");
  }
  await page.getByRole("button", { name: "Previous match" }).click();
  await session.expectMatch(3, 3, ids[2] ?? "");
  await session.search.fill("no such thing");
  await expect(session.searchResults).toHaveText("No matches");
  await expect(session.match).toHaveCount(0);
  await session.search.press("Escape");
  await expect(session.search).toHaveCount(0);
  await expect(session.searchButton).toBeFocused();
  await session.message.fill("");
  await session.message.pressSequentially("either/or");
  await expect(session.message).toHaveValue("either/or");
  await expect(session.search).toHaveCount(0);
});

test("what arrives while the search is open is found, too", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  await server.inject(id, remark("needle one"));
  const session = await openedSearch(page, id);
  await session.search.fill("needle");
  await expect(session.searchResults).toHaveText("1 of 1");
  await server.inject(id, remark("another"));
  await server.inject(id, remark("needle two"));
  await expect(session.searchResults).toHaveText("1 of 2");
});

test("each view counts what it shows; a result counts for the row of its call", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await session.say("List the files.");
  await session.expectTurnsEnded(server, id, 1);
  const call = { type: "agent.tool_use", id: "sevt_the_call", name: "bash", input: { command: "ls" }, evaluated_permission: "allow" };
  const result = { type: "agent.tool_result", id: "sevt_the_result", tool_use_id: "sevt_the_call", content: [{ type: "text", text: "haystack" }] };
  await server.inject(id, call);
  await server.inject(id, result);
  await server.inject(id, { type: "agent.thinking", id: "sevt_haystack" });
  await session.searchButton.click();
  await session.search.fill("haystack");
  await expect(session.searchResults).toHaveText("1 of 1 · 1 more in Events");
  await expect(session.match).toHaveAttribute("data-event-id", "sevt_the_call");
  await session.eventsTab.click();
  await expect(session.searchResults).toHaveText("1 of 2");
  await expect(session.match).toHaveAttribute("data-event-id", "sevt_the_result");
});

for (const [look, colorScheme, width] of [
  ["a wide light screen", "light", 1280],
  ["a narrow dark screen", "dark", 390],
] as const) {
  test.describe(`on ${look}`, () => {
    test.use({ colorScheme, viewport: { width, height: 844 } });

    test("the search fits and is accessible", async ({ page, connect }) => {
      const server = await connect();
      const id = await server.createSession("Repo helper");
      for (let n = 0; n < 12; n += 1) await server.inject(id, remark(`needle ${n}`));
      const session = await openedSearch(page, id);
      await session.search.fill("needle");
      await expect(session.searchResults).toHaveText(/of 12/);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const middles = await page.getByRole("search").locator("> *").evaluateAll((parts) =>
        parts.map((part) => part.getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2),
      );
      expect(Math.max(...middles) - Math.min(...middles), "everything stands in one row").toBeLessThan(3);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/search-${width}.png` });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
    });
  });
}

test("closing leads back to the timeline if the row that had the focus is no longer drawn, and stays at the match", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.sessionTitled("10,000 events");
  const events = await server.events(id);
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectEventCount(events.length);
  await session.eventsTab.click();
  await session.log.locator("[data-event-id] button").first().focus();
  await page.keyboard.press("/");
  const far = String(events[1_234]?.id);
  await session.search.fill(far);
  await session.expectMatch(1, matching(events, far).length, far);
  const before = await session.log.evaluate((log) => log.scrollTop);
  await session.search.press("Escape");
  await expect(session.log).toBeFocused();
  await expect(session.match).toHaveCount(0);
  expect(await session.log.evaluate((log) => log.scrollTop)).toBe(before);
});

test("another tab goes on near the match", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  for (let n = 0; n < 9; n += 1) await server.inject(id, remark(`needle ${n}`));
  const ids = matching(await server.events(id), "needle");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await server.inject(id, { type: "agent.thinking", id: "sevt_needle" });
  await session.searchButton.click();
  await session.search.fill("needle");
  await expect(session.searchResults).toHaveText(/of 9 · 1 more in Events/);
  while (!(await session.searchResults.textContent())?.startsWith("6 of")) await session.search.press("Enter");
  await session.eventsTab.click();
  await session.expectMatch(6, 10, ids[5] ?? "");
  await session.transcriptTab.click();
  await expect(session.match).toHaveAttribute("data-event-id", ids[5] ?? "");
});

test("keys of an input method, and keys in a dialog, are not for the search", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  for (const text of ["needle 1", "needle 2"]) await server.inject(id, remark(text));
  const session = await openedSearch(page, id);
  await session.search.fill("needle");
  await expect(session.searchResults).toHaveText("1 of 2");
  for (const key of ["Enter", "Escape"]) {
    await session.search.dispatchEvent("keydown", { key, isComposing: true, bubbles: true, cancelable: true });
    await session.search.dispatchEvent("keydown", { key, keyCode: 229, bubbles: true, cancelable: true });
  }
  await expect(session.searchResults).toHaveText("1 of 2");
  await session.log.focus();
  await page.keyboard.press("/");
  await expect(session.search, "the key leads back into a search that is open").toBeFocused();
  await expect(session.search).toHaveValue("needle");
  await session.search.press("Escape");
  await session.delete.click();
  await expect(session.dialog).toBeVisible();
  await page.keyboard.press("/");
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press("/");
  await expect(session.dialog).toBeVisible();
  await expect(session.search).toHaveCount(0);
});

test("the words are marked in the rows that are drawn, also when they come later", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  await server.inject(id, remark("A needle, NEEDLE 😀 and Needle"));
  const session = await openedSearch(page, id);
  await session.search.fill("needle");
  await expect.poll(() => session.markedWords()).toEqual(["needle", "NEEDLE", "Needle"]);
  await server.inject(id, remark("one more: neeDLE"));
  await expect.poll(() => session.markedWords()).toEqual(["needle", "NEEDLE", "Needle", "neeDLE"]);
  await session.search.fill("no such thing");
  await expect.poll(() => session.markedWords()).toEqual([]);
  await session.search.fill("😀 AND");
  await expect.poll(() => session.markedWords()).toEqual(["😀 and"]);
  await session.search.press("Escape");
  await expect.poll(() => session.markedWords()).toEqual([]);
});

test.describe("on a narrow screen", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("another tab brings the match into view, though its rows are taller than expected", async ({ page, connect }) => {
    const server = await connect();
    const id = await server.createSession("Repo helper");
    for (let n = 0; n < 20; n += 1) await server.inject(id, remark(n === 6 ? "needle" : `hay ${n}`));
    const session = await openedSearch(page, id);
    await session.search.fill("needle");
    await expect(session.searchResults).toHaveText("1 of 1");
    await session.eventsTab.click();
    await session.expectMatch(1, 1, matching(await server.events(id), "needle")[0] ?? "");
  });
});
