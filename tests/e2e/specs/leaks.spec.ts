import { message } from "../support/demo-server";
import { installClock } from "../support/fake-clock";
import { footprint, type Footprint } from "../support/footprint";
import { expectSameLog } from "../support/same-log";
import { expect, test, WAYS } from "../support/test";
import { UnderWay } from "../support/under-way";
import { SessionPage } from "../pages/session-page";
import { SessionsPage } from "../pages/sessions-page";

const WARM_UP = 20;
const RECONNECTS = 100;
const HOUR = 3_600_000;

for (const way of WAYS) {
  test(`an hour with ${RECONNECTS} reconnects holds on to nothing: ${way}`, async ({ page, connect }) => {
    test.setTimeout(900_000);
    await installClock(page);
    const underWay = new UnderWay(page);
    const server = await connect(way);
    const id = await server.createSession("Firehose", { initial_events: [message("emit 300 at 300")] });
    const session = new SessionPage(page);
    await session.open(id);
    await session.eventsTab.click();
    await session.expectTurnsEnded(server, id, 1);
    // Away from the end, so that the marks of the gaps do not change what is drawn.
    await session.log.evaluate((log) => {
      log.scrollTop = 0;
    });
    await expect(session.jumpToLatest).toBeVisible();
    await session.expectLive();
    await page.clock.pauseAt(Date.now() + 1_000);

    const reconnect = async () => {
      const { opened } = (await server.stats()).streams;
      await server.restart();
      await expect(session.stream).toHaveAttribute("data-stream", "reconnecting");
      await server.inject(id, { type: "agent.message", content: [{ type: "text", text: "Missed" }] });
      await page.clock.runFor(HOUR / RECONNECTS / 2);
      await expect(session.stream).toHaveAttribute("data-stream", "live");
      await page.clock.runFor(HOUR / RECONNECTS / 2);
      expect((await server.stats()).streams).toEqual({ opened: opened + 1, open: 1 });
    };
    for (let times = 0; times < WARM_UP; times += 1) await reconnect();
    await underWay.rest();
    const before = await footprint(page);
    const connections = (await server.stats()).connections.open;
    for (let times = 0; times < RECONNECTS; times += 1) await reconnect();
    await underWay.rest();
    const after = await footprint(page);
    print(`${RECONNECTS} reconnects (${way})`, before, after);

    await page.clock.resume();
    await expectSameLog(session, server, id);
    await expect(session.log).toHaveAttribute("data-gap-count", String(WARM_UP + RECONNECTS));
    expect((await server.stats()).connections.open).toBeLessThanOrEqual(connections + 1);
    expectNoGrowth(before, after, RECONNECTS);
  });
}

test("opening and leaving a session 60 times holds on to nothing", async ({ page, connect }) => {
  test.setTimeout(600_000);
  const underWay = new UnderWay(page);
  const server = await connect();
  const id = await server.createSession("Firehose", { initial_events: [message("emit 300 at 300")] });
  const sessions = new SessionsPage(page);
  const session = new SessionPage(page);
  const visit = async () => {
    await sessions.linkTo(id).click();
    await session.expectLive();
    await sessions.open();
    await expect(sessions.linkTo(id)).toBeVisible();
  };
  await sessions.open();
  await page.reload();
  for (let times = 0; times < 10; times += 1) await visit();
  await underWay.rest();
  const before = await footprint(page);
  for (let times = 0; times < 50; times += 1) await visit();
  await underWay.rest();
  const after = await footprint(page);
  print("50 visits", before, after);
  expectNoGrowth(before, after, 50);
});

/** Whatever is kept each time, be it one listener, one closure or one object, shows. */
function expectNoGrowth(before: Footprint, after: Footprint, times: number): void {
  const some = times / 5;
  expect.soft(after.listeners, "listeners").toBeLessThanOrEqual(before.listeners);
  expect.soft(after.nodes, "nodes").toBeLessThanOrEqual(before.nodes);
  expect.soft(after.functions, "functions").toBeLessThan(before.functions + some);
  expect.soft(after.pending, "promises, streams and controllers").toBeLessThan(before.pending + some);
  // Two measurements of the same page differ by up to 3 kB, after 50 visits as after 200.
  expect.soft(after.objectBytes, "bytes of objects").toBeLessThan(before.objectBytes + Math.max(40 * times, 4_096));
  // This memory never shrinks, so it shows the busiest moment so far, between 28 and 41 pages of 64 KiB: one body more that is
  // read while another is can add six of them at once. What is kept each time is seen above.
  expect.soft(after.wasmBytes, "bytes of WebAssembly memory").toBeLessThanOrEqual(before.wasmBytes + 512 * 1024);
}

function print(what: string, before: Footprint, after: Footprint): void {
  const grown = Object.entries(after).map(([name, value]) => {
    const old = before[name as keyof Footprint];
    return `${name} ${old} → ${value}`;
  });
  console.log(`leaks: ${what}: ${grown.join(", ")}`);
}
