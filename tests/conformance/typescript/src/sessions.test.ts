import assert from "node:assert/strict";
import { test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { collect, idle, message, settled, useWorld } from "./setup.js";

const world = useWorld();

test("an agent by its id string means the latest version", async () => {
  const agent = world.current.agent("Repo helper");
  const session = await world.current.create();
  assert.equal(session.status, "idle");
  assert.equal(session.agent.id, agent.id);
  assert.equal(session.agent.version, agent.version);
});

test("a pinned version stays pinned", async () => {
  const agent = world.current.agent("Repo helper");
  assert.ok(agent.version > 1);
  const session = await world.current.create("Repo helper", {
    agent: { type: "agent", id: agent.id, version: 1 },
  });
  assert.equal(session.agent.version, 1);
});

test("title, metadata, vaults and initial events are taken at creation", async () => {
  const { client } = world.current;
  const [vault] = await collect(client.beta.vaults.list());
  assert.ok(vault);
  const session = await world.current.create("Repo helper", {
    title: "Everything",
    metadata: { ticket: "T-1" },
    vault_ids: [vault.id],
    initial_events: [{ type: "user.message", content: [{ type: "text", text: "List the files." }] }],
  });
  assert.equal(session.status, "running");
  const read = await client.beta.sessions.retrieve(session.id);
  assert.equal(read.title, "Everything");
  assert.deepEqual(read.metadata, { ticket: "T-1" });
  assert.deepEqual(read.vault_ids, [vault.id]);
});

test("paging visits every session once", async () => {
  const { sessions } = world.current.client.beta;
  await Promise.all([world.current.create(), world.current.create(), world.current.create()]);
  const everything = (await collect(sessions.list({ include_archived: true }))).map((one) => one.id);
  const paged: string[] = [];
  let page = await sessions.list({ include_archived: true, limit: 2 });
  for (;;) {
    paged.push(...page.data.map((one) => one.id));
    if (!page.hasNextPage()) break;
    page = await page.getNextPage();
  }
  assert.deepEqual(paged, everything);
  assert.equal(new Set(paged).size, paged.length);
});

test("title and metadata can be changed", async () => {
  const { sessions } = world.current.client.beta;
  const session = await world.current.create("Repo helper", { metadata: { keep: "1", drop: "2" } });
  const updated = await sessions.update(session.id, {
    title: "Renamed",
    metadata: { drop: null, added: "3" },
  });
  assert.equal(updated.title, "Renamed");
  assert.deepEqual(updated.metadata, { keep: "1", added: "3" });
});

test("an archived session keeps its history and refuses input", async () => {
  const { sessions } = world.current.client.beta;
  const session = await world.current.create();
  await world.current.run(session.id, [message("List the files.")]);
  const archived = await settled(() => sessions.archive(session.id));
  assert.ok(archived.archived_at);
  assert.equal(archived.status, "terminated");
  const history = await collect(sessions.events.list(session.id));
  assert.ok(history.some((event) => event.type === "agent.message"));
  await assert.rejects(sessions.events.send(session.id, { events: [message("Hello?")] }), Anthropic.APIError);
});

test("a running session is deleted only after an interrupt", async () => {
  const { sessions } = world.current.client.beta;
  const session = await world.current.create("Firehose", {
    initial_events: [{ type: "user.message", content: [{ type: "text", text: "emit 100000 at 100" }] }],
  });
  await assert.rejects(sessions.delete(session.id), Anthropic.BadRequestError);
  const events = await world.current.run(session.id, [{ type: "user.interrupt" }]);
  assert.equal(idle(events).stop_reason.type, "end_turn");
  const deleted = await settled(() => sessions.delete(session.id));
  assert.deepEqual({ ...deleted }, { id: session.id, type: "session_deleted" });
  await assert.rejects(sessions.retrieve(session.id), Anthropic.NotFoundError);
});

test("deleting ends an open stream with session.deleted", async () => {
  const { sessions } = world.current.client.beta;
  const session = await world.current.create();
  const stream = await sessions.events.stream(session.id);
  await sessions.delete(session.id);
  const types = (await collect(stream)).map((event) => event.type);
  assert.deepEqual(types, ["session.deleted"]);
});
