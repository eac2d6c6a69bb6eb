import type { Page } from "@playwright/test";
import { SessionPage } from "../pages/session-page";
import { answered, deltasOf } from "../support/answer";
import type { DemoServer } from "../support/demo-server";
import { expect, test } from "../support/test";

const MARKDOWN = "# Title\n\nSome **strong** words and a [link](https://example.com).\n\n```sh\ncargo test \\\n  --workspace\n```\n\n- [x] done\n";

test.beforeEach(async ({ context }) => context.grantPermissions(["clipboard-read", "clipboard-write"]));

const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

async function opened(page: Page, server: DemoServer): Promise<{ id: string; session: SessionPage }> {
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  return { id, session };
}

test("a message is copied as it was written, a block of code as its code", async ({ page, connect }) => {
  const server = await connect();
  const { id, session } = await opened(page, server);
  await server.inject(id, answered("sevt_markdown", MARKDOWN));
  const row = session.row("agent.message");
  await row.getByRole("button", { name: "Copy message" }).click();
  await expect(row.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await clipboard(page)).toBe(MARKDOWN);
  await row.getByRole("button", { name: "Copy code" }).click();
  await expect.poll(() => clipboard(page)).toBe("cargo test \\\n  --workspace\n");
  await expect(row.getByRole("button", { name: "Copy message" }), "it says so for a while").toBeVisible();
});

test("the keyboard reaches what copies, and sees it", async ({ page, connect }) => {
  const server = await connect();
  const { id, session } = await opened(page, server);
  await server.inject(id, answered("sevt_markdown", MARKDOWN));
  const row = session.row("agent.message");
  const copy = row.getByRole("button", { name: "Copy code" });
  await row.locator("pre").focus();
  await page.keyboard.press("Tab");
  await expect(copy).toBeFocused();
  await expect(copy).toHaveCSS("opacity", "1");
  await page.keyboard.press("Enter");
  await expect.poll(() => clipboard(page)).toBe("cargo test \\\n  --workspace\n");
});

test("an answer that was watched while it grew is copied whole", async ({ page, connect }) => {
  const server = await connect();
  const { id, session } = await opened(page, server);
  await server.inject(id, deltasOf("sevt_grown", MARKDOWN, 5), "stream");
  const written = session.log.locator(".streaming");
  await expect(written).toContainText("done");
  await expect(written.getByRole("button", { name: "Copy message" }), "there is no message yet").toHaveCount(0);
  await server.inject(id, answered("sevt_grown", MARKDOWN));
  await session.row("agent.message").getByRole("button", { name: "Copy message" }).click();
  await expect.poll(() => clipboard(page)).toBe(MARKDOWN);
});

test("output is copied as plain text, input as it came", async ({ page, connect }) => {
  const server = await connect();
  const { id, session } = await opened(page, server);
  const input = { command: "cargo build", flags: [1, 2.50] };
  await server.inject(id, [
    { type: "agent.tool_use", id: "sevt_call", name: "bash", input, evaluated_permission: "allow" },
    {
      type: "agent.tool_result",
      tool_use_id: "sevt_call",
      content: [{ type: "text", text: "10%\r20%\r\u001b[32m100%\u001b[0m\nFinished\n" }],
    },
  ]);
  const row = session.row("agent.tool_use");
  await row.getByRole("button", { name: /bash/ }).click();
  await row.getByRole("button", { name: "Copy output" }).click();
  await expect.poll(() => clipboard(page)).toBe("100%\nFinished\n");
  await row.getByRole("button", { name: "Copy input" }).click();
  await expect.poll(async () => JSON.parse(await clipboard(page))).toEqual(input);
});
