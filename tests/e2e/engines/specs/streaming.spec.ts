import { answered, deltasOf } from "../../support/answer";
import { WAYS } from "../../support/test";
import { SessionScreen } from "../pages/session";
import { expect, test } from "../test";

const WORDS = Array.from({ length: 300 }, (_, n) => `word-${n}`);

for (const way of WAYS) {
  test(`an answer shows while it is written, and stays where it is finished: ${way}`, async ({ tab, connect, server }) => {
    await connect(way);
    const id = await server.createSession("Repo helper");
    const session = new SessionScreen(tab);
    await session.open(id);
    await session.expectLive();
    const deltas = deltasOf("sevt_written", WORDS.join(" "), 4);
    const part = Math.ceil(deltas.length / 3);
    // Each part is waited for, so no pace of server or machine matters.
    for (let at = 0; at < deltas.length; at += part) {
      const written = WORDS.join(" ").slice(0, (at + part - 1) * 4);
      await server.inject(id, deltas.slice(at, at + part), "stream");
      await session.log.expectText(written.split(" ").at(-2) ?? "");
      await session.expectEventCount(0);
    }
    await server.inject(id, answered("sevt_written", WORDS.join(" ")));
    await session.row("agent.message").expectText("word-299");
    await session.expectEventCount(1);
    expect(await session.log.css(".streaming").count(), "nothing is left of what was written").toBe(0);
    await session.expectSameLog(server, id);
  });
}
