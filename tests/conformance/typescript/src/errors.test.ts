import assert from "node:assert/strict";
import { test } from "node:test";
import Anthropic, { type APIError } from "@anthropic-ai/sdk";
import { KEY, message, useWorld } from "./setup.js";

const world = useWorld();
const ABSENT = "sesn_01absentabsentabsentab";

async function refusal<T extends APIError>(
  call: PromiseLike<unknown>,
  kind: new (...args: never[]) => T,
): Promise<T> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof kind, `${kind.name} expected, got ${error}`);
    assert.match(error.requestID ?? "", /^req_/);
    return error;
  }
  throw new Error(`${kind.name} expected, but the call succeeded`);
}

test("a wrong key is an AuthenticationError", async () => {
  const client = new Anthropic({ apiKey: "sk-ant-invalid-key", baseURL: world.current.url, maxRetries: 0 });
  const error = await refusal(client.beta.sessions.list(), Anthropic.AuthenticationError);
  assert.equal(error.status, 401);
});

test("an unknown session is a NotFoundError", async () => {
  await refusal(world.current.client.beta.sessions.retrieve(ABSENT), Anthropic.NotFoundError);
});

test("without the beta header the path does not exist", async () => {
  const call = world.current.client.beta.sessions.list({}, { headers: { "anthropic-beta": null } });
  await refusal(call, Anthropic.NotFoundError);
});

test("an unknown query parameter is a BadRequestError", async () => {
  const session = await world.current.create();
  const call = world.current.client.beta.sessions.events.list(session.id, {}, { query: { after: "sevt_1" } });
  await refusal(call, Anthropic.BadRequestError);
});

test("a message without text is a BadRequestError", async () => {
  const session = await world.current.create();
  const call = world.current.client.beta.sessions.events.send(session.id, { events: [message("")] });
  await refusal(call, Anthropic.BadRequestError);
});

const OPT_IN = { "anthropic-dangerous-direct-browser-access": "true" };

test("a page of another port needs the opt-in header, and one of another machine gets nothing", async () => {
  const headers = {
    origin: "http://localhost:3000",
    "sec-fetch-site": "cross-site",
    "x-api-key": KEY,
    "anthropic-version": "2023-06-01",
    "anthropic-beta": "managed-agents-2026-04-01",
  };
  const ask = (extra: Record<string, string>) =>
    fetch(`${world.current.url}/v1/sessions?limit=1`, { headers: { ...headers, ...extra } });
  const refused = await ask({});
  assert.equal(refused.status, 401);
  assert.equal(refused.headers.get("access-control-allow-origin"), null);
  const accepted = await ask(OPT_IN);
  assert.equal(accepted.status, 200);
  assert.equal(accepted.headers.get("access-control-allow-origin"), "*");
  const foreign = await ask({ ...OPT_IN, origin: "https://portal.example.com" });
  assert.equal(foreign.status, 403);
  assert.equal(foreign.headers.get("access-control-allow-origin"), null);
});
