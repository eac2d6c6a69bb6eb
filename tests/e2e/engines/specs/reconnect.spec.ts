import { message } from "../../support/demo-server";
import { WAYS } from "../../support/test";
import { SessionScreen } from "../pages/session";
import { expect, test } from "../test";

for (const way of WAYS) {
  test(`what came while the connection was lost is filled in, and the gap is marked: ${way}`, async ({ tab, connect, server }) => {
    await connect(way);
    const id = await server.createSession("Firehose");
    const session = new SessionScreen(tab);
    await session.open(id);
    await session.expectLive();
    await server.fault({ match: { method: "GET", path: "/v1/sessions/*/events/stream" }, times: 0, effect: { status: 503 } });
    await server.restart();
    await session.stream.expectAttribute("data-stream", "reconnecting");
    await server.send(id, message("emit 100 at 100"));
    await expect.poll(() => server.idles(id)).toBe(1);
    await server.clearFaults();
    await session.expectLive();
    await session.log.expectAttribute("data-gap-count", "1");
    await session.expectSameLog(server, id);
    const { streams } = await server.stats();
    expect(streams.open, "one stream is open").toBe(1);
  });
}
