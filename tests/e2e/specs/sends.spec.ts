import type { Page } from "@playwright/test";
import type { DemoServer } from "../support/demo-server";
import { installClock } from "../support/fake-clock";
import { expectSameLog } from "../support/same-log";
import { inputs, SEND_FAULTS, SENDS, sends, useConnectionsOnce } from "../support/send-faults";
import { expect, test } from "../support/test";
import { SessionPage } from "../pages/session-page";
import { goToHash } from "../pages/sessions-page";

const TEXT = "List the files, once.";

for (const fault of SEND_FAULTS) {
  test(`${fault.name}: ${fault.stored ? "settled from the log" : "the draft survives"}`, async ({ page, connect }) => {
    const server = await connect();
    if (fault.freshConnection) await useConnectionsOnce(server);
    const { session, id } = await watch(page, server);
    await server.fault({ match: SENDS, effect: fault.effect });
    await session.say(TEXT);
    if (fault.stored) await expectStoredOnce(session, server, id);
    else await expectKept(session, server, id, fault.outcome === "unknown");
  });
}

test("a message that is refused when it is sent again is still there, with the reason", async ({ page, connect }) => {
  const server = await connect();
  const { session, id } = await watch(page, server);
  await server.fault({ match: SENDS, effect: { status: 500 } });
  await session.say(TEXT);
  await expect(session.sendAgain).toBeVisible();
  await server.fault({ match: SENDS, times: 1, effect: { status: 429, error: { type: "rate_limit_error", message: "Slow down." } } });
  await session.sendAgain.click();
  await expect(session.log).toContainText("Slow down.");
  await expect(session.log).toContainText(TEXT);
  await expect(session.message).toHaveValue(TEXT);
  await session.sendAgain.click();
  await session.expectTurnsEnded(server, id, 1);
  expect(await inputs(server, id)).toHaveLength(1);
});

for (const status of [503, 529]) {
  test(`${status} although it took effect: shown from the log, sent again only by a click`, async ({ page, connect }) => {
    const server = await connect();
    const { session, id } = await watch(page, server);
    await server.fault({ match: SENDS, effect: { status, apply: true } });
    await session.say(TEXT);
    await expect(session.alert.first()).toBeVisible();
    await session.expectTurnsEnded(server, id, 1);
    await expect(session.log.getByText(TEXT)).toHaveCount(1);
    expect(await inputs(server, id)).toHaveLength(1);
    expect(await sends(server)).toBe(1);
    await expectSameLog(session, server, id);
  });
}

test("no answer for a minute, after it took effect: settled from the log", async ({ page, connect }) => {
  await installClock(page);
  const server = await connect();
  const { session, id } = await watch(page, server);
  await server.fault({ match: SENDS, effect: { stall_after_bytes: 0 } });
  await session.say(TEXT);
  await expect.poll(() => server.idles(id)).toBe(1);
  await page.clock.runFor(61_000);
  await expectStoredOnce(session, server, id);
});

test("no answer for a minute, before it took effect: the draft survives", async ({ page, connect }) => {
  await installClock(page);
  const server = await connect();
  const { session, id } = await watch(page, server);
  await server.fault({ match: SENDS, effect: { delay_ms: 300_000 } });
  await session.say(TEXT);
  await expect.poll(() => sends(server)).toBe(1);
  await page.clock.runFor(61_000);
  await expectKept(session, server, id, true);
});

for (const stored of [true, false]) {
  const effect = stored ? { stall_after_bytes: 0 } : { delay_ms: 300_000 };
  const when = stored ? "after" : "before";

  test(`offline in the middle, ${when} it took effect`, async ({ page, context, connect }) => {
    const server = await connect();
    await useConnectionsOnce(server);
    const { session, id } = await watch(page, server);
    await server.fault({ match: SENDS, effect });
    await session.say(TEXT);
    await expect.poll(() => sends(server)).toBe(1);
    await context.setOffline(true);
    // The emulation refuses new requests only; a lost network ends those under way as well.
    await server.restart();
    await expect(session.stream).toHaveAttribute("data-stream", "offline");
    if (!stored) {
      await expect(session.log).toContainText("unconfirmed");
      await expect(session.message).toHaveValue(TEXT);
    }
    await context.setOffline(false);
    await session.expectLive();
    if (stored) await expectStoredOnce(session, server, id);
    else await expectKept(session, server, id, true);
  });

  test(`a reload in the middle, ${when} it took effect`, async ({ page, connect }) => {
    const server = await connect();
    const { session, id } = await watch(page, server);
    await server.fault({ match: SENDS, effect });
    await session.say(TEXT);
    await expect.poll(() => sends(server)).toBe(1);
    await page.reload();
    await session.expectLive();
    if (stored) await expectStoredOnce(session, server, id);
    else await expectKept(session, server, id, true);
  });

  test(`another screen in the middle, ${when} it took effect`, async ({ page, connect }) => {
    const server = await connect();
    const { session, id } = await watch(page, server);
    await server.fault({ match: SENDS, effect: stored ? { cut_after_bytes: 0, delay_ms: 300 } : { status: 502, delay_ms: 300 } });
    await session.say(TEXT);
    await goToHash(page, "#/sessions");
    await expect(page.getByRole("link", { name: "New session" })).toBeVisible();
    if (stored) await expect.poll(() => server.idles(id)).toBe(1);
    else await expect.poll(async () => (await server.faultCounts()).hits).toBe(1);
    await session.open(id);
    await session.expectLive();
    if (stored) await expectStoredOnce(session, server, id);
    else await expectKept(session, server, id, true);
  });
}

test("another screen in the middle of a send that succeeds", async ({ page, connect }) => {
  const server = await connect();
  const { session, id } = await watch(page, server);
  await server.fault({ match: SENDS, effect: { delay_ms: 500 } });
  await session.say(TEXT);
  await goToHash(page, "#/sessions");
  await expect.poll(() => server.idles(id)).toBe(1);
  await session.open(id);
  await expectStoredOnce(session, server, id);
});

test("a draft survives a reload and another session", async ({ page, connect }) => {
  const server = await connect();
  const { session, id } = await watch(page, server);
  const other = await server.createSession("Repo helper");
  await session.message.fill("Not finished yet");
  await page.reload();
  await expect(session.message).toHaveValue("Not finished yet");
  await session.open(other);
  await expect(session.message).toHaveValue("");
  await session.open(id);
  await expect(session.message).toHaveValue("Not finished yet");
  expect(await sends(server)).toBe(0);
});

test("a draft survives another session when the browser's storage is full", async ({ page, connect }) => {
  const server = await connect();
  const { session, id } = await watch(page, server);
  const other = await server.createSession("Repo helper");
  await session.message.fill("Kept before");
  await page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await session.message.fill("Not finished yet");
  await session.open(other);
  await expect(session.message).toHaveValue("");
  await session.open(id);
  await expect(session.message).toHaveValue("Not finished yet");
});

test.describe("one press sends once", () => {
  const presses: [string, (session: SessionPage) => Promise<void>][] = [
    ["a double click", (session) => session.sendButton.dblclick()],
    ["Enter that repeats while it is held", async ({ page }) => {
      for (let times = 0; times < 5; times += 1) await page.keyboard.down("Enter");
      await page.keyboard.up("Enter");
    }],
    ["Enter twice in a row", async ({ page }) => {
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
    }],
    ["Enter and a click", async (session) => {
      await session.page.keyboard.press("Enter");
      await session.sendButton.click({ force: true, timeout: 1_000 }).catch(() => {});
    }],
  ];
  for (const [name, press] of presses) {
    test(name, async ({ page, connect }) => {
      const server = await connect();
      const { session, id } = await watch(page, server);
      // Time enough for a second request, were there one.
      await server.fault({ match: SENDS, effect: { delay_ms: 700 } });
      await session.message.fill(TEXT);
      await session.message.focus();
      await press(session);
      await expectStoredOnce(session, server, id);
    });
  }

  test("Shift+Enter breaks the line and sends nothing", async ({ page, connect }) => {
    const server = await connect();
    const { session, id } = await watch(page, server);
    await session.message.fill("one");
    await session.message.press("Shift+Enter");
    await page.keyboard.type("two");
    await expect(session.message).toHaveValue("one\ntwo");
    expect(await sends(server)).toBe(0);
    await page.keyboard.press("Enter");
    await session.expectTurnsEnded(server, id, 1);
    expect(await inputs(server, id)).toMatchObject([{ content: [{ type: "text", text: "one\ntwo" }] }]);
  });
});

test.describe("an input method", () => {
  test("Enter that ends a composition sends nothing; the next one sends", async ({ page, context, connect }) => {
    const server = await connect();
    const { session, id } = await watch(page, server);
    await session.message.focus();
    // A composition of the browser itself, not only its events.
    const browser = await context.newCDPSession(page);
    await browser.send("Input.imeSetComposition", { text: "東京", selectionStart: 2, selectionEnd: 2 });
    await expect(session.message).toHaveValue("東京");
    await page.keyboard.press("Enter");
    expect(await sends(server)).toBe(0);
    await browser.send("Input.insertText", { text: "東京" });
    await expect(session.message).toHaveValue(/東京/);
    await page.keyboard.press("Enter");
    await session.expectTurnsEnded(server, id, 1);
    expect(await inputs(server, id)).toHaveLength(1);
    expect(await sends(server)).toBe(1);
  });

  test("Enter after the end of the composition with key code 229 sends nothing", async ({ page, connect }) => {
    const server = await connect();
    const { session } = await watch(page, server);
    await session.message.fill("かな");
    // Safari ends the composition before the key that ended it.
    const prevented = await session.message.evaluate((field) => {
      const init = { key: "Enter", bubbles: true, cancelable: true, isComposing: false };
      const event = new KeyboardEvent("keydown", init);
      Object.defineProperty(event, "keyCode", { value: 229 });
      return !field.dispatchEvent(event);
    });
    expect(prevented, "the key is left to the input method").toBe(false);
    await expect(session.message).toHaveValue("かな");
    await expect(session.sendButton).toBeEnabled();
    expect(await sends(server)).toBe(0);
  });
});

/**
 * Kept apart: Chromium itself repeats a request, POST included, when a connection that was used before closes without
 * one byte of an answer. The page makes one request, is told of one success, and cannot see or prevent the second.
 */
test("no answer on a used connection: the browser repeats the request, the page does not", async ({ page, connect }) => {
  const server = await connect();
  const { session, id } = await watch(page, server);
  await session.say("Use the connection.");
  await session.expectTurnsEnded(server, id, 1);
  await server.clearRequests();
  let requested = 0;
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/events")) requested += 1;
  });
  await server.fault({ match: SENDS, effect: { drop: "after" } });
  await session.say(TEXT);
  await expect(session.message).toHaveValue("");
  expect(requested, "requests of the page").toBe(1);
  expect(await sends(server), "requests at the server").toBe(2);
  // The page shows what the server has, and offers nothing more.
  await expect.poll(async () => (await server.session(id)).status).toBe("idle");
  await expect(session.sendAgain).toHaveCount(0);
  await expectSameLog(session, server, id);
});

async function watch(page: Page, server: DemoServer) {
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  return { session, id };
}

/** The message is at the server and on the page once, and nothing is left to be sent. */
async function expectStoredOnce(session: SessionPage, server: DemoServer, id: string): Promise<void> {
  await session.expectTurnsEnded(server, id, 1);
  await expect(session.message).toHaveValue("");
  await expect(session.sendAgain).toHaveCount(0);
  await expect(session.log.getByText(TEXT)).toHaveCount(1);
  expect(await inputs(server, id)).toMatchObject([{ type: "user.message", content: [{ type: "text", text: TEXT }] }]);
  expect(await sends(server), "requests of the page").toBe(1);
  await expectSameLog(session, server, id);
}

/** The message is not at the server; the draft stays, also over a reload, until a click sends it. */
async function expectKept(session: SessionPage, server: DemoServer, id: string, unknown: boolean): Promise<void> {
  if (unknown) {
    await expect(session.log).toContainText("unconfirmed");
    await expect(session.log).toContainText("It is not in the session's history");
  } else {
    await expect(session.alert.first()).toBeVisible();
    await expect(session.sendAgain).toHaveCount(0);
  }
  await expect(session.message).toHaveValue(TEXT);
  await server.clearFaults();
  await session.page.reload();
  await session.expectLive();
  await expect(session.message).toHaveValue(TEXT);
  if (unknown) await expect(session.log).toContainText("It is not in the session's history");
  expect(await inputs(server, id)).toEqual([]);
  expect(await sends(server), "nothing is sent by itself").toBe(1);

  await (unknown ? session.sendAgain : session.sendButton).click();
  await session.expectTurnsEnded(server, id, 1);
  expect(await inputs(server, id)).toHaveLength(1);
  expect(await sends(server)).toBe(2);
  await expect(session.message).toHaveValue("");
  await expect(session.sendAgain).toHaveCount(0);
  await expectSameLog(session, server, id);
}
