import * as conditions from "../support/conditions";
import type { Fault } from "../support/demo-server";
import { expect, test } from "../support/test";

const { config } = conditions;

/** Each condition in each of its forms. */
const ALL: Fault[] = [
  conditions.lateFirstByte(500),
  conditions.lateFirstByte("never"),
  conditions.headersWithheld(),
  conditions.bufferingProxy(),
  conditions.framesWithheld(),
  conditions.silentStart(),
  conditions.noHeartbeats(),
  conditions.eventsOnly(),
  ...[403, 404, 405, 501].map(conditions.streamsRefused),
  conditions.streamsRefusedImpatiently(503),
  conditions.streamsCut(),
  conditions.noStatusEvents(),
  conditions.noFinalIdle(),
  conditions.neverStreamed("agent.message"),
  conditions.neverListed("agent.message"),
  conditions.unstampedInputs(),
  conditions.unstampedInputs("absent"),
  conditions.unknownChunks(),
  ...(["nan", "lone_surrogate", "string", "null", "number", "list", "truncated"] as const).map((form) => conditions.unreadable(form)),
  conditions.unreadable("nan", { type: "agent.message" }, conditions.SESSIONS),
  conditions.modelsAsStrings(),
  conditions.noEvaluatedPermission(),
  ...(["message", "code", "content"] as const).map(conditions.sessionErrors),
  ...(["absent", "null", "string"] as const).flatMap((form) => [conditions.stopReasons(form), conditions.contents(form)]),
  ...(["absent", "created_at", "seq"] as const).map(conditions.times),
  ...(["decimal", "exponent", "string"] as const).map(conditions.numbers),
  ...(["error", "message", "detail"] as const).map(conditions.errors),
  conditions.bent(1, 0.1, ["type"]),
  conditions.fixedOrder(),
  conditions.fixedOrder("desc"),
  ...(["after_id", "after_id_ignored", "cycle", "empty", "empty_at_end", "repeat", "stuck"] as const).map((way) => conditions.paging(way, 5)),
  conditions.filterIgnored(),
  conditions.initialEventsIgnored(),
  conditions.corsWithout(),
  conditions.webPage(),
  conditions.webPage(404, conditions.SESSIONS),
  ...[500, 403, 431].map(config.status),
  config.loginPage(),
  config.redirect("http://127.0.0.1:9/login"),
  config.never(),
];

test("the demo server knows every condition that tests can ask for", async ({ host }) => {
  for (const condition of ALL) {
    await expect(host.fault(condition), JSON.stringify(condition)).resolves.toBeUndefined();
  }
});

test("conditions hold together, until the server is reset", async ({ host }) => {
  await host.fault(conditions.modelsAsStrings(), conditions.initialEventsIgnored());
  const id = await host.createSession("Repo helper", { initial_events: [{ type: "user.message", content: [{ type: "text", text: "hi" }] }] });
  const session = await host.session(id);
  expect(session.status).toBe("idle");
  expect(typeof (session.agent as { model: unknown }).model).toBe("string");
  expect(await host.events(id)).toEqual([]);
  await host.reset();
  const [first] = await host.sessions();
  expect(typeof (first?.agent as { model: unknown }).model).toBe("object");
});
