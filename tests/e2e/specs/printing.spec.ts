import { SessionPage } from "../pages/session-page";
import { message } from "../support/demo-server";
import { expect, test } from "../support/test";

test("the whole transcript is printed, without what is there to be pressed", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper", { title: "For the record" });
  const count = 300;
  const said = (n: number) => ({ type: "agent.message", content: [{ type: "text", text: `Answer ${n}, in **full**.` }] });
  await server.inject(id, Array.from({ length: count }, (_, n) => said(n)));
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectEventCount(count);
  await expect(session.log).toContainText(`Answer ${count - 1},`);
  expect(await session.row("agent.message").count()).toBeLessThan(count / 2);
  const top = await session.log.evaluate((log) => log.scrollTop);

  // What the browser does before and after it prints; `page.pdf()` does it by itself and shows nothing in between.
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await expect(session.row("agent.message")).toHaveCount(count);
  await expect(session.row("agent.message").first()).toContainText("Answer 0, in full.");
  const boxes = await session.row("agent.message").evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().toJSON()));
  for (const [at, box] of boxes.entries()) {
    expect(box.height).toBeGreaterThan(10);
    if (at > 0) expect(box.y, `row ${at} is below the one before it`).toBeGreaterThanOrEqual((boxes[at - 1]?.bottom ?? 0) - 1);
  }
  await expect(session.message).toBeHidden();
  await expect(session.sendButton).toBeHidden();
  await expect(page.getByRole("button", { name: "Copy message" }).first()).toBeHidden();
  await expect(page.getByRole("navigation", { name: "Main" })).toBeHidden();
  await expect(page.getByRole("heading", { name: "For the record" })).toBeVisible();
  const paper = await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  expect(paper).toBe("light");

  await page.emulateMedia({ media: "screen", colorScheme: "light" });
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await expect.poll(() => session.row("agent.message").count()).toBeLessThan(count / 2);
  await expect(session.message).toBeVisible();
  await expect.poll(() => session.log.evaluate((log) => log.scrollTop)).toBeGreaterThan(top - 50);
  await expect(session.log).toContainText(`Answer ${count - 1},`);
});

test("a PDF has as many pages as the transcript needs", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  await server.inject(id, Array.from({ length: 200 }, (_, n) => message(`Line ${n}`)));
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectEventCount(200);
  const pdf = await page.pdf({ format: "A4" });
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? [];
  expect(pages.length).toBeGreaterThanOrEqual(6);
  await expect.poll(() => session.row("user.message").count()).toBeLessThan(100);
});

test("of a very long session the newest rows are printed, and the print says so", async ({ page, connect }) => {
  test.setTimeout(180_000);
  const server = await connect();
  const session = new SessionPage(page);
  const id = await server.sessionTitled("10,000");
  await session.open(id);
  await session.expectEventCount((await server.events(id)).length);
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await expect(session.log.locator("article")).toHaveCount(5_000, { timeout: 60_000 });
  await expect(page.getByText(/^The first \d+ rows are left out of this print\.$/)).toBeVisible();
  await page.emulateMedia({ media: "screen" });
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await expect.poll(() => session.log.locator("article").count()).toBeLessThan(200);
});
