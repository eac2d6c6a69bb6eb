import { message } from "../support/demo-server";
import { expect, test, WAYS } from "../support/test";
import { SessionPage } from "../pages/session-page";

for (const way of WAYS) {
  test(`one call is allowed, one is denied with a reason: ${way}`, async ({ page, connect }) => {
    const server = await connect(way);
    const id = await server.createSession("Careful deployer", {
      initial_events: [message("Deploy v1.8.0 to staging.")],
    });
    const session = new SessionPage(page);
    await session.open(id);
    const pending = session.approvals("bash");
    await expect(pending).toHaveCount(2);
    await session.expectStatus("idle");
    const calls = (await server.events(id)).filter((event) => event.evaluated_permission === "ask");
    expect(calls).toHaveLength(2);

    await expect(pending.first()).toContainText("shopctl migrate --target staging --version v1.8.0");
    await pending.first().getByRole("button", { name: "Allow" }).click();
    await expect(pending).toHaveCount(1);

    await expect(pending).toContainText("shopctl rollout");
    await pending.getByRole("textbox", { name: "Reason" }).fill("Not on a Friday.");
    await pending.getByRole("button", { name: "Deny" }).click();
    await expect(pending).toHaveCount(0);
    await expect(session.log).toContainText("you said: \"Not on a Friday.\"");
    await session.expectStatus("idle");

    const answers = (await server.events(id)).filter((event) => event.type === "user.tool_confirmation");
    expect(answers.map(({ tool_use_id, result }) => ({ tool_use_id, result }))).toEqual([
      { tool_use_id: calls[0]?.id, result: "allow" },
      { tool_use_id: calls[1]?.id, result: "deny" },
    ]);
    expect(answers[1]).toMatchObject({ deny_message: "Not on a Friday." });
  });
}

test("nothing is approved without a click", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Careful deployer", {
    initial_events: [message("Deploy v1.8.0 to staging.")],
  });
  const session = new SessionPage(page);
  await session.open(id);
  await expect(session.approvals("bash")).toHaveCount(2);
  await page.reload();
  await expect(session.approvals("bash")).toHaveCount(2);
  const answered = (await server.events(id)).some((event) => event.type === "user.tool_confirmation");
  expect(answered).toBe(false);
});

test("an answer given elsewhere closes the call here", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Careful deployer", {
    initial_events: [message("Deploy v1.8.0 to staging.")],
  });
  const session = new SessionPage(page);
  await session.open(id);
  await expect(session.approvals("bash")).toHaveCount(2);
  const [first] = (await server.events(id)).filter((event) => event.evaluated_permission === "ask");
  await server.send(id, { type: "user.tool_confirmation", tool_use_id: first?.id ?? "", result: "deny" });
  await expect(session.approvals("bash")).toHaveCount(1);
});
