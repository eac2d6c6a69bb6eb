import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const DEFAULT = fileURLToPath(new URL("../../../../target/release/demo-server", import.meta.url));

export interface DemoServer {
  url: string;
  stop: () => void;
}

/** Starts the server on a free port; `DEMO_SERVER` names another build than the release one. */
export async function startDemoServer(...args: string[]): Promise<DemoServer> {
  const program = process.env.DEMO_SERVER ?? DEFAULT;
  const server = spawn(program, ["--port", "0", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const failed = new Promise<never>((_, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`${program} ended before it was ready (${code})`)));
  });
  failed.catch(() => {});
  const ready = (async () => {
    for await (const line of createInterface({ input: server.stdout })) {
      const url = line.match(/^listening on (\S+)$/)?.[1];
      if (url) return url;
    }
    return failed;
  })();
  const url = await Promise.race([ready, failed]);
  server.stdout.resume();
  return { url, stop: () => void server.kill() };
}
