import { expect, test } from "../support/test";
import { SessionsPage } from "../pages/sessions-page";

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
