import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../../", import.meta.url);
const PROGRAM = process.env.DEMO_SERVER ?? fileURLToPath(new URL("target/release/demo-server", ROOT));
/** The folder of the built page. */
export const BUILT_PAGE = process.env.DEMO_STATIC ?? fileURLToPath(new URL("dist", ROOT));

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A request as the server received it; credentials are replaced by their kind. */
export interface RecordedRequest {
  method: string;
  /** Path with its query. */
  path: string;
  headers: Record<string, string>;
  credential: "x-api-key" | "bearer" | "none";
  body: Json;
}

/** What a fault hits. Requests outside of `/v1`, for the files of the page, are hit only by a fault with a `path`. */
export interface Match {
  method?: string;
  /** The whole path, with `*` for one segment. */
  path?: string;
  contains?: string;
  /** The id of a session: everything at and below its address. */
  session?: string;
}

export interface Fault {
  match?: Match;
  skip?: number;
  /** How many requests to hit; 0 means all. */
  times?: number;
  /** The share of the matching requests that is hit. */
  chance?: number;
  /** Makes what is drawn repeatable. */
  seed?: number;
  /** Applies beside other faults, to all requests unless `times` says otherwise. */
  standing?: boolean;
  effect: Effect;
}

/** Milliseconds, or for ever. */
export type Wait = number | "never";
type Amount = number | { from: number; to: number };

/** What a fault does; the README of the demo server explains each. */
export interface Effect {
  delay_ms?: number;
  status?: number;
  error?: { type: string; message: string };
  body?: { type: string; text: string };
  retry_after?: number | string;
  headers?: Record<string, string>;
  apply?: boolean;
  drop?: "before" | "after";
  headers_after_ms?: Wait;
  body_after_ms?: Wait;
  buffer_bytes?: number;
  cut_after_bytes?: Amount;
  stall_after_bytes?: Amount;
  malformed_body?: boolean;
  no_cors?: boolean;
  list_lag_ms?: number;
  ignore?: string[];
  list?: { order?: "asc" | "desc"; paging?: Paging; page_size?: number };
  shape?: Shape;
  stream?: StreamFaults;
}

export type Paging = "after_id" | "after_id_ignored" | "cycle" | "empty" | "empty_at_end" | "repeat" | "stuck";

export interface StreamFaults {
  no_opening_comment?: boolean;
  heartbeat_ms?: Wait;
  heartbeat_ping?: boolean;
  frames_after_ms?: Wait;
  replay?: boolean;
  duplicate_every?: number;
  reorder_every?: number;
  omit_every?: number;
  omit_event_names?: boolean;
  comment_every?: number;
  ping_every?: number;
  giant_frame_bytes?: number;
  error_after_frames?: number;
  end_after_frames?: number;
  line_ending?: "CR" | "LF" | "CRLF";
}

/** What the JSON of answers and frames looks like. */
export interface Shape {
  forms?: {
    model?: "string";
    permission?: "absent";
    session_error?: "message" | "code" | "content";
    stop_reason?: "absent" | "null" | "string";
    content?: "absent" | "null" | "string";
    inputs?: "absent" | "null";
    times?: "absent" | "created_at" | "seq";
    numbers?: "decimal" | "exponent" | "string";
    errors?: "error" | "message" | "detail";
  };
  rewrite?: { where?: JsonObject; remove?: string[]; rename?: Record<string, string>; set?: JsonObject }[];
  omit?: (string | JsonObject)[];
  chunks?: { type?: string; chars?: number };
  unreadable?: ({ at?: number; where?: JsonObject } & { as: UnreadableForm })[];
  bend?: { rate?: number; seed?: number; keep?: string[]; envelope?: boolean };
}

export type UnreadableForm = "nan" | "lone_surrogate" | "string" | "null" | "number" | "list" | "truncated";

/** What clients cost so far, as the server counts it. */
export interface Stats {
  connections: { opened: number; open: number };
  streams: { opened: number; open: number };
  /** Requests for lists of events, and the events in their answers. */
  lists: { requests: number; events: number };
  restarts: number;
}

export interface StoredEvent extends JsonObject {
  id: string;
  type: string;
}

/** One demo server process, and what a test may ask it behind the page's back. */
export class DemoServer {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  /** Starts a server on a free port; it serves a built page as well. */
  static async start(speed: number, folder = BUILT_PAGE): Promise<DemoServer> {
    const args = ["--port", "0", "--static", folder, "--seed", "7", "--speed", String(speed)];
    const child = spawn(PROGRAM, args, { stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise<never>((_, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`${PROGRAM} ended before it was ready (${code})`)));
    });
    ended.catch(() => {});
    const ready = new Promise<string>((resolve) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        const url = line.match(/^listening on (\S+)$/)?.[1];
        if (url) resolve(url);
      });
    });
    return new DemoServer(await Promise.race([ready, ended]), child);
  }

  stop(): void {
    this.#process.kill();
  }

  /** Back to the seeded world: no faults, no recorded requests, only the past sessions. */
  async reset(): Promise<void> {
    await this.#demo("POST", "/demo/reset");
    await this.#demo("DELETE", "/demo/faults");
    await this.#demo("DELETE", "/demo/requests");
  }

  /** Sets faults; several at once are added in their order. */
  async fault(...faults: Fault[]): Promise<void> {
    await this.#demo("POST", "/demo/faults", faults);
  }

  async clearFaults(): Promise<void> {
    await this.#demo("DELETE", "/demo/faults");
  }

  /** Requests hit by faults, and bodies really cut, since the faults were last cleared. */
  async faultCounts(): Promise<{ hits: number; cuts: number }> {
    return this.#demo("GET", "/demo/faults");
  }

  async stats(): Promise<Stats> {
    return this.#demo("GET", "/demo/stats");
  }

  /** Closes every connection, and for a while new ones as well. Returns when the connections have been closed. */
  async restart(downMs = 0): Promise<void> {
    const { restarts } = await this.stats();
    await this.#demo("POST", `/demo/restart?down_ms=${downMs}`);
    const isUp = () => this.stats().then((now) => now.restarts === restarts, () => false);
    while (await isUp());
  }

  /** Puts an event, or a list of them, into a session as it is; `only` leaves out the streams or the history. Returns the first. */
  async inject(session: string, event: Json, only?: "stream" | "history"): Promise<StoredEvent> {
    const path = `/demo/events/${session}${only ? `?only=${only}` : ""}`;
    const [injected] = (await this.#demo<{ data: StoredEvent[] }>("POST", path, event)).data;
    if (!injected) throw new Error("nothing was injected");
    return injected;
  }

  async requests(): Promise<RecordedRequest[]> {
    return (await this.#demo<{ data: RecordedRequest[] }>("GET", "/demo/requests")).data;
  }

  async clearRequests(): Promise<void> {
    await this.#demo("DELETE", "/demo/requests");
  }

  /** Creates a session of the named agent without the page. */
  async createSession(agent: string, fields: JsonObject = {}): Promise<string> {
    const body = { agent: await this.agentId(agent), environment_id: await this.environmentId(), ...fields };
    return (await this.#api<{ id: string }>("POST", "/v1/sessions", body)).id;
  }

  async send(session: string, ...events: JsonObject[]): Promise<void> {
    await this.#api("POST", `/v1/sessions/${session}/events`, { events });
  }

  async delete(session: string): Promise<void> {
    await this.#api("DELETE", `/v1/sessions/${session}`);
  }

  async session(id: string): Promise<JsonObject> {
    return this.#api("GET", `/v1/sessions/${id}`);
  }

  /** The log of a session in the server's order, all pages. */
  async events(session: string): Promise<StoredEvent[]> {
    return this.#all<StoredEvent>(`/v1/sessions/${session}/events`, 1000);
  }

  /** How many turns of a session have ended, approvals and interrupts included. */
  async idles(session: string): Promise<number> {
    const types = "types%5B%5D=session.status_idle";
    return (await this.#all(`/v1/sessions/${session}/events?${types}`, 1000)).length;
  }

  async sessions(): Promise<JsonObject[]> {
    return this.#all("/v1/sessions", 100);
  }

  /** The id of the past session whose title contains these words. */
  async sessionTitled(words: string): Promise<string> {
    return idOf(await this.sessions(), (session) => String(session.title).includes(words), words);
  }

  async agentId(name: string): Promise<string> {
    return idOf(await this.#all("/v1/agents", 100), (agent) => agent.name === name, name);
  }

  /** The environment in which the server itself runs the tools. */
  async environmentId(): Promise<string> {
    const isCloud = (one: JsonObject) => (one.config as JsonObject).type === "cloud";
    return idOf(await this.#all("/v1/environments", 100), isCloud, "cloud environment");
  }

  async vaultId(): Promise<string> {
    return idOf(await this.#all("/v1/vaults", 100), () => true, "vault");
  }

  async #all<T extends JsonObject>(path: string, limit: number): Promise<T[]> {
    const all: T[] = [];
    let page: string | null | undefined;
    do {
      const query = new URLSearchParams({ limit: String(limit), ...(page ? { page } : {}) });
      const url = `${path}${path.includes("?") ? "&" : "?"}${query}`;
      const answer = await this.#api<{ data: T[]; next_page?: string | null }>("GET", url);
      all.push(...answer.data);
      page = answer.next_page;
    } while (page);
    return all;
  }

  #api<T>(method: string, path: string, body?: JsonObject): Promise<T> {
    const headers = {
      "x-api-key": "sk-ant-api03-behind-the-scenes",
      "anthropic-version": "2023-06-01",
      "anthropic-beta": "managed-agents-2026-04-01",
    };
    return this.#request(method, path, headers, body);
  }

  #demo<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.#request(method, path, {}, body);
  }

  async #request<T>(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<T> {
    const answer = await fetch(this.url + path, {
      method,
      // A kept connection may be one that a restart is just closing.
      headers: { connection: "close", ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : null) as T;
  }
}

/** A `user.message` event. */
export function message(text: string): JsonObject {
  return { type: "user.message", content: [{ type: "text", text }] };
}

function idOf(all: JsonObject[], wanted: (one: JsonObject) => boolean, what: string): string {
  const id = all.find(wanted)?.id;
  if (typeof id !== "string") throw new Error(`the demo has no ${what}`);
  return id;
}
