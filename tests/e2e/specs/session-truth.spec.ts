import type { Page } from "@playwright/test";
import { type DemoServer, message } from "../support/demo-server";
import { expect, test } from "../support/test";
import { SessionPage } from "../pages/session-page";
import { goToHash } from "../pages/sessions-page";

test("a call of a child thread says who asks and where its result is, and never runs for ever", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Research team", { initial_events: [message("Compare three job queues.")] });
  const session = new SessionPage(page);
  await session.open(id);
  const card = session.approvals("write");
  await expect(card).toContainText("B writer wants to write");
  await card.getByRole("button", { name: "Allow" }).click();
  await expect(session.log).toContainText("Both have finished");
  await session.expectStatus("idle");
  const call = session.row("agent.tool_use").filter({ hasText: "outline.md" });
  await expect(call).toContainText("allowed · result in thread B writer");
  await expect(session.log).not.toContainText("running");
});

test("a past session of several threads has no call that runs", async ({ page, connect }) => {
  const server = await connect();
  const session = new SessionPage(page);
  await session.open(await server.sessionTitled("Job queue comparison"));
  await session.expectStatus("idle");
  await expect(session.row("agent.tool_use").first()).toBeVisible();
  await expect(session.log.locator("[data-outcome=running]")).toHaveCount(0);
});

test("a workflow is told by names, each thread once", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Research team", { initial_events: [message("Run the workflow.")] });
  const session = new SessionPage(page);
  await session.open(id);
  await expect(session.log).toContainText("All three repositories have a licence file.");
  await session.expectStatus("idle");
  await expect(session.row("workflow_run.created")).toContainText(
    "Check licences · Inspect repositories (done) · Report (done) · 3 × licence-checker (3 done) · completed",
  );
  await expect(session.row("workflow_run.phase_started").first()).toContainText("Inspect repositories");
  for (const letter of ["A", "B", "C"]) {
    await expect(session.log.getByText(`${letter} licence-checker, ended`)).toHaveCount(1);
  }
  await expect(session.log).not.toContainText(/wr(un|ph)_/);
});

test("an interrupted tool did not fail, and the turn says who ended it", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper", { initial_events: [message("slow, please")] });
  const session = new SessionPage(page);
  await session.open(id);
  await expect(session.log.locator("[data-outcome=running]")).toHaveCount(1);
  await session.interrupt.click();
  await session.expectStatus("idle");
  await expect(session.row("agent.tool_use").last()).toContainText(/interrupted after [\d.]+ m?s/);
  await expect(session.row("session.status_idle").last()).toContainText("Interrupted by you.");
  await expect(page.locator(".stop-reason")).toHaveText("Interrupted by you.");
});

test("a denial by policy and one by a person differ", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Careful deployer", { initial_events: [message("Deploy v1.8.0 to staging, force it.")] });
  const session = new SessionPage(page);
  await session.open(id);
  const waiting = session.approvals("bash");
  await expect(waiting).toHaveCount(2);
  await waiting.first().getByRole("textbox", { name: "Reason" }).fill("Not on a Friday");
  await waiting.first().getByRole("button", { name: "Deny" }).click();
  await expect(waiting).toHaveCount(1);
  await waiting.getByRole("button", { name: "Deny" }).click();
  await expect(session.log).toContainText("denied by you: Not on a Friday");
  await expect(session.log).toContainText("denied by policy (high_risk)");
});

test("Interrupt can be pressed while calls wait, and says what it does", async ({ page, connect }) => {
  const server = await connect();
  const session = new SessionPage(page);
  await session.open(await server.sessionTitled("Waiting for you"));
  await expect(session.approvals("bash")).toHaveCount(2);
  await session.expectStatus("idle");
  await expect(session.interrupt).toBeEnabled();
  await expect(session.interrupt).toHaveAccessibleDescription("Closes the waiting calls");
  await session.interrupt.click();
  await expect(session.approvals("bash")).toHaveCount(0);
  await expect(session.interrupt).toBeDisabled();
});

test("Interrupt is alive while a request is open, whatever the status says", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await server.inject(id, { type: "session.status_idle", stop_reason: { type: "end_turn" }, stop_details: null });
  await expect(session.interrupt).toBeDisabled();
  await server.inject(id, { type: "span.model_request_start" });
  await expect(session.interrupt).toBeEnabled();
});

for (const [what, id, says] of [
  ["does not exist", "sesn_01doesnotexist", /deleted, or belong to another workspace/],
  ["is a thread", "sthr_01EyhmJQ5ZJZcMPc89GHBM1b", /This is the id of a thread/],
] as const) {
  test(`a session that ${what} is one page with ways on, and no dead controls`, async ({ page, connect }) => {
    const server = await connect();
    await goToHash(page, `#/sessions/${id}`);
    const heading = page.getByRole("heading", { level: 1 });
    await expect(heading).toHaveText("Session not found");
    await expect(heading).toBeFocused();
    const main = page.getByRole("main");
    await expect(main).toContainText(id);
    await expect(main).toContainText(new URL(server.url).hostname);
    await expect(main).toContainText(says);
    await expect(main.getByRole("button")).toHaveText(["Try again"]);
    await expect(main.getByRole("textbox")).toHaveCount(0);
    await expect(main).not.toContainText("Nothing has happened");
    await main.getByRole("link", { name: "Back to sessions" }).click();
    await expect(page).toHaveURL(/#\/sessions$/);
  });
}

test("a session that may not be read says so, and is tried again when told to", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper", { title: "Behind a door" });
  await server.fault({ match: { path: `/v1/sessions/${id}` }, times: 0, effect: { status: 403 } });
  await server.fault({ match: { path: `/v1/sessions/${id}/events` }, times: 0, effect: { status: 403 } });
  await server.fault({ match: { path: `/v1/sessions/${id}/events/stream` }, times: 0, effect: { status: 403 } });
  await goToHash(page, `#/sessions/${id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This key may not open this session");
  await server.clearFaults();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Behind a door");
  await new SessionPage(page).expectLive();
});

test("a session that is deleted while it is open says that only this page has it, and nothing can be done with it", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper", { initial_events: [message("List the files, please.")] });
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectTurnsEnded(server, id, 1);
  await server.delete(id);
  await expect(page.getByText("This session was deleted. What this page has read of it is shown until you leave.")).toBeVisible();
  await session.expectStatus("terminated");
  await expect(session.log).toContainText("List the files, please.");
  for (const name of ["Interrupt", "Archive session", "Delete session", "Send"]) {
    await expect(page.getByRole("button", { name, exact: true })).toBeDisabled();
  }
});

test.describe("a link to an event that the transcript does not draw", () => {
  test("marks the row that stands for it", async ({ page, connect }) => {
    const { id, of } = await done(page, await connect());
    const start = of("span.model_request_start");
    const end = of("span.model_request_end");
    await goToHash(page, `#/sessions/${id}?event=${start}`);
    const session = new SessionPage(page);
    await expect(session.transcriptTab).toHaveAttribute("aria-selected", "true");
    await expect(session.log.locator(`[data-event-id="${end}"]`)).toHaveAttribute("data-selected", "true");
    await expect(session.log.locator(`[data-event-id="${end}"]`)).toBeInViewport();
  });

  test("shows all events where no row does", async ({ page, connect }) => {
    const { id, of } = await done(page, await connect());
    const usage = of("session.usage");
    await goToHash(page, `#/sessions/${id}?event=${usage}`);
    const session = new SessionPage(page);
    await expect(session.eventsTab).toHaveAttribute("aria-selected", "true");
    const row = session.log.locator(`[data-event-id="${usage}"]`);
    await expect(row).toHaveAttribute("data-selected", "true");
    await expect(row).toBeInViewport();
    await session.transcriptTab.click();
    await expect(session.transcriptTab, "the reader may go back").toHaveAttribute("aria-selected", "true");
  });

  async function done(page: Page, server: DemoServer) {
    const id = await server.createSession("Repo helper", { initial_events: [message("List the files, please.")] });
    await expect.poll(() => server.idles(id)).toBe(1);
    const events = await server.events(id);
    await page.reload();
    return { id, of: (type: string) => events.find((event) => event.type === type)?.id ?? "" };
  }
});
