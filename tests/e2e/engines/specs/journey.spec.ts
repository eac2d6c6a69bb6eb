import { WAYS } from "../../support/test";
import { NewSessionScreen } from "../pages/new-session";
import { SessionScreen } from "../pages/session";
import { goToHash, SessionsScreen } from "../pages/sessions";
import { expect, test } from "../test";

for (const way of WAYS) {
  test(`from connecting to deleting: ${way}`, async ({ tab, connect, server }) => {
    await connect(way);
    const sessions = new SessionsScreen(tab);
    const form = new NewSessionScreen(tab);
    const session = new SessionScreen(tab);

    await sessions.newSession.click();
    await form.agent.choose(await server.agentId("Repo helper"));
    await form.environment.choose(await server.environmentId());
    await form.title.fill("Journey");
    const id = await form.submit();
    await session.expectStatus("idle");
    await session.expectLive();
    expect(await server.session(id)).toMatchObject({ title: "Journey" });

    await session.say("List the files, please.");
    await session.expectTurnsEnded(server, id, 1);
    await session.log.expectText("List the files, please.");
    await session.log.expectText("Cargo.toml");
    await session.message.expectValue("");
    await session.expectSameLog(server, id);

    // What another one says shows as well, and a reload leads back to the same place.
    await session.transcriptTab.click();
    await server.send(id, { type: "user.message", content: [{ type: "text", text: "Sent by somebody else" }] });
    await session.log.expectText("Sent by somebody else");
    await session.expectTurnsEnded(server, id, 2);
    await tab.reload();
    await session.log.expectText("Sent by somebody else");
    await session.expectLive();

    await session.archive.click();
    await session.dialog.role("button", "Archive").click();
    await session.expectStatus("terminated");
    expect((await server.session(id)).archived_at).not.toBeNull();
    await session.expectEventCount((await server.events(id)).length);

    await session.delete.click();
    await session.dialog.role("button", "Cancel").click();
    await session.dialog.expectCount(0);
    expect(await server.session(id)).toMatchObject({ id });
    await session.delete.click();
    await session.dialog.role("button", "Delete").click();
    await sessions.list.role("link").first.expectVisible();
    await sessions.linkTo(id).expectCount(0);
    await expect(server.session(id)).rejects.toThrow(/404/);
  });
}

test("a deep link opens its event", async ({ tab, connect, server }) => {
  await connect();
  const id = await server.createSession("Repo helper");
  await server.inject(id, { type: "agent.message", id: "sevt_deep", content: [{ type: "text", text: "Deep down" }] });
  await goToHash(tab, `#/sessions/${id}?event=sevt_deep`);
  const session = new SessionScreen(tab);
  await session.row("agent.message").expectAttribute("data-selected", "true");
});
