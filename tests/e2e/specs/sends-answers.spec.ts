import type { Locator, Page } from "@playwright/test";
import { type DemoServer, message } from "../support/demo-server";
import { expectSameLog } from "../support/same-log";
import { inputs, SEND_FAULTS, SENDS, sends, useConnectionsOnce } from "../support/send-faults";
import { expect, test } from "../support/test";
import { SessionPage } from "../pages/session-page";

interface Kind {
  name: string;
  agent: string;
  says: string;
  type: string;
  /** The group of the first call that waits. */
  waiting: (session: SessionPage) => Locator;
  answer: (group: Locator) => Promise<void>;
}

const KINDS: Kind[] = [
  {
    name: "a confirmation",
    agent: "Careful deployer",
    says: "Deploy v1.8.0 to staging.",
    type: "user.tool_confirmation",
    waiting: (session) => session.approvals("bash").first(),
    answer: (group) => group.getByRole("button", { name: "Allow" }).click(),
  },
  {
    name: "a custom tool's result",
    agent: "Order desk",
    says: "Where is order A-1042?",
    type: "user.custom_tool_result",
    waiting: (session) => session.toolResults("get_order").first(),
    answer: async (group) => {
      const result = group.getByRole("textbox", { name: "Result" });
      // What was typed is still there after a failure.
      if (!(await result.inputValue())) await result.fill('{"status": "shipped"}');
      await expect(result).toHaveValue('{"status": "shipped"}');
      await group.getByRole("button", { name: "Send result" }).click();
    },
  },
];

/** One of each kind; messages go through all of them. */
const FAULTS = SEND_FAULTS.filter(({ name }) => !/^(401|409|503|504|529)/.test(name));

for (const kind of KINDS) {
  test.describe(kind.name, () => {
    for (const fault of FAULTS) {
      test(`${fault.name}: ${fault.stored ? "stored once" : "can be given again"}`, async ({ page, connect }) => {
        const server = await connect();
        if (fault.freshConnection) await useConnectionsOnce(server);
        const { session, id, call, group } = await waitFor(page, server, kind);
        await server.fault({ match: SENDS, effect: fault.effect });
        await kind.answer(group);
        if (!fault.stored) {
          await expect(group.getByRole("alert")).toBeVisible();
          expect(await answers(server, id, kind)).toEqual([]);
          expect(await sends(server), "nothing is sent by itself").toBe(1);
          await kind.answer(group);
        }
        await expect(callWaits(session, kind)).toHaveCount(0);
        await expectAnsweredOnce(session, server, id, kind, call);
        expect(await sends(server)).toBe(fault.stored ? 1 : 2);
      });
    }

    test("a double click answers once", async ({ page, connect }) => {
      const server = await connect();
      const { session, id, call, group } = await waitFor(page, server, kind);
      await server.fault({ match: SENDS, effect: { delay_ms: 300 } });
      if (kind.type === "user.custom_tool_result") {
        await group.getByRole("textbox", { name: "Result" }).fill("none");
        await group.getByRole("button", { name: "Send result" }).dblclick();
      } else {
        await group.getByRole("button", { name: "Allow" }).dblclick();
      }
      await expect(callWaits(session, kind)).toHaveCount(0);
      await expectAnsweredOnce(session, server, id, kind, call);
      expect(await sends(server)).toBe(1);
    });

    test("a reload in the middle: answered once", async ({ page, connect }) => {
      const server = await connect();
      const { session, id, call, group } = await waitFor(page, server, kind);
      await server.fault({ match: SENDS, effect: { stall_after_bytes: 0 } });
      await kind.answer(group);
      await expect.poll(() => answers(server, id, kind)).toHaveLength(1);
      await page.reload();
      await session.expectLive();
      await expect(callWaits(session, kind)).toHaveCount(0);
      await expectAnsweredOnce(session, server, id, kind, call);
      expect(await sends(server)).toBe(1);
    });
  });
}

test.describe("a message while answers are waited for", () => {
  const TEXT = "Stop, use production instead.";

  test("is not sent; 'Interrupt and send' stops the calls and sends it once", async ({ page, connect }) => {
    const server = await connect();
    const { session, id } = await heldMessage(page, server);
    await page.getByRole("button", { name: "Interrupt and send" }).click();
    await expect(session.message).toHaveValue("");
    const [, ...sent] = await inputs(server, id);
    expect(sent).toMatchObject([{ type: "user.interrupt" }, { type: "user.message", content: [{ text: TEXT }] }]);
    expect(sent).toHaveLength(2);
  });

  test("is not sent, whatever is pressed, and why stands beside it", async ({ page, connect }) => {
    const server = await connect();
    const { session, id } = await heldMessage(page, server);
    await expect(session.sendButton).toBeDisabled();
    await expect(session.sendButton).toHaveAccessibleDescription(/^2 calls wait for you: answer them, or interrupt/);
    await session.message.press("Enter");
    await session.sendButton.click({ force: true });
    await session.message.press("Enter");
    await expect(session.message).toHaveValue(TEXT);
    expect(await sends(server), "no request left").toBe(0);
    expect(await inputs(server, id)).toHaveLength(1);
  });

  test("is not sent; it can be sent once the calls are answered", async ({ page, connect }) => {
    const server = await connect();
    const { session, id } = await heldMessage(page, server);
    const waiting = session.approvals("bash");
    for (const left of [1, 0]) {
      await waiting.first().getByRole("button", { name: "Deny" }).click();
      await expect(waiting).toHaveCount(left);
    }
    await expect.poll(async () => (await server.session(id)).status).toBe("idle");
    await session.expectStatus("idle");
    await expect(session.message).toHaveValue(TEXT);
    await session.sendButton.click();
    await expect(session.message).toHaveValue("");
    const types = (await inputs(server, id)).map((event) => event.type);
    expect(types).toEqual(["user.message", "user.tool_confirmation", "user.tool_confirmation", "user.message"]);
  });

  test("'Interrupt and send' whose answer is lost is sent once", async ({ page, connect }) => {
    const server = await connect();
    const { session, id } = await heldMessage(page, server);
    await server.fault({ match: SENDS, effect: { cut_after_bytes: 0 } });
    await page.getByRole("button", { name: "Interrupt and send" }).click();
    await expect(session.message).toHaveValue("");
    await expect(session.sendAgain).toHaveCount(0);
    const types = (await inputs(server, id)).map((event) => event.type);
    expect(types).toEqual(["user.message", "user.interrupt", "user.message"]);
  });

  async function heldMessage(page: Page, server: DemoServer) {
    const id = await server.createSession("Careful deployer", { initial_events: [message("Deploy v1.8.0 to staging.")] });
    const session = new SessionPage(page);
    await session.open(id);
    await expect(session.approvals("bash")).toHaveCount(2);
    await session.message.fill(TEXT);
    await expect(page.getByRole("button", { name: "Interrupt and send" })).toBeVisible();
    expect(await inputs(server, id)).toHaveLength(1);
    return { session, id };
  }
});

/** A session whose agent has called and waits; `call` is the id of the first call. */
async function waitFor(page: Page, server: DemoServer, kind: Kind) {
  const id = await server.createSession(kind.agent, { initial_events: [message(kind.says)] });
  const session = new SessionPage(page);
  await session.open(id);
  const group = kind.waiting(session);
  await expect(group).toBeVisible();
  await session.expectLive();
  const calls = (await server.events(id)).filter((event) => /_use$/.test(event.type));
  const call = calls.find((event) => event.type === "agent.custom_tool_use" || event.evaluated_permission === "ask");
  if (!call) throw new Error("no call waits");
  return { session, id, call: call.id, group };
}

/** The group of the first call, as long as it waits. */
function callWaits(session: SessionPage, kind: Kind): Locator {
  return kind.type === "user.custom_tool_result"
    ? session.toolResults("get_order")
    : session.approvals("bash").filter({ hasText: "migrate" });
}

async function answers(server: DemoServer, id: string, kind: Kind) {
  return (await inputs(server, id)).filter((event) => event.type === kind.type);
}

async function expectAnsweredOnce(session: SessionPage, server: DemoServer, id: string, kind: Kind, call: string) {
  const given = (await answers(server, id, kind)).map((event) => event.tool_use_id ?? event.custom_tool_use_id);
  expect(given).toEqual([call]);
  await expect(session.sendAgain).toHaveCount(0);
  await expect.poll(async () => (await server.session(id)).status).toBe("idle");
  await expectSameLog(session, server, id);
}
