import { message } from "../../support/demo-server";
import { WAYS } from "../../support/test";
import { SessionScreen } from "../pages/session";
import { expect, test } from "../test";

for (const way of WAYS) {
  test(`one call is allowed, one is denied with a reason: ${way}`, async ({ tab, connect, server }) => {
    await connect(way);
    const id = await server.createSession("Careful deployer", { initial_events: [message("Deploy v1.8.0 to staging.")] });
    const session = new SessionScreen(tab);
    await session.open(id);
    const waiting = session.approvals("bash");
    await waiting.expectCount(2);
    const calls = (await server.events(id)).filter((event) => event.evaluated_permission === "ask");
    expect(calls).toHaveLength(2);

    await waiting.first.expectText("shopctl migrate --target staging --version v1.8.0");
    await waiting.first.role("button", "Allow").click();
    await waiting.expectCount(1);
    await waiting.expectText("shopctl rollout");
    await waiting.role("textbox", "Reason").fill("Not on a Friday.");
    await waiting.role("button", "Deny").click();
    await waiting.expectCount(0);
    await session.log.expectText("Not on a Friday.");
    await session.expectStatus("idle");

    const answers = (await server.events(id)).filter((event) => event.type === "user.tool_confirmation");
    expect(answers.map(({ tool_use_id, result }) => ({ tool_use_id, result }))).toEqual([
      { tool_use_id: calls[0]?.id, result: "allow" },
      { tool_use_id: calls[1]?.id, result: "deny" },
    ]);
    expect(answers[1]).toMatchObject({ deny_message: "Not on a Friday." });
  });
}
