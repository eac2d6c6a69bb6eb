import { message } from "../support/demo-server";
import { expect, test, WAYS } from "../support/test";
import { NewSessionPage, sessionIn } from "../pages/new-session-page";
import { SessionPage } from "../pages/session-page";
import { goToHash, SessionsPage } from "../pages/sessions-page";

// Slow enough to see an answer grow.
test.use({ speed: 3 });

for (const way of WAYS) {
  test(`from connecting to deleting: ${way}`, async ({ page, connect }) => {
    const server = await connect(way);
    const sessions = new SessionsPage(page);
    const form = new NewSessionPage(page);
    const session = new SessionPage(page);
    let id = "";

    await test.step("create a session by agent id, with a vault", async () => {
      await sessions.newSession.click();
      await form.choose(form.agent, await server.agentId("Repo helper"));
      await form.choose(form.environment, await server.environmentId());
      await form.vaults.fill(await server.vaultId());
      await form.title.fill("Journey");
      id = await form.submit();
      await session.expectStatus("idle");
      await session.expectLive();
      expect(await server.session(id)).toMatchObject({ title: "Journey", vault_ids: [await server.vaultId()] });
    });

    await test.step("watch an answer grow from running to idle", async () => {
      const statuses = await session.watchStatus();
      const growth = await session.watchGrowth();
      // Seconds, so that a busy machine draws a frame meanwhile.
      await session.say("stream 100000 by 4");
      await session.expectTurnsEnded(server, id, 1);
      expect(await statuses()).toEqual(["idle", "running", "idle"]);
      const answer = (await server.events(id)).filter((event) => event.type === "agent.message");
      expect(answer, "the whole answer is one event").toHaveLength(1);
      const lengths = await growth();
      const grown = lengths.filter((length) => length > 200 && length < 95_000);
      // How many depends on the machine; that a growing answer shows each part is tested where each part is waited for.
      expect(grown, `the answer was there in part: ${lengths}`).not.toEqual([]);
      expect(grown, "it only ever grows").toEqual(grown.toSorted((a, b) => a - b));
      await session.eventsTab.click();
      await expect(session.row("user.message").last()).toBeVisible();
      const stored = await server.events(id);
      await session.expectEventCount(stored.length);
      const rows = await session.allRows();
      expect(rows.map((row) => row.id)).toEqual(stored.map((event) => event.id));
      expect(rows.map((row) => row.type)).toEqual(stored.map((event) => event.type));
    });

    await test.step("interrupt a turn", async () => {
      await session.transcriptTab.click();
      await session.say("slow, please");
      const tools = async () => (await server.events(id)).filter((event) => event.type === "agent.tool_use");
      await expect.poll(async () => (await tools()).length).toBe(1);
      await session.expectStatus("running");
      await session.interrupt.click();
      await session.expectTurnsEnded(server, id, 2);
      const types = (await server.events(id)).map((event) => event.type);
      expect(types.filter((type) => type === "user.interrupt")).toHaveLength(1);
      expect(types.at(-1)).toBe("session.status_idle");
    });

    await test.step("archive, which keeps the history", async () => {
      await session.archive.click();
      await expect(session.dialog).toContainText("Archive for good?");
      await expect(session.dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
      await session.dialog.getByRole("button", { name: "Cancel" }).click();
      await expect(session.dialog).toBeHidden();
      expect((await server.session(id)).archived_at).toBeNull();
      await session.archive.click();
      await session.dialog.getByRole("button", { name: "Archive", exact: true }).click();
      await session.expectStatus("terminated");
      expect((await server.session(id)).archived_at).not.toBeNull();
      await session.expectEventCount((await server.events(id)).length);
    });

    await test.step("delete after a confirmation", async () => {
      await session.delete.click();
      await expect(session.dialog).toBeVisible();
      await session.dialog.getByRole("button", { name: "Cancel" }).click();
      await expect(session.dialog).toBeHidden();
      expect(await server.session(id)).toMatchObject({ id });
      await session.delete.click();
      await session.dialog.getByRole("button", { name: "Delete", exact: true }).click();
      await expect(page).toHaveURL(/#\/sessions$/);
      await expect(sessions.list).toBeVisible();
      await sessions.includeArchived.check();
      await expect(sessions.links.first()).toBeVisible();
      await expect(sessions.linkTo(id)).toHaveCount(0);
      await expect(server.session(id)).rejects.toThrow(/404/);
    });
  });
}

test("the demo needs one click and no key", async ({ page, connectPage, host }) => {
  await connectPage.open();
  await connectPage.demo.click();
  await connectPage.expectConnected();
  await expect(new SessionsPage(page).links.first()).toBeVisible();
  const kinds = new Set((await host.requests()).map((request) => request.credential));
  expect(kinds).toEqual(new Set(["none"]));
});

test("a pinned version runs exactly that version", async ({ page, connect }) => {
  const server = await connect();
  const form = new NewSessionPage(page);
  await form.open();
  await form.choose(form.agent, await server.agentId("Repo helper"));
  await form.version.fill("1");
  await form.choose(form.environment, await server.environmentId());
  const id = await form.submit();
  expect(await server.session(id)).toMatchObject({ agent: { version: 1 } });
});

test("a first message starts the session at once", async ({ page, connect }) => {
  const server = await connect();
  const form = new NewSessionPage(page);
  await form.open();
  await form.choose(form.agent, await server.agentId("Repo helper"));
  await form.choose(form.environment, await server.environmentId());
  await form.firstMessage.fill("List the files, please.");
  const id = await form.submit();
  const session = new SessionPage(page);
  await session.expectTurnsEnded(server, id, 1);
  await expect(session.log).toContainText("List the files, please.");
  await expect(session.log).toContainText("Cargo.toml");
  expect((await server.events(id)).filter((event) => event.type === "user.message")).toHaveLength(1);
});

for (const [what, done] of [["delete", /404/], ["archive", null]] as const) {
  test(`the question before ${what} says that a running session is interrupted`, async ({ page, connect }) => {
    const server = await connect();
    const id = await server.createSession("Firehose", { initial_events: [message("emit 100000 at 20")] });
    const session = new SessionPage(page);
    await session.open(id);
    await session.expectStatus("running");
    await session[what].click();
    await expect(session.dialog).toContainText("It is running, and is interrupted first.");
    await session.dialog.getByRole("button", { name: "Cancel" }).click();
    expect((await server.events(id)).some((event) => event.type === "user.interrupt")).toBe(false);
    await session[what].click();
    await session.dialog.getByRole("button", { name: `Interrupt and ${what}` }).click();
    if (done) {
      await expect(page).toHaveURL(/#\/sessions$/);
      await expect(server.session(id)).rejects.toThrow(done);
    } else {
      await session.expectStatus("terminated");
      expect((await server.session(id)).archived_at).not.toBeNull();
    }
  });
}

test("an edited title is typed at once, saved by Enter and kept by Escape", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper", { title: "Old title" });
  const session = new SessionPage(page);
  await session.open(id);
  const edit = page.getByRole("button", { name: "Edit title" });
  const heading = page.getByRole("heading", { level: 1 });
  await edit.click();
  const field = page.getByRole("textbox", { name: "Session title" });
  await expect(field).toBeFocused();
  // The old title is selected, so that typing replaces it.
  await page.keyboard.type("New title");
  await expect(field).toHaveValue("New title");
  await page.keyboard.press("Escape");
  await expect(heading).toHaveText("Old title");
  await expect(edit).toBeFocused();
  expect(await server.session(id)).toMatchObject({ title: "Old title" });
  await page.keyboard.press("Enter");
  await expect(field).toBeFocused();
  await page.keyboard.type("New title");
  await page.keyboard.press("Enter");
  await expect(heading).toHaveText("New title");
  await expect(edit).toBeFocused();
  expect(await server.session(id)).toMatchObject({ title: "New title" });
});

test("a session opens from its address after a reload", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper", { title: "Reloaded" });
  await goToHash(page, `#/sessions/${id}`);
  const session = new SessionPage(page);
  await session.expectLive();
  await page.reload();
  await session.expectLive();
  await session.expectStatus("idle");
  expect(sessionIn(page.url())).toBe(id);
});

test("a message that arrives from elsewhere shows without a reload", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await server.send(id, message("Sent by somebody else"));
  await expect(session.log).toContainText("Sent by somebody else");
  await session.expectTurnsEnded(server, id, 1);
});
