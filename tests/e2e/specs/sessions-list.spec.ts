import { paging, SESSIONS } from "../support/conditions";
import { expect, test } from "../support/test";
import { SessionsPage } from "../pages/sessions-page";

const CORS = { "access-control-allow-origin": "*" };
const SESSION_LIST = (url: URL) => url.pathname.endsWith("/v1/sessions");

test("page after page shows all that the server has", async ({ page, connect }) => {
  const server = await connect();
  const created: string[] = [];
  for (let number = 0; number < 60; number += 1) {
    created.push(await server.createSession("Repo helper", { title: `Number ${number}` }));
  }
  const sessions = new SessionsPage(page);
  await page.reload();
  await expect(sessions.linkTo(created.at(-1) ?? "")).toBeVisible();
  const total = (await server.sessions()).length;
  const shown = () => sessions.links.count();
  for (let before = await shown(); before < total; before = await shown()) {
    await sessions.loadMore.click();
    await expect.poll(shown, "one page more").toBeGreaterThan(before);
  }
  expect(await shown()).toBe(total);
  await expect(sessions.loadMore).toBeHidden();
});

for (const kind of ["after_id", "after_id_ignored"] as const) {
  test(`a list that only says that it has more, with "${kind}", shows all or says that some are missing`, async ({ page, connect }) => {
    const server = await connect();
    for (let number = 0; number < 30; number += 1) {
      await server.createSession("Repo helper", { title: `Number ${number}` });
    }
    const total = (await server.sessions()).length;
    await server.fault(paging(kind, 20, SESSIONS));
    const sessions = new SessionsPage(page);
    await page.reload();
    await expect(sessions.links.first()).toBeVisible();
    await expect(async () => {
      if (await sessions.loadMore.isVisible()) await sessions.loadMore.click({ timeout: 1_000 });
      const shown = await sessions.links.count();
      const isTold = await page.getByText(/some sessions may be missing/).isVisible();
      expect(shown === total || isTold, `${shown} of ${total}`).toBe(true);
    }).toPass();
    const shown = await sessions.links.evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    expect(new Set(shown).size).toBe(shown.length);
    if (kind === "after_id") expect(shown).toHaveLength(total);
  });
}

test("archived sessions show only when asked for", async ({ page, connect }) => {
  const server = await connect();
  const shown = (await server.sessions()).map((session) => String(session.id));
  const sessions = new SessionsPage(page);
  await expect(sessions.links).toHaveCount(shown.length);
  await sessions.includeArchived.check();
  await expect(sessions.list).toContainText("Torn record bug");
  await sessions.includeArchived.uncheck();
  await expect(sessions.links).toHaveCount(shown.length);
});

test("the status filter asks the server", async ({ page, connect }) => {
  const server = await connect();
  const sessions = new SessionsPage(page);
  await expect(sessions.links.first()).toBeVisible();
  await sessions.status.selectOption("running");
  await expect(sessions.links).toHaveCount(0);
  const asked = (await server.requests()).some((request) =>
    decodeURIComponent(request.path).includes("statuses[]=running"),
  );
  expect(asked).toBe(true);
  await sessions.status.selectOption("idle");
  await expect(sessions.links.first()).toBeVisible();
});

test("Refresh shows what has changed, also where a server does not say when", async ({ page, connect }) => {
  await connect();
  let title = "Before";
  await page.route(SESSION_LIST, (route) =>
    route.fulfill({ headers: CORS, json: { data: [{ type: "session", id: "sesn_1", title, status: "idle" }], next_page: null } }),
  );
  await page.reload();
  const sessions = new SessionsPage(page);
  await expect(sessions.linkTo("sesn_1")).toContainText("Before");
  title = "After";
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(sessions.linkTo("sesn_1")).toContainText("After");
});

test("where older sessions may match, an empty page is not called the whole list", async ({ page, connect }) => {
  await connect();
  await page.route(SESSION_LIST, (route) => {
    const isFirst = !route.request().url().includes("page=");
    const session = { type: "session", id: "sesn_1", title: "Older", status: "idle" };
    return route.fulfill({ headers: CORS, json: isFirst ? { data: [], next_page: "b" } : { data: [session], next_page: null } });
  });
  await page.reload();
  await expect(page.getByText("No session matches so far. Older ones may.")).toBeVisible();
  await expect(page.getByText("No sessions yet")).toHaveCount(0);
  const sessions = new SessionsPage(page);
  await sessions.loadMore.click();
  await expect(sessions.linkTo("sesn_1")).toBeVisible();
});
