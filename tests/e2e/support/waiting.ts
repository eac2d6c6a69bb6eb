import type { Page, Route } from "@playwright/test";
import type { DemoServer, JsonObject, StoredEvent } from "./demo-server";

/** A `agent.tool_use` that asks, with a command of its own. */
export function asking(id: string, fields: JsonObject = {}): JsonObject {
  const input = { command: `deploy --step ${id}` };
  return { type: "agent.tool_use", id, name: "bash", input, evaluated_permission: "ask", ...fields };
}

/** An idle event that waits for calls. */
export function waitsFor(...ids: string[]): JsonObject {
  return {
    type: "session.status_idle",
    stop_reason: { type: "requires_action", event_ids: ids },
    stop_details: null,
  };
}

/** Answers that the page has sent, in order. */
export interface Sent {
  call: string;
  result: string;
}

/**
 * A session with any number of calls that wait, which the demo's scripts do not know of: the calls are put into its log, and
 * what the page answers is taken by this, stored in the log and written down.
 */
export class WaitingSession {
  readonly id: string;
  readonly sent: Sent[] = [];
  readonly #server: DemoServer;
  #calls = 0;

  private constructor(server: DemoServer, id: string) {
    this.#server = server;
    this.id = id;
  }

  /** The page has to be connected to the server on its own origin. */
  static async with(page: Page, server: DemoServer, calls: number): Promise<WaitingSession> {
    const session = new WaitingSession(server, await server.createSession("Repo helper"));
    await page.route(`**/v1/sessions/${session.id}/events`, (route) => session.#answer(route));
    if (calls > 0) await server.inject(session.id, waitsFor(...(await session.ask(calls))));
    return session;
  }

  /** More calls that wait. Returns their ids. */
  async ask(calls: number, fields: JsonObject = {}): Promise<string[]> {
    const ids = Array.from({ length: calls }, () => `sevt_waits${++this.#calls}x${this.id.slice(-6)}`);
    await this.#server.inject(this.id, ids.map((id) => asking(id, fields)));
    return ids;
  }

  /** Somebody else answers a call. */
  async answerElsewhere(call: string, result = "deny"): Promise<void> {
    await this.#server.inject(this.id, { type: "user.tool_confirmation", tool_use_id: call, result });
  }

  async #answer(route: Route): Promise<void> {
    if (route.request().method() !== "POST") return route.fallback();
    const { events } = route.request().postDataJSON() as { events: JsonObject[] };
    const stored: StoredEvent[] = [];
    for (const event of events) {
      this.sent.push({ call: String(event.tool_use_id), result: String(event.result) });
      stored.push(await this.#server.inject(this.id, event));
    }
    await route.fulfill({ json: { data: stored } });
  }
}

/** Waits until what a press has begun has left the page. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))),
  );
}
