import { devices } from "@playwright/test";
import { SessionPage } from "../pages/session-page";
import { expect, test } from "../support/test";

const { defaultBrowserType: _, ...phone } = devices["Pixel 7"];

test.describe("on a phone", () => {
  test.use(phone);

  test("Enter begins a line, and the button sends", async ({ page, connect }) => {
    const server = await connect();
    const id = await server.createSession("Repo helper");
    const session = new SessionPage(page);
    await session.open(id);
    await session.expectLive();
    await expect(session.message).toHaveAttribute("enterkeyhint", "enter");
    await session.message.tap();
    await page.keyboard.type("First line");
    await page.keyboard.press("Enter");
    await page.keyboard.type("second line");
    await expect(session.message).toHaveValue("First line\nsecond line");
    expect((await server.events(id)).filter((event) => event.type === "user.message")).toEqual([]);
    await session.sendButton.tap();
    await expect(session.row("user.message")).toContainText("second line");
    await expect(session.message).toHaveValue("");
  });

  test("a keyboard that is there all the same sends with Ctrl and Enter", async ({ page, connect }) => {
    const server = await connect();
    const id = await server.createSession("Repo helper");
    const session = new SessionPage(page);
    await session.open(id);
    await session.expectLive();
    await session.message.fill("From a tablet");
    await session.message.press("Control+Enter");
    await expect(session.row("user.message")).toContainText("From a tablet");
  });

  test("what copies can be seen without a pointer that hovers", async ({ page, connect }) => {
    const server = await connect();
    const id = await server.createSession("Repo helper");
    const session = new SessionPage(page);
    await session.open(id);
    await session.expectLive();
    await server.inject(id, { type: "agent.message", content: [{ type: "text", text: "Hello." }] });
    await expect(session.row("agent.message").getByRole("button", { name: "Copy message" })).toHaveCSS("opacity", "1");
  });
});

test("with a keyboard Enter sends, Shift and Enter begins a line, and an input method keeps its Enter", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  await expect(session.message).toHaveAttribute("enterkeyhint", "send");
  await session.message.fill("One");
  await session.message.press("Shift+Enter");
  await page.keyboard.type("two");
  await expect(session.message).toHaveValue("One\ntwo");
  await session.message.evaluate((field) => {
    for (const init of [{ isComposing: true }, { keyCode: 229 }, { isComposing: true, ctrlKey: true }])
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init }));
  });
  await expect(session.message).toHaveValue("One\ntwo");
  await session.message.press("Enter");
  await expect(session.row("user.message")).toContainText("two");
});
