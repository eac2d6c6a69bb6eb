import { expect, test } from "../support/test";
import { SessionsPage } from "../pages/sessions-page";

test("filters and paging show what the server has", async ({ page, connect }) => {
  const server = await connect();
  const created: string[] = [];
  for (let number = 0; number < 60; number += 1) {
    created.push(await server.createSession("Repo helper", { title: `Number ${number}` }));
  }
  const sessions = new SessionsPage(page);
  await page.reload();
  await expect(sessions.linkTo(created.at(-1) ?? "")).toBeVisible();
  const total = (await server.sessions()).length;
  await expect(async () => {
    if (await sessions.loadMore.isVisible()) await sessions.loadMore.click({ timeout: 1_000 });
    await expect(sessions.links).toHaveCount(total, { timeout: 1_000 });
  }).toPass();
  await expect(sessions.loadMore).toBeHidden();
});

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
