import { defineConfig } from "@playwright/test";
import { ENGINES, type EngineName } from "./engines/drivers/driver";

/** The main journeys in every engine, one after the other: `cargo xtask test engines`. */
export default defineConfig<object, { engineName: EngineName }>({
  testDir: "engines/specs",
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [["list"], ["./engines/support/opening.ts"], ...(process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [["json"] as const] : [])],
  projects: ENGINES.map((engineName) => ({ name: engineName, use: { engineName } })),
});
