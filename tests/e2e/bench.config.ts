import { defineConfig } from "@playwright/test";
import base from "./tools.config";

/** Measurements, one at a time: `cargo xtask bench`. */
export default defineConfig(base, { testDir: "tools/bench", testMatch: "*.bench.ts", testIgnore: [], timeout: 600_000, use: { trace: "off" } });
