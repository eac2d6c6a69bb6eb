import type { Locator, Page } from "@playwright/test";
import AxeBuilder from "@axe-core/playwright";
import { SessionPage } from "../pages/session-page";
import type { DemoServer } from "../support/demo-server";
import { expect, test } from "../support/test";

const ESC = "\u001b";
const BUILD =
  Array.from({ length: 40 }, (_, n) => `\r${ESC}[1;36m   Building${ESC}[0m [${"=".repeat(n)}>${" ".repeat(39 - n)}] ${n}/39`).join("") +
  `\r${ESC}[2K${ESC}[1;32m    Finished${ESC}[0m in 4.2 s\n` +
  `${ESC}[33mwarning${ESC}[0m: unused, see ${ESC}]8;;https://doc.example/lint${ESC}\\the lint${ESC}]8;;${ESC}\\\n` +
  `${ESC}[31merror${ESC}[0m ${ESC}[2mat${ESC}[0m ${ESC}[35mlib.rs${ESC}[0m ${ESC}[34m--> 7${ESC}[0m ${ESC}]0;a title\u0007${ESC}]52;c;cm0=\u0007\n`;

/** The output of a call in a session of its own. */
async function output(page: Page, server: DemoServer, text: string): Promise<Locator> {
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await server.inject(id, [
    { type: "agent.tool_use", id: "sevt_call", name: "bash", input: { command: "cargo build" }, evaluated_permission: "allow" },
    { type: "agent.tool_result", tool_use_id: "sevt_call", content: [{ type: "text", text }] },
  ]);
  const row = session.row("agent.tool_use");
  await row.getByRole("button", { name: /bash/ }).click();
  return row.locator(".tool-body .output").last();
}

test("output looks as in a terminal, and is one press away as it came", async ({ page, connect }) => {
  const shown = await output(page, await connect(), BUILD);
  await expect(shown).toHaveText(/^ {4}Finished in 4\.2 s\nwarning: unused, see the lint\nerror at lib\.rs --> 7 ␛\]52;c;cm0=␇\n$/, {
    useInnerText: false,
  });
  await expect(shown.getByRole("link", { name: "the lint" })).toHaveAttribute("href", "https://doc.example/lint");
  const colors = await shown.locator("span").evaluateAll((spans) => new Set(spans.map((span) => getComputedStyle(span).color)).size);
  expect(colors).toBeGreaterThanOrEqual(5);
  await page.getByRole("button", { name: "Raw" }).click();
  const raw = page.locator(".tool-body .output").last();
  await expect(raw).toContainText("␛[1;36m   Building␛[0m [>");
  await expect(raw).toContainText("0/39␍␛[1;36m");
  await page.getByRole("button", { name: "Raw" }).click();
  await expect(page.locator(".tool-body .output").last()).toContainText("Finished in 4.2 s");
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ colorScheme });
    test("every colour can be read", async ({ page, connect }) => {
      await output(page, await connect(), BUILD);
      const found = await new AxeBuilder({ page }).withRules(["color-contrast"]).include(".tool-body").analyze();
      expect(found.violations.map((violation) => violation.nodes.map((node) => node.html))).toEqual([]);
    });
  });
}

test("what is to be approved is shown as it is", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  const command = `echo harmless\r${ESC}[8mrm -rf /${ESC}[0m`;
  await server.inject(id, [
    { type: "agent.tool_use", id: "sevt_ask", name: "bash", input: { command }, evaluated_permission: "ask" },
    { type: "session.status_idle", stop_reason: { type: "requires_action", event_ids: ["sevt_ask"] } },
  ]);
  const card = session.approvals("bash");
  await expect(card).toContainText("echo harmless");
  await expect(card).toContainText("rm -rf /");
  await expect(card).toContainText("[8m");
});
