import { expect, test } from "../support/test";
import { settled, WaitingSession } from "../support/waiting";
import { SessionPage } from "../pages/session-page";

test("a decided call keeps its place until pointer and focus have left", async ({ page, connect }) => {
  const server = await connect("gateway on the same origin");
  const waiting = await WaitingSession.with(page, server, 3);
  const session = new SessionPage(page);
  await session.open(waiting.id);
  const approvals = session.approvals("bash");
  await expect(approvals).toHaveCount(3);
  const area = page.getByRole("region", { name: "Waiting for you" });
  const before = await approvals.nth(1).boundingBox();
  await approvals.first().getByRole("button", { name: "Allow" }).click();
  await expect(approvals).toHaveCount(2);
  await expect(area.getByRole("listitem").first()).toContainText(/bash\s*allowed/);
  expect(await approvals.first().boundingBox(), "the second card did not move").toEqual(before);
  expect(await area.getByRole("listitem").count()).toBe(3);
  await expect(approvals.first(), "the focus went to the next card that waits, and on no button").toBeFocused();
  await waiting.ask(1);
  await expect(approvals).toHaveCount(3);
  await expect(area.getByRole("listitem").last()).toContainText("deploy --step");
  await session.message.click();
  await expect(area.getByRole("listitem")).toHaveCount(3);
  await expect(area).not.toContainText("allowed");
});

test("an answer that is refused because somebody else gave one says whose counted", async ({ page, connect }) => {
  const server = await connect("gateway on the same origin");
  const waiting = await WaitingSession.with(page, server, 1);
  const session = new SessionPage(page);
  await session.open(waiting.id);
  await session.expectLive();
  const approvals = session.approvals("bash");
  const id = (await server.events(waiting.id)).find((event) => event.type === "agent.tool_use")?.id ?? "";
  await page.route(`**/v1/sessions/${waiting.id}/events`, async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    await server.inject(waiting.id, { type: "user.tool_confirmation", tool_use_id: id, result: "deny" }, "history");
    const error = { type: "invalid_request_error", message: `event ${id} is not a tool call that waits for this answer` };
    await route.fulfill({ status: 400, json: { type: "error", error } });
  });
  await approvals.getByRole("button", { name: "Allow" }).click();
  await expect(approvals).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Waiting for you" })).toContainText("denied elsewhere");
});

test("while an answer is out nothing can be pressed; without an answer it is looked for", async ({ page, connect }) => {
  const server = await connect("gateway on the same origin");
  const waiting = await WaitingSession.with(page, server, 1);
  const session = new SessionPage(page);
  await session.open(waiting.id);
  await session.expectLive();
  let fail = () => {};
  const held = new Promise<void>((done) => (fail = done));
  await page.route(`**/v1/sessions/${waiting.id}/events`, async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    await held;
    await route.abort();
  });
  const card = session.approvals("bash");
  await card.getByRole("button", { name: "Deny" }).click();
  await expect(card).toContainText("Sending…");
  for (const name of ["Allow", "Deny"]) await expect(card.getByRole("button", { name })).toBeDisabled();
  fail();
  await expect(card).toContainText("May have arrived. Looking for it in the history…");
  for (const name of ["Allow", "Deny"]) await expect(card.getByRole("button", { name })).toBeDisabled();
  await expect(card).toContainText("It is not in the session's history. Answer again?", { timeout: 20_000 });
  await expect(card.getByRole("button", { name: "Allow" })).toBeEnabled();
});

test("buttons that appear with nobody there are live at once; under a pointer they are not", async ({ page, connect }) => {
  const server = await connect("gateway on the same origin");
  const waiting = await WaitingSession.with(page, server, 1);
  const session = new SessionPage(page);
  await session.open(waiting.id);
  await session.expectLive();
  const states = () =>
    page.evaluate(() => {
      const seen: string[] = [];
      const note = () => {
        for (const button of document.querySelectorAll("[role=group] button")) {
          seen.push(`${button.closest("[role=group]")?.textContent.match(/waits\d+/)?.[0]} ${button.getAttribute("aria-disabled")}`);
        }
      };
      new MutationObserver(note).observe(document.body, { childList: true, subtree: true, attributes: true });
      Object.assign(window, { seenButtons: seen });
    });
  const seen = () => page.evaluate(() => (window as unknown as { seenButtons: string[] }).seenButtons);
  await states();
  await waiting.ask(1);
  await expect(session.approvals("bash")).toHaveCount(2);
  await settled(page);
  expect((await seen()).filter((state) => state === "waits2 true")).toEqual([]);
  expect(await seen()).toContain("waits2 false");
  await session.approvals("bash").first().hover();
  await states();
  await waiting.ask(1);
  await expect(session.approvals("bash")).toHaveCount(3);
  await expect.poll(seen).toContain("waits3 true");
  await expect.poll(async () => (await seen()).at(-1)).toContain("false");
});

test("a key that is held answers once", async ({ page, connect }) => {
  const server = await connect("gateway on the same origin");
  const waiting = await WaitingSession.with(page, server, 3);
  const session = new SessionPage(page);
  await session.open(waiting.id);
  await session.expectLive();
  await session.approvals("bash").first().getByRole("button", { name: "Allow" }).focus();
  for (let i = 0; i < 30; i++) await page.keyboard.down("Enter");
  await page.keyboard.up("Enter");
  await expect(session.approvals("bash")).toHaveCount(2);
  for (let i = 0; i < 30; i++) await page.keyboard.down("Enter");
  await page.keyboard.up("Enter");
  await settled(page);
  expect(waiting.sent).toHaveLength(1);
});
