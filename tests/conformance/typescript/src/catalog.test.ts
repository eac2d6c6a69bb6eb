import assert from "node:assert/strict";
import { test } from "node:test";
import { collect, useWorld } from "./setup.js";

const world = useWorld();

test("agents have versions that can be read one by one", async () => {
  const { client } = world.current;
  const agent = world.current.agent("Repo helper");
  const versions = await collect(client.beta.agents.versions.list(agent.id));
  assert.deepEqual(
    versions.map((version) => version.version).sort(),
    Array.from({ length: agent.version }, (_, index) => index + 1),
  );
  assert.equal((await client.beta.agents.retrieve(agent.id, { version: 1 })).version, 1);
});

test("environments, vaults and models are listed and read", async () => {
  const { beta } = world.current.client;
  const environments = await collect(beta.environments.list());
  assert.deepEqual(environments.map((one) => one.config.type).sort(), ["cloud", "self_hosted"]);
  const vaults = await collect(beta.vaults.list());
  for (const vault of vaults) assert.equal((await beta.vaults.retrieve(vault.id)).id, vault.id);
  const models = await collect(beta.models.list());
  const used = [...world.current.agents.values()].map((agent) => agent.model.id);
  assert.ok(used.every((id) => models.some((model) => model.id === id)));
});

test("models are filtered by their lifecycle", async () => {
  const { models } = world.current.client.beta;
  const retired = await collect(models.list({ lifecycle: ["retired"] }));
  assert.ok(retired.length > 0 && retired.every((model) => model.lifecycle === "retired" && model.retires_at));
  const listed = await collect(models.list());
  assert.ok(listed.every((model) => !retired.some((gone) => gone.id === model.id)));
  assert.ok(listed.every((model) => model.capabilities?.effort.supported && model.line));
});

test("a team is pinned, merged by updates and carried whole by sessions", async () => {
  const { beta } = world.current.client;
  const helper = world.current.agent("Repo helper");
  const lead = await beta.agents.create({
    name: "Lead",
    model: { id: "claude-sonnet-5-5", effort: "low" },
    multiagent: { type: "multiagent_20261001", subagents: { type: "enabled", predefined_agents: [helper.id, { type: "self" }] } },
  });
  const updated = await beta.agents.update(lead.id, {
    version: lead.version,
    multiagent: { type: "multiagent_20261001", workflows: { type: "disabled" } },
  });
  const team = updated.multiagent;
  assert.ok(team?.type === "multiagent_20261001" && team.subagents.type === "enabled");
  assert.deepEqual(
    team.subagents.predefined_agents.map(({ id, version }) => ({ id, version })),
    [{ id: helper.id, version: helper.version }, { id: lead.id, version: 2 }],
  );
  assert.equal(team.workflows.type, "disabled");
  const session = await beta.sessions.create({ agent: lead.id, environment_id: world.current.cloud });
  const carried = session.agent.multiagent;
  assert.ok(carried?.type === "multiagent_20261001" && carried.subagents.type === "enabled");
  assert.deepEqual(carried.subagents.predefined_agents.map((member) => member.name), ["Repo helper", "Lead"]);
  assert.equal(session.agent.model.effort?.type, "low");
  await beta.agents.archive(lead.id);
});
