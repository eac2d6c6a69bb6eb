import { WAYS } from "../../support/test";
import { SessionScreen } from "../pages/session";
import { expect, test } from "../test";

for (const way of WAYS) {
  test(`an answer shows while it is written: ${way}`, async ({ tab, connect, server }) => {
    await connect(way);
    const id = await server.createSession("Repo helper");
    const session = new SessionScreen(tab);
    await session.open(id);
    await session.expectLive();
    await tab.evaluate(() => {
      const log = document.querySelector("[role=log]") as HTMLElement;
      const lengths: number[] = [];
      const note = () => {
        const { length } = log.textContent;
        if (lengths.at(-1) !== length) lengths.push(length);
        requestAnimationFrame(note);
      };
      note();
      Object.assign(window, { lengths });
    });
    await session.say("stream 20000 by 4");
    await session.expectTurnsEnded(server, id, 1);
    const answers = (await server.events(id)).filter((event) => event.type === "agent.message");
    expect(answers, "the whole answer is one event").toHaveLength(1);
    const lengths = await tab.evaluate(() => (window as unknown as { lengths: number[] }).lengths);
    const partly = lengths.filter((length) => length > 200 && length < 19_000);
    expect(partly, `the answer was there in part: ${lengths}`).not.toEqual([]);
    expect(partly, "it only grew").toEqual(partly.toSorted((a, b) => a - b));
    await session.expectSameLog(server, id);
  });
}
