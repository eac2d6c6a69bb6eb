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
