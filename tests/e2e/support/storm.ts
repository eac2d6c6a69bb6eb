import { expect, type Page } from "@playwright/test";
import { SessionPage } from "../pages/session-page";
import { type DemoServer, type Fault, message } from "./demo-server";
import { type Comparison, expectSameLog } from "./same-log";

const STREAM = { method: "GET", path: "/v1/sessions/*/events/stream" };
// Only the page names an order; the test's own look at the log is spared.
const LIST = { method: "GET", path: "/v1/sessions/*/events", contains: "order=" };

export interface Storm {
  /** How often a stream is cut at least. */
  cuts: number;
  /** Events at least. */
  events: number;
  /** Events per second. */
  rate: number;
  /** Bytes of a stream before its cut: a random number up to this. */
  longestStream: number;
  /** Of the demo server: how much faster than life it plays. */
  speed: number;
  seed: number;
}

export interface Outcome extends Comparison {
  cuts: number;
}

export function inWords({ cuts, events, lost, doubled, sameOrder }: Outcome): string {
  const order = sameOrder ? "order equal" : "order different";
  return `${cuts} cuts, ${events} events, ${lost.length} lost, ${doubled.length} doubled, ${order}`;
}

/**
 * Lets a session emit events while its streams are cut at random bytes, some reconnects are refused, some lists break
 * off, and frames come twice or in another order; then compares the page's log with the server's.
 */
export async function weather(page: Page, server: DemoServer, storm: Storm): Promise<Outcome> {
  const id = await server.createSession("Firehose");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await session.reconnectImpatiently();
  let faults = 0;
  const often = (match: NonNullable<Fault["match"]>, chance: number, effect: Fault["effect"]): Fault => {
    faults += 1;
    return { match, times: 0, chance, seed: 10 * storm.seed + faults, effect };
  };
  await server.fault(often(STREAM, 0.02, { status: 502 }));
  await server.fault(often(STREAM, 0.02, { status: 429, retry_after: 1 }));
  await server.fault(often(LIST, 0.01, { cut_after_bytes: { from: 0, to: 100_000 } }));
  const frames = { duplicate_every: 7, reorder_every: 5 };
  await server.fault(often(STREAM, 1, { cut_after_bytes: { from: 0, to: storm.longestStream }, stream: frames }));
  // The stream that is open was opened before the faults.
  await server.restart();
  // The first message is processed while the page reconnects.
  let turns = 0;
  for (let [events, cuts] = [0, 0]; events < storm.events || cuts < storm.cuts; ) {
    const count = turns === 0 ? storm.events : Math.ceil(storm.events / 10);
    await server.send(id, message(`emit ${count} at ${Math.max(1, Math.round(storm.rate / storm.speed))}`));
    turns += 1;
    const longest = (count / storm.rate) * 1_000 + 300_000;
    await expect
      .poll(() => server.idles(id), { timeout: longest, intervals: [500] })
      .toBe(turns);
    events = (await server.events(id)).length;
    cuts = (await server.faultCounts()).cuts;
  }
  const { cuts } = await server.faultCounts();
  await server.clearFaults();
  const found = await expectSameLog(session, server, id);
  await session.expectLive();
  return { ...found, cuts };
}
