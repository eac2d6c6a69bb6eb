import type { DemoServer, JsonObject, StoredEvent } from "./demo-server";

/** What happens to one request that sends input. */
export interface SendFault {
  name: string;
  effect: JsonObject;
  /** What the page learns from the answer, if any: that it was refused, or nothing. */
  outcome: "refused" | "unknown";
  /** Whether the server stored the input all the same. */
  stored: boolean;
  /** Only seen if the browser does not repeat the request by itself, as it does on a connection that was used before. */
  freshConnection?: true;
}

const refused = (status: number, more: JsonObject = {}): SendFault => ({
  name: `${status}, refused`,
  effect: { status, ...more },
  outcome: "refused",
  stored: false,
});
const answered = (status: number, stored: boolean): SendFault => ({
  name: `${status} ${stored ? "after" : "before"} it took effect`,
  effect: { status, apply: stored },
  outcome: "unknown",
  stored,
});
const broken = (name: string, effect: JsonObject, stored = true): SendFault => ({ name, effect, outcome: "unknown", stored });

export const SEND_FAULTS: SendFault[] = [
  refused(400),
  refused(401),
  refused(409),
  { ...refused(429, { retry_after: 7 }), name: "429 with retry-after, refused" },
  // 503 and 529 say that nothing was taken, so they are not among them.
  ...[500, 502, 504].map((status) => answered(status, true)),
  // A server that only forwards does not know whether what is behind it took the request.
  ...[502, 504].map((status) => answered(status, false)),
  broken("cut after the headers", { cut_after_bytes: 0 }),
  broken("cut in the middle of the answer", { cut_after_bytes: 40 }),
  broken("half of the answer, as if it were all", { malformed_body: true }),
  broken("an answer that the page may not read", { no_cors: true }),
  { ...broken("no answer, before it took effect", { drop: "before" }, false), freshConnection: true },
  { ...broken("no answer, after it took effect", { drop: "after" }), freshConnection: true },
];

export const SENDS = { method: "POST", path: "/v1/sessions/*/events" };

/** From now on no connection is used twice, so that the browser has no reason to repeat a request by itself. */
export async function useConnectionsOnce(server: DemoServer): Promise<void> {
  for (const method of ["GET", "OPTIONS"]) {
    await server.fault({ match: { method }, times: 0, effect: { headers: { connection: "close" } } });
  }
}

/** The input that the server stored, in its order. */
export async function inputs(server: DemoServer, id: string): Promise<StoredEvent[]> {
  return (await server.events(id)).filter((event) => event.type.startsWith("user."));
}

/** How many requests with input the page has sent. */
export async function sends(server: DemoServer): Promise<number> {
  const fromPage = (await server.requests()).filter((one) => "sec-fetch-mode" in one.headers);
  return fromPage.filter((one) => one.method === "POST" && one.path.endsWith("/events")).length;
}
