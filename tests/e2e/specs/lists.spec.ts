import type { Page, Route } from "@playwright/test";
import { NewSessionPage } from "../pages/new-session-page";
import { SessionsPage } from "../pages/sessions-page";
import { expect, test } from "../support/test";

const CORS = { "access-control-allow-origin": "*", "access-control-expose-headers": "*" };

/** Answers every list of agents; returns the cursors that were asked for. */
async function agents(page: Page, answer: (cursor: string, number: number) => { ids: string[]; next: string }): Promise<string[]> {
  const asked: string[] = [];
  await page.route("**/v1/agents?*", (route: Route) => {
    const cursor = new URL(route.request().url()).searchParams.get("page") ?? "";
    asked.push(cursor);
    const { ids, next } = answer(cursor, asked.length);
    const data = ids.map((id) => ({ type: "agent", id, name: `Agent ${id}`, version: 1 }));
    return route.fulfill({ headers: CORS, json: { data, next_page: next } });
  });
  return asked;
}

/** The pauses between pages, and no other waits, are over at once. */
async function withoutPauses(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const setTimer = window.setTimeout.bind(window);
    const pauses = [250, 500, 1_000, 2_000, 4_000, 8_000];
    Object.assign(window, { setTimeout: (run: () => void, ms: number) => setTimer(run, pauses.includes(ms) ? 0 : ms) });
  });
}

test("a list that goes round in a circle is read once around", async ({ page, connect }) => {
  await connect();
  const asked = await agents(page, (cursor) => (cursor === "b" ? { ids: ["agent_b"], next: "a" } : { ids: ["agent_a"], next: "b" }));
  const form = new NewSessionPage(page);
  await form.open();
  await expect(page.getByText("The server does not say where the list ends")).toBeVisible();
  await expect(form.agent.getByRole("option", { name: /^Agent / })).toHaveText(["Agent agent_a", "Agent agent_b"]);
  expect(asked).toEqual(["", "b", "a"]);
});

test("a list of empty pages is given up, and an ID can be typed", async ({ page, connect }) => {
  await withoutPauses(page);
  await connect();
  const asked = await agents(page, (_, number) => ({ ids: [], next: `page_${number}` }));
  const form = new NewSessionPage(page);
  await form.open();
  await expect(page.getByText("The server does not say where the list ends")).toBeVisible();
  await form.agent.selectOption({ label: "Paste an ID…" });
  await form.agent.fill("agent_typed");
  await expect(page.getByRole("complementary", { name: "Request" })).toContainText("agent_typed");
  expect(asked.length).toBeLessThan(10);
});

test("a list without an end is read as far as somebody wants it", async ({ page, connect }) => {
  await withoutPauses(page);
  await connect();
  const asked = await agents(page, (_, number) => ({ ids: [`agent_${number}`], next: `page_${number}` }));
  const form = new NewSessionPage(page);
  await form.open();
  await expect(page.getByText("The first 50 are listed.")).toBeVisible();
  expect(asked).toHaveLength(50);
  await form.agent.selectOption("agent_7");
  await page.getByRole("button", { name: "Load more" }).click();
  await expect(page.getByText("The first 100 are listed.")).toBeVisible();
  expect(asked).toHaveLength(100);
  await expect(form.agent).toHaveValue("agent_7");
});

test("a page that does not arrive costs only what follows it", async ({ page, connect }) => {
  await connect();
  let isDown = true;
  await page.route("**/v1/agents?*", (route) => {
    const isFirst = !route.request().url().includes("page=");
    if (!isFirst && isDown) return route.fulfill({ status: 403, headers: CORS, json: { error: { type: "permission_error", message: "no" } } });
    const data = [{ type: "agent", id: isFirst ? "agent_1" : "agent_2", name: "A", version: 1 }];
    return route.fulfill({ headers: CORS, json: { data, next_page: isFirst ? "2" : null } });
  });
  const form = new NewSessionPage(page);
  await form.open();
  await expect(page.getByText("The list is not complete")).toBeVisible();
  await expect(form.agent).toHaveValue("agent_1");
  isDown = false;
  await page.getByRole("button", { name: "Load more" }).click();
  await form.agent.selectOption("agent_2");
  await expect(page.getByText("The list is not complete")).toHaveCount(0);
});

test("of a thousand sessions without a title only those that are seen are asked about, once and four at a time", async ({ page, connect, remote }) => {
  const [like] = await remote.sessions();
  const data = Array.from({ length: 1_000 }, (_, number) => ({ ...like, id: `sesn_${String(number).padStart(4, "0")}`, title: null }));
  await page.route(/\/v1\/sessions(\?|$)/, (route) => route.fulfill({ headers: CORS, json: { data, next_page: null } }));
  const asked: string[] = [];
  let [open, most] = [0, 0];
  await page.route("**/v1/sessions/*/events?*", async (route) => {
    const id = route.request().url().match(/sesn_\d+/)?.[0] ?? "";
    asked.push(id);
    most = Math.max(most, (open += 1));
    const event = { type: "user.message", id: "sevt_1", content: [{ type: "text", text: `Words of ${id}` }] };
    // One round through the page, so that what is asked together is open together.
    await page.evaluate(() => 0);
    open -= 1;
    await route.fulfill({ headers: CORS, json: { data: [event] } });
  });
  await connect();
  const sessions = new SessionsPage(page);
  await expect(sessions.linkTo("sesn_0000")).toContainText("Words of sesn_0000");
  const inView = await sessions.links.evaluateAll((links) => links.filter((link) => link.getBoundingClientRect().top < innerHeight).length);
  await expect(sessions.links.nth(inView - 1)).toContainText("Words of");
  await expect.poll(() => open).toBe(0);
  expect(asked.length).toBeLessThan(inView + 5);
  expect(most).toBeLessThanOrEqual(4);
  await sessions.linkTo("sesn_0999").scrollIntoViewIfNeeded();
  await expect(sessions.linkTo("sesn_0999")).toContainText("Words of sesn_0999");
  expect(asked.length).toBeLessThan(200);

  await new NewSessionPage(page).open();
  await sessions.open();
  await expect(sessions.linkTo("sesn_0000")).toContainText("Words of sesn_0000");
  expect(new Set(asked).size).toBe(asked.length);
});
