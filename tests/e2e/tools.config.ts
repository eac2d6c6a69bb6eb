import { defineConfig } from "@playwright/test";
import base from "./playwright.config";

/** Scripts that use the page rather than test it, one at a time. */
export default defineConfig(base, {
  testDir: "tools",
  testMatch: "*.ts",
  testIgnore: "bench/**",
  fullyParallel: false,
  workers: 1,
  timeout: 300_000,
});
