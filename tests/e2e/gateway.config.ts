import { defineConfig } from "@playwright/test";
import base from "./playwright.config";

/** The recipe in docs/gateway, in a real nginx: `cargo xtask test gateway`. */
export default defineConfig(base, {
  testDir: "gateway",
  outputDir: "test-results/gateway",
  fullyParallel: false,
  workers: 1,
  use: { ignoreHTTPSErrors: true },
});
