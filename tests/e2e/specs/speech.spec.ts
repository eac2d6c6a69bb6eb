import type { Page } from "@playwright/test";
import { message } from "../support/demo-server";
import { expect, test } from "../support/test";
import { SessionPage } from "../pages/session-page";

/** From now on notes what the two regions for screen readers say. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const heard: string[] = [];
    for (const urgency of ["polite", "assertive"]) {
      const region = document.querySelector(`.sr-only [aria-live=${urgency}]`) as HTMLElement;
      new MutationObserver(() => heard.push(`${urgency}: ${region.textContent.trim()}`)).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    }
    Object.assign(window, { heard });
  });
  return () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
}

test("the answer of a turn is spoken, and its end with the count; requests and usage are not", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  const heard = await listen(page);
  await session.say("List the files, please.");
  await session.expectTurnsEnded(server, id, 1);
  const answer = (await server.events(id)).findLast((event) => event.type === "agent.message");
  const [first] = String((answer?.content as { text: string }[])[0]?.text).split("\n");
  await expect.poll(async () => (await heard()).join("\n"), { timeout: 20_000 }).toContain("polite: Turn finished. ");
  expect((await heard()).join("\n")).toContain(first?.slice(0, 20).replaceAll(/[*`]/g, ""));
  expect((await heard()).join("\n")).not.toMatch(/request|tokens|cache| in · |idle/i);
});

test("a call that wants an answer interrupts, with what it would run and how many wait", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Careful deployer");
  const session = new SessionPage(page);
  await session.open(id);
  await session.expectLive();
  const heard = await listen(page);
  await session.say("Deploy v1.8.0 to staging.");
  await expect.poll(heard, { timeout: 20_000 }).toContainEqual(
    expect.stringMatching(/^assertive: bash asks for approval: shopctl rollout --target staging .* 2 of 2\.$/),
  );
  expect(await heard()).toContainEqual(expect.stringMatching(/^assertive: bash asks for approval: shopctl migrate /));
});

test("what happened before is not read out", async ({ page, connect }) => {
  const server = await connect();
  const id = await server.createSession("Repo helper", { initial_events: [message("List the files, please.")] });
  await expect.poll(() => server.idles(id)).toBe(1);
  const session = new SessionPage(page);
  await session.open(id);
  const heard = await listen(page);
  await session.expectLive();
  await session.expectEventCount((await server.events(id)).length);
  await server.inject(id, { type: "agent.message", content: [{ type: "text", text: "Something new." }] });
  await expect.poll(heard).toEqual(["polite: Something new."]);
});
