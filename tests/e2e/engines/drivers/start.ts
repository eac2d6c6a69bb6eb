import type { Engine, EngineName } from "./driver";
import { PuppeteerEngine } from "./puppeteer";
import { WebKitEngine } from "./webkit";

export function startEngine(name: EngineName, folder: string): Promise<Engine> {
  return name === "webkit" ? WebKitEngine.start() : PuppeteerEngine.start(name, folder);
}
