import type { Locator } from "@playwright/test";
import { SessionPage } from "../pages/session-page";
import { answered, deltasOf } from "../support/answer";
import { expect, test } from "../support/test";

const ARABIC = `# الخطة

قرأت الملف \`src/lib.rs\` ووجدت **مشكلتين**.

- الأولى في السطر 7
- الثانية في النهاية

> اقتباس من الوثائق

| الملف | lines |
|---|---:|
| مكتبة | 12 |

\`\`\`sh
cargo test --workspace
\`\`\`

In English it goes on from left to right.
`;

const direction = (element: Locator) => element.evaluate((node) => getComputedStyle(node).direction);

test("text is laid out in its own direction, code from left to right", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  const row = session.log.locator(".markdown");
  const check = async () => {
    await expect(row).toContainText("left to right.");
    const parts: Record<string, "rtl" | "ltr"> = {
      h3: "rtl",
      "p >> nth=0": "rtl",
      ul: "rtl",
      "li >> nth=0": "rtl",
      blockquote: "rtl",
      "blockquote p": "rtl",
      "th >> nth=0": "rtl",
      "th >> nth=1": "ltr",
      "td >> nth=0": "rtl",
      "p code": "ltr",
      pre: "ltr",
      "p >> nth=-1": "ltr",
    };
    for (const [part, expected] of Object.entries(parts)) expect(await direction(row.locator(part).first()), part).toBe(expected);
    // The bullets stand on the side where the lines begin.
    const list = await row.locator("ul").evaluate((list) => getComputedStyle(list).paddingRight);
    expect(list).not.toBe("0px");
  };
  await server.inject(id, deltasOf("sevt_arabic", ARABIC, 9), "stream");
  await check();
  await server.inject(id, answered("sevt_arabic", ARABIC));
  await expect(session.row("agent.message")).toBeVisible();
  await check();
  await page.reload();
  await check();
});

test("drafts and what was said go in the direction of their letters", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.message.fill("שלום, מה יש בתיקייה?");
  expect(await direction(session.message)).toBe("rtl");
  await session.message.press("Enter");
  const said = session.row("user.message").locator(".plain-text");
  await expect(said).toContainText("שלום");
  await expect(said).toHaveCSS("direction", "rtl");
  await expect(session.message).toHaveValue("");
  await session.message.fill("Now in English.");
  expect(await direction(session.message)).toBe("ltr");
});
