import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { BUILT_PAGE } from "../../support/demo-server";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".css": "text/css",
  ".json": "application/json",
};

/**
 * Serves the built page as a static host does, and asks the browser to tell it of all that the page's policy refuses.
 * That reaches from the first byte of the document on and asks nothing of the page, so it works where a driver can run
 * nothing before the page does.
 */
export class PolicyHost {
  readonly url: string;
  readonly #server: Server;
  #reports: string[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<PolicyHost> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new PolicyHost(server);
  }

  /** What was refused since this was asked last. */
  takeReports(): string[] {
    return this.#reports.splice(0);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", this.url);
    if (request.method === "POST" && pathname === "/refused") {
      let report = "";
      for await (const chunk of request) report += chunk;
      this.#reports.push(report);
      response.writeHead(204).end();
      return;
    }
    const path = join(BUILT_PAGE, normalize(pathname === "/" ? "/index.html" : pathname));
    try {
      const content = await readFile(path);
      const headers = { "content-type": TYPES[extname(path)] ?? "application/octet-stream", "cache-control": "no-cache" };
      const policy = extname(path) === ".html" ? policyIn(content.toString()) : undefined;
      response.writeHead(200, {
        ...headers,
        ...(policy ? { "content-security-policy-report-only": `${policy}; report-uri /refused` } : {}),
      });
      response.end(content);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" }).end();
    }
  }
}

/** The policy that a document brings along. */
function policyIn(html: string): string | undefined {
  return html.match(/content="(default-src [^"]*)"/)?.[1];
}
