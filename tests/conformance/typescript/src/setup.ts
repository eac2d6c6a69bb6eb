import { after, before } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { type DemoServer, startDemoServer } from "./demo-server.js";

export type Event = Anthropic.Beta.Sessions.BetaManagedAgentsStreamSessionEvents;
export type Input = Anthropic.Beta.Sessions.BetaManagedAgentsEventParams;
type CreateFields = Partial<Anthropic.Beta.SessionCreateParams>;

export const KEY = "sk-ant-api03-conformance";

/** The server, a client, and what both know of each other, for the tests of one file. */
export class World {
  readonly url: string;
  readonly client: Anthropic;
  readonly agents: Map<string, Anthropic.Beta.BetaManagedAgentsAgent>;
  readonly cloud: string;

  private constructor(
    url: string,
    client: Anthropic,
    agents: Map<string, Anthropic.Beta.BetaManagedAgentsAgent>,
    cloud: string,
  ) {
    this.url = url;
    this.client = client;
    this.agents = agents;
    this.cloud = cloud;
  }

  static async open(url: string): Promise<World> {
    const client = new Anthropic({ apiKey: KEY, baseURL: url, maxRetries: 0, timeout: 30_000 });
    const agents = new Map<string, Anthropic.Beta.BetaManagedAgentsAgent>();
    for await (const agent of client.beta.agents.list()) agents.set(agent.name, agent);
    const environments = await collect(client.beta.environments.list());
    const cloud = environments.find((environment) => environment.config.type === "cloud");
    if (!cloud) throw new Error("no cloud environment");
    return new World(url, client, agents, cloud.id);
  }

  agent(name: string): Anthropic.Beta.BetaManagedAgentsAgent {
    const agent = this.agents.get(name);
    if (!agent) throw new Error(`no agent ${name}`);
    return agent;
  }

  create(agent = "Repo helper", fields: CreateFields = {}) {
    return this.client.beta.sessions.create({
      agent: this.agent(agent).id,
      environment_id: this.cloud,
      ...fields,
    });
  }

  /** Every event from sending the inputs to the next `session.status_idle`, in the order of the stream. */
  async run(session: string, inputs: Input[], previews = false): Promise<Event[]> {
    const { events } = this.client.beta.sessions;
    const stream = await events.stream(
      session,
      previews ? { event_deltas: ["agent.message", "agent.thinking"] } : {},
    );
    await events.send(session, { events: inputs });
    const seen: Event[] = [];
    for await (const event of stream) {
      seen.push(event);
      if (event.type === "session.status_idle") return seen;
    }
    throw new Error(`the stream ended before idle: ${seen.map((event) => event.type).join(" ")}`);
  }
}

/** Starts a server for the tests of this file; the world is there once the first test runs. */
export function useWorld(): { readonly current: World } {
  let server: DemoServer | undefined;
  let world: World | undefined;
  before(async () => {
    server = await startDemoServer("--seed", "7", "--speed", "20");
    world = await World.open(server.url);
  });
  after(() => server?.stop());
  return {
    get current() {
      if (!world) throw new Error("the world is used outside a test");
      return world;
    },
  };
}

export function message(text: string): Input {
  return { type: "user.message", content: [{ type: "text", text }] };
}

export async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of pages) all.push(one);
  return all;
}

/** Events of one type, typed as such. */
export function ofType<T extends Event["type"]>(events: Event[], type: T): Extract<Event, { type: T }>[] {
  return events.filter((event): event is Extract<Event, { type: T }> => event.type === type);
}

/** The last event, which `run` guarantees to be the idle one. */
export function idle(events: Event[]) {
  const last = ofType(events, "session.status_idle").at(-1);
  if (!last) throw new Error("no idle event");
  return last;
}

/** Repeats a call that is refused while the queryable status lags behind the idle event. */
export async function settled<T>(call: () => Promise<T>, attempts = 50): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Anthropic.BadRequestError) || attempt === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
