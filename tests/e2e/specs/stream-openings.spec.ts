import { always, eventsOnly, STREAMS } from "../support/conditions";
import type { Fault } from "../support/demo-server";
import { expectSameLog } from "../support/same-log";
import { expect, test, WAYS } from "../support/test";
import { SessionPage } from "../pages/session-page";

/** What stands before and between the events of a stream, none of which is an event. */
const OPENINGS: { name: string; condition: Fault }[] = [
  { name: "a comment and heartbeats", condition: always({ stream: { heartbeat_ms: 20 } }, STREAMS) },
  { name: "a comment and pings", condition: always({ stream: { heartbeat_ms: 20, heartbeat_ping: true } }, STREAMS) },
  { name: "a comment with CR line ends", condition: always({ stream: { line_ending: "CR", heartbeat_ms: 20 } }, STREAMS) },
  { name: "nothing but events", condition: eventsOnly() },
];

for (const way of WAYS) {
  for (const { name, condition } of OPENINGS) {
    test(`${way}: a stream with ${name} shows events and nothing else`, async ({ page, connect }) => {
      const server = await connect(way);
      await server.fault(condition);
      const id = await server.createSession("Repo helper");
      const session = new SessionPage(page);
      await session.open(id);
      await session.expectLive();
      await session.say("List the files.");
      await session.expectTurnsEnded(server, id, 1);
      await expectSameLog(session, server, id);
      await expect(session.log).toHaveAttribute("data-gap-count", "0");
      expect((await server.faultCounts()).hits).toBeGreaterThan(0);
    });
  }
}
