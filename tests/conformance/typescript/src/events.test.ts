import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AccumulatedEvent,
  accumulateManagedAgentsEvent,
} from "@anthropic-ai/sdk/lib/sessions/accumulate";
import { collect, idle, message, ofType, useWorld } from "./setup.js";

const world = useWorld();

test("a turn runs from running to idle in the documented order", async () => {
  const session = await world.current.create();
  const events = await world.current.run(session.id, [message("List the files in the working directory.")]);
  const types = events.map((event) => event.type);
  const expected = [
    "session.status_running",
    "session.thread_status_running",
    "user.message",
    "span.model_request_start",
    "agent.tool_use",
    "agent.tool_result",
    "agent.message",
    "session.thread_status_idle",
    "session.usage",
    "session.status_idle",
  ];
  const found = types[Symbol.iterator]();
  for (const type of expected) {
    assert.ok([...takeUntil(found, type)].includes(type), `${type} is missing or late in ${types.join(" ")}`);
  }
  assert.equal(idle(events).stop_reason.type, "end_turn");
});

test("deltas accumulate to the final message", async () => {
  const session = await world.current.create();
  const events = await world.current.run(session.id, [message("Show me markdown.")], true);
  let snapshot: AccumulatedEvent | undefined;
  let finals = 0;
  for (const event of events) {
    if (event.type === "agent.message") {
      assert.deepEqual(snapshot?.content, event.content);
      finals += 1;
    }
    snapshot = accumulateManagedAgentsEvent(snapshot, event);
  }
  assert.ok(finals > 0);
  assert.ok(ofType(events, "event_delta").length > 10);
});

test("the history equals the stream and pages in both directions", async () => {
  const { events } = world.current.client.beta.sessions;
  const session = await world.current.create();
  const streamed = await world.current.run(session.id, [message("Read the README and run the tests.")]);
  const listed = await collect(events.list(session.id));
  const byId = (all: object[]) => new Map(all.map((event) => ["id" in event ? event.id : "", event]));
  assert.deepEqual(byId(listed), byId(streamed));
  const ids = listed.map((event) => event.id);
  assert.deepEqual((await collect(events.list(session.id, { limit: 3 }))).map((event) => event.id), ids);
  const backward = await collect(events.list(session.id, { limit: 3, order: "desc" }));
  assert.deepEqual(backward.map((event) => event.id).reverse(), ids);
});

test("approvals: one allowed, one denied with a reason", async () => {
  const { client } = world.current;
  const session = await world.current.create("Careful deployer");
  const asked = idle(await world.current.run(session.id, [message("Deploy v1.8.0 to staging.")])).stop_reason;
  assert.equal(asked.type, "requires_action");
  const [first, second] = asked.type === "requires_action" ? asked.event_ids : [];
  assert.ok(first && second);
  const rest = idle(
    await world.current.run(session.id, [
      { type: "user.tool_confirmation", tool_use_id: first, result: "allow" },
    ]),
  ).stop_reason;
  assert.deepEqual(rest, { type: "requires_action", event_ids: [second] });
  const events = await world.current.run(session.id, [
    { type: "user.tool_confirmation", tool_use_id: second, result: "deny", deny_message: "Not today." },
  ]);
  assert.equal(idle(events).stop_reason.type, "end_turn");
  const history = await collect(client.beta.sessions.events.list(session.id));
  const results = new Map(ofType(history, "agent.tool_result").map((result) => [result.tool_use_id, result]));
  assert.ok(!results.get(first)?.is_error);
  assert.ok(results.get(second)?.is_error);
});

test("an interrupt ends the turn", async () => {
  const session = await world.current.create("Firehose");
  await world.current.client.beta.sessions.events.send(session.id, { events: [message("emit 100000 at 100")] });
  const events = await world.current.run(session.id, [{ type: "user.interrupt" }]);
  assert.equal(ofType(events, "user.interrupt").length, 1);
  assert.equal(idle(events).stop_reason.type, "end_turn");
});

test("the primary thread is listed with its own events", async () => {
  const { threads } = world.current.client.beta.sessions;
  const session = await world.current.create();
  await world.current.run(session.id, [message("List the files.")]);
  const [primary, ...others] = await collect(threads.list(session.id));
  assert.ok(primary && others.length === 0);
  assert.equal(primary.parent_thread_id, null);
  const own = await collect(threads.events.list(primary.id, { session_id: session.id }));
  assert.ok(own.some((event) => event.type === "agent.message"));
});

function* takeUntil<T>(items: Iterator<T>, last: T): Generator<T> {
  for (let item = items.next(); !item.done; item = items.next()) {
    yield item.value;
    if (item.value === last) return;
  }
}
