/**
 * What servers and what stands before them do, legitimately or in fact, as faults of the demo server. Each holds until the
 * server is reset, for all requests that it concerns, and combines with the others:
 * `await server.fault(lateFirstByte(2_000), noHeartbeats())`.
 */
import type { Effect, Fault, JsonObject, Match, Paging, Shape, StreamFaults, UnreadableForm, Wait } from "./demo-server.js";

/** The streams of sessions, and the lists of their events and of sessions. */
export const STREAMS: Match = { method: "GET", path: "/v1/sessions/*/events/stream" };
export const EVENTS: Match = { method: "GET", path: "/v1/sessions/*/events" };
export const SESSIONS: Match = { method: "GET", path: "/v1/sessions" };

/** A condition of the server; `match` limits it, as to one session. */
export function always(effect: Effect, match: Match = {}): Fault {
  return { match, standing: true, effect };
}

const streams = (stream: StreamFaults) => always({ stream }, STREAMS);
const shaped = (shape: Shape, match?: Match) => always({ shape }, match);
const forms = (forms: Shape["forms"] & object) => shaped({ forms });

// Streams

/** Headers at once, the first byte of the body late or never. */
export const lateFirstByte = (wait: Wait) => always({ body_after_ms: wait }, STREAMS);
/** Not even the headers, as behind a proxy that waits for the whole answer. */
export const headersWithheld = (wait: Wait = "never") => always({ headers_after_ms: wait }, STREAMS);
/** A proxy that passes bytes on only when its buffer is full. */
export const bufferingProxy = (bytes = 16_384) => always({ buffer_bytes: bytes }, STREAMS);
/** Comments and heartbeats pass, events do not. */
export const framesWithheld = (wait: Wait = "never") => streams({ frames_after_ms: wait });
/** Nothing at all before the first event. */
export const silentStart = () => streams({ no_opening_comment: true });
export const noHeartbeats = () => streams({ heartbeat_ms: "never" });
/** Nothing but events. */
export const eventsOnly = () => streams({ no_opening_comment: true, heartbeat_ms: "never" });
export const streamsRefused = (status: number) => always({ status }, STREAMS);
/** Refused, and asked for again at once. */
export const streamsRefusedImpatiently = (status: number) =>
  always({ status, headers: { "retry-after-ms": "1" } }, STREAMS);
/** The connection of the stream closes at once, as an extension that blocks it makes it. */
export const streamsCut = () => always({ drop: "before" }, STREAMS);

// Events

/** No `session.status_*` and `session.thread_status_*`. */
export const noStatusEvents = () => shaped({ omit: ["session.status_*", "session.thread_status_*"] });
/** The turn ends and only `GET` says so; idle events that ask for an answer still come. */
export const noFinalIdle = () =>
  shaped({
    omit: ["session.status_idle", "session.thread_status_idle"].map((type) => ({ type, stop_reason: { type: "end_turn" } })),
  });
/** Events of these types are listed and never streamed. */
export const neverStreamed = (...types: string[]) => shaped({ omit: types }, STREAMS);
/** Events of these types are streamed and never listed. */
export const neverListed = (...types: string[]) => shaped({ omit: types }, EVENTS);
/** Inputs never get a time. */
export const unstampedInputs = (time: "null" | "absent" = "null") => forms({ inputs: time });
/** Dozens of `agent.message_chunk` before each answer, without a time. */
export const unknownChunks = (chars = 4) => shaped({ chunks: { chars } });
/** One event, or session, that cannot be read: by its place in the page, or by what it contains. */
export const unreadable = (as: UnreadableForm, which: number | JsonObject = 0, match: Match = EVENTS) =>
  shaped({ unreadable: [typeof which === "number" ? { at: which, as } : { where: which, as }] }, match);

// Forms

export const modelsAsStrings = () => forms({ model: "string" });
export const noEvaluatedPermission = () => forms({ permission: "absent" });
export const sessionErrors = (as: "message" | "code" | "content") => forms({ session_error: as });
export const stopReasons = (as: "absent" | "null" | "string") => forms({ stop_reason: as });
export const contents = (as: "absent" | "null" | "string") => forms({ content: as });
/** Events tell their time under another name, as a growing number, or not at all. */
export const times = (as: "absent" | "created_at" | "seq") => forms({ times: as });
export const numbers = (as: "decimal" | "exponent" | "string") => forms({ numbers: as });
/** `{"error": "Session not found"}` and its like. */
export const errors = (as: "error" | "message" | "detail" = "error") => forms({ errors: as });
/** Every field and element is missing, null, of another type or doubled with this probability. */
export const bent = (seed: number, rate = 0.05, keep: string[] = []) => shaped({ bend: { seed, rate, keep } });

// Lists and requests

/** Sessions and events in one order, whatever is asked for. */
export const fixedOrder = (order: "asc" | "desc" = "asc") => always({ list: { order } });
export const paging = (paging: Paging, pageSize?: number, match?: Match) =>
  always({ list: { paging, ...(pageSize === undefined ? {} : { page_size: pageSize }) } }, match);
/** The status filter has no effect. */
export const filterIgnored = () => always({ ignore: ["statuses[]"] }, SESSIONS);
/** Sessions are created idle and without an event. */
export const initialEventsIgnored = () => always({ ignore: ["initial_events"] }, { method: "POST", path: "/v1/sessions" });
/** Preflights allow these methods only. */
export const corsWithout = (methods = "GET, POST") =>
  always({ headers: { "access-control-allow-methods": methods } }, { method: "OPTIONS" });
/** A web page where JSON belongs. */
export const webPage = (status: 200 | 404 = 200, match?: Match) => always({ status, body: HTML }, match);

// Files of the page

const HTML = { type: "text/html; charset=utf-8", text: "<!doctype html><title>Sign in</title><h1>Sign in</h1>" };
const CONFIG: Match = { path: "/config.json" };

/** `config.json` with a status, as a login page, sent elsewhere, or never. */
export const config = {
  status: (status: number) => always({ status }, CONFIG),
  loginPage: () => always({ body: HTML }, CONFIG),
  redirect: (location: string) => always({ status: 302, headers: { location } }, CONFIG),
  never: () => always({ headers_after_ms: "never" }, CONFIG),
};
