import type { Page } from "@playwright/test";
import { expect, test } from "../support/test";

/** Keeps the wasm back until the returned function is called. */
async function holdWasm(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((done) => {
    release = done;
  });
  await page.route("**/*_bg.wasm", async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

test("something of the app's shape and colours is there before the wasm is", async ({ page, host }) => {
  await page.addInitScript(() => sessionStorage.setItem("playground.theme", "dark"));
  const configs: string[] = [];
  page.on("request", (request) => request.url().includes("config.json") && configs.push(request.url()));
  const release = await holdWasm(page);
  await page.goto(`${host.url}/#/connect`);
  const boot = page.getByRole("status");
  await expect(boot).toContainText("Loading the playground");
  await expect(boot.locator(".card")).toBeVisible();
  await expect(boot.locator(".topbar")).toBeVisible();
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("dark");
  expect(configs, "the configuration is under way before the wasm is").toHaveLength(1);
  release();
  await expect(page.getByRole("button", { name: "Connect", exact: true })).toBeVisible();
  await expect(boot).toHaveCount(0);
  expect(configs, "and is not asked for again").toHaveLength(1);
});

test("an embedded page has no bar before it starts either", async ({ page, host }) => {
  const release = await holdWasm(page);
  await page.goto(`${host.url}/?embed=1#/connect`);
  await expect(page.locator(".boot .card")).toBeVisible();
  await expect(page.locator(".boot .topbar")).toBeHidden();
  release();
  await expect(page.getByRole("button", { name: "Connect", exact: true })).toBeVisible();
});
