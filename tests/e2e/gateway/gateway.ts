import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BUILT_PAGE } from "../support/demo-server";
import type { Authority } from "./certificates";

const RECIPE = fileURLToPath(new URL("../../../docs/gateway/nginx.conf", import.meta.url));
const HOST = "portal.example";
/** The key that the gateway adds. */
export const KEY = "sk-ant-api03-of-the-gateway";

export interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: string;
}

interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** nginx with the recipe: names, ports and files are other ones, everything else is as it stands in it. */
export class Gateway {
  /** The origin under which browsers know it. */
  readonly origin: string;
  /** What makes Chromium find it. */
  readonly resolverRule: string;
  readonly #port: number;
  readonly #process: ChildProcess;
  readonly #log: string;

  private constructor(port: number, process: ChildProcess, log: string) {
    this.#port = port;
    this.#process = process;
    this.#log = log;
    this.origin = `https://${HOST}:${port}`;
    this.resolverRule = `MAP ${HOST} 127.0.0.1`;
  }

  static async start(folder: string, authority: Authority, upstreamPort: number): Promise<Gateway> {
    const port = await freePort();
    const at = (name: string) => join(folder, name);
    const own = authority.issue(HOST);
    writeFileSync(at("own.pem"), own.cert);
    writeFileSync(at("own.key"), own.key);
    writeFileSync(at("key.conf"), `proxy_set_header x-api-key ${KEY};\n`);
    const other: [string, string][] = [
      ["listen 443 ssl;", `listen 127.0.0.1:${port} ssl;`],
      ["/etc/nginx/portal.example.pem", at("own.pem")],
      ["/etc/nginx/portal.example.key", at("own.key")],
      ["/srv/playground;", `${BUILT_PAGE};`],
      ["https://portal\\.example", `https://portal\\.example:${port}`],
      ["https://api.anthropic.com;", `https://localhost:${upstreamPort};`],
      ["/etc/ssl/certs/ca-certificates.crt", authority.file],
      ["/etc/nginx/anthropic-key.conf", at("key.conf")],
    ];
    let recipe = readFileSync(RECIPE, "utf8");
    for (const [from, to] of other) {
      if (recipe.split(from).length !== 2) throw new Error(`the recipe must say ${from} once`);
      recipe = recipe.replace(from, () => to);
    }
    writeFileSync(at("recipe.conf"), recipe);
    writeFileSync(at("nginx.conf"), around(folder));
    mkdirSync(at("temp"));
    const program = process.env.NGINX_PROGRAM ?? "nginx";
    const child = spawn(program, ["-p", folder, "-c", at("nginx.conf"), "-e", at("error.log")], { stdio: ["ignore", "inherit", "inherit"] });
    let ended: Error | undefined;
    child.once("error", (error) => (ended = error));
    child.once("exit", (code) => (ended ??= new Error(`nginx ended (${code}): ${readFileSync(at("error.log"), "utf8")}`)));
    while (!(await answers(port))) if (ended) throw ended;
    return new Gateway(port, child, at("access.log"));
  }

  async stop(): Promise<void> {
    const gone = new Promise((done) => this.#process.once("exit", done));
    this.#process.kill();
    await gone;
  }

  /** What was noted of the requests so far. */
  log(): string {
    return readFileSync(this.#log, "utf8");
  }

  /** Sends a request whose target goes out as it is written. */
  async ask(target: string, { method = "GET", headers = {}, body }: Ask = {}): Promise<Answer> {
    const answer = await this.open(target, { method, headers, ...(body === undefined ? {} : { body }) });
    let text = "";
    for await (const chunk of answer.setEncoding("utf8")) text += chunk;
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: text };
  }

  /** The same, as soon as the head of the answer is there. */
  open(target: string, { method = "GET", headers = {}, body }: Ask = {}): Promise<IncomingMessage> {
    return new Promise((done, fail) => {
      const to = { host: "127.0.0.1", port: this.#port, path: target, method, rejectUnauthorized: false, agent: false };
      const sent = request({ ...to, servername: HOST, headers: { host: `${HOST}:${this.#port}`, ...headers } }, done);
      sent.on("error", fail);
      sent.end(body);
    });
  }
}

function around(folder: string): string {
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder}/temp/${kind};`);
  // A worker of another user could not read what a test run of root has made.
  const user = process.getuid?.() === 0 ? "user root;" : "";
  return `daemon off; ${user} worker_processes 1; pid ${folder}/nginx.pid;
events {}
http {
  access_log ${folder}/access.log;
  ${temp.join(" ")}
  types { text/html html; text/javascript js; text/css css; application/wasm wasm; application/json json; }
  include ${folder}/recipe.conf;
}
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => done(true)).once("error", () => done(false));
    socket.once("connect", () => socket.destroy());
  });
}
