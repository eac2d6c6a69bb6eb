import axe from "axe-core";
import { message } from "../../support/demo-server";
import type { Tab } from "../drivers/driver";
import { ConnectScreen } from "../pages/connect";
import { SessionScreen } from "../pages/session";
import { SessionsScreen } from "../pages/sessions";
import { expect, test } from "../test";

// Colours are all that a theme changes.
for (const [theme, rules] of [
  ["light", []],
  ["dark", ["color-contrast"]],
] as const) {
  test(`axe finds nothing on any screen, ${theme}`, async ({ tab, host, connect, server }) => {
    const check = (where: string) => expectNoViolations(tab, where, [...rules]);
    const screen = new ConnectScreen(tab);
    await screen.open(host.url);
    await tab.evaluate((theme) => sessionStorage.setItem("playground.theme", theme), theme);
    await tab.reload();
    await screen.button.expectVisible();
    expect(await tab.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe(theme);
    await check("connect");
    await screen.connect("http://127.0.0.1:9", "sk-ant-api03-axe");
    await screen.alert.expectVisible();
    await check("connect with an alert");

    await connect();
    const sessions = new SessionsScreen(tab);
    await check("sessions");
    await sessions.newSession.click();
    await check("new session");

    const session = new SessionScreen(tab);
    const helper = await server.createSession("Repo helper", { initial_events: [message("Show me markdown.")] });
    await session.open(helper);
    await session.expectTurnsEnded(server, helper, 1);
    await check("transcript");
    await session.eventsTab.click();
    await check("events");

    const deployer = await server.createSession("Careful deployer", { initial_events: [message("Deploy v1.8.0 to staging.")] });
    await session.open(deployer);
    await session.approvals("bash").expectCount(2);
    await check("waiting calls");
    await session.delete.click();
    await session.dialog.expectVisible();
    await check("dialog");
  });
}

test("the engine itself tells assistive technology of the controls by their names", async ({ tab, host, connect, server }) => {
  const screen = new ConnectScreen(tab);
  await screen.open(host.url);
  expect(
    await tab.untold([
      { role: "textbox", name: "API base URL" },
      { role: "button", name: "Connect" },
      { role: "button", name: "Try the demo" },
    ]),
  ).toEqual([]);
  await connect();
  expect(
    await tab.untold([
      { role: "list", name: "Sessions" },
      { role: "link", name: "New session" },
    ]),
  ).toEqual([]);
  const session = new SessionScreen(tab);
  await session.open(await server.sessionTitled("Waiting for you"));
  await session.approvals("bash").first.expectVisible();
  expect(
    await tab.untold([
      { role: "log", name: "Timeline" },
      { role: "status", name: "Session status" },
      { role: "status", name: "Stream status" },
      { role: "tab", name: "Transcript" },
      { role: "tab", name: "Events" },
      { role: "textbox", name: "Message" },
      { role: "button", name: "Send" },
      { role: "button", name: "Interrupt" },
    ]),
  ).toEqual([]);
});

/** Looks at the page as it stands, by these rules of axe or by all. */
async function expectNoViolations(tab: Tab, where: string, rules: string[]): Promise<void> {
  if (!(await tab.evaluate(() => "axe" in window))) await tab.run(axe.source);
  const found = await tab.evaluate(async (rules) => {
    const { run } = (window as unknown as { axe: typeof axe }).axe;
    const { violations, passes } = await run(rules.length > 0 ? { runOnly: rules } : {});
    const faults = violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => String(node.target)) }));
    return { faults, passes: passes.length };
  }, rules);
  expect(found.faults, where).toEqual([]);
  expect(found.passes, `rules that found something to look at: ${where}`).toBeGreaterThan(0);
}
