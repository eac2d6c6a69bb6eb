import { expect } from "@playwright/test";
import type { DemoServer, JsonObject } from "../../support/demo-server";
import type { Tab } from "../drivers/driver";
import { SessionScreen } from "../pages/session";

const SENDS = { method: "POST", path: "/v1/sessions/*/events" };

/** An answer that the page has sent. */
export interface Answer {
  call: string;
  result: string;
}

/**
 * A session in which calls wait that no script knows of. Answers are taken, noted, and told to the page as the service
 * tells them: as an event, a moment later.
 */
export class WaitingCalls {
  readonly #tab: Tab;
  readonly #server: DemoServer;
  readonly session: string;
  readonly calls: string[];

  private constructor(tab: Tab, server: DemoServer, session: string, calls: string[]) {
    this.#tab = tab;
    this.#server = server;
    this.session = session;
    this.calls = calls;
  }

  /** Opens a session with so many waiting calls. */
  static async open(tab: Tab, server: DemoServer, count: number): Promise<WaitingCalls> {
    await server.clearFaults();
    await server.clearRequests();
    const session = await server.createSession("Repo helper");
    const calls = Array.from({ length: count }, (_, n) => `sevt_waits${n}x${session.slice(-6)}`);
    await server.inject(session, [
      ...calls.map((id) => ({ type: "agent.tool_use", id, name: "bash", input: { command: `deploy ${id}` }, evaluated_permission: "ask" })),
      { type: "session.status_idle", stop_reason: { type: "requires_action", event_ids: calls } },
    ]);
    await server.fault({ match: SENDS, times: 0, effect: { status: 200, body: { type: "application/json", text: '{"data":[]}' } } });
    const screen = new SessionScreen(tab);
    await screen.open(session);
    await screen.approvals("bash").expectCount(count);
    await screen.expectLive();
    return new WaitingCalls(tab, server, session, calls);
  }

  /** What the page has sent so far. */
  async sent(): Promise<Answer[]> {
    const requests = (await this.#server.requests()).filter((one) => one.method === "POST" && one.path.endsWith("/events"));
    const events = requests.flatMap((one) => (one.body as { events: JsonObject[] }).events);
    return events.map((event) => ({ call: String(event.tool_use_id), result: String(event.result) }));
  }

  /** Does this, and meanwhile tells the page of each answer as soon as it is sent. Returns all that were sent. */
  async answering(work: () => Promise<void>): Promise<Answer[]> {
    let told = 0;
    const tell = async () => {
      const sent = await this.sent();
      for (const { call, result } of sent.slice(told)) {
        await this.#server.inject(this.session, { type: "user.tool_confirmation", tool_use_id: call, result });
      }
      told = sent.length;
      return sent;
    };
    let isOver = false;
    const telling = (async () => {
      while (!isOver) await tell();
    })();
    try {
      await work();
    } finally {
      isOver = true;
      await telling;
    }
    // What the page was about to send was sent before it showed this.
    await this.#server.inject(this.session, { type: "agent.thinking" });
    await tell();
    const known = (await this.#server.events(this.session)).length;
    await new SessionScreen(this.#tab).expectEventCount(known);
    return tell();
  }

  /** Until every button of the waiting calls can be pressed. */
  async live(): Promise<void> {
    const dead = () =>
      this.#tab.evaluate(() => document.querySelectorAll('[role=group] button[aria-disabled="true"], [role=group] button:disabled').length);
    await expect.poll(dead, "buttons that cannot be pressed yet").toBe(0);
  }
}
