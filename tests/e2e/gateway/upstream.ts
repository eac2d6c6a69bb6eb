import { type IncomingMessage, request as ask, type RequestListener, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";
import type { Certificate } from "./certificates";

/** A request as it arrived behind the gateway. */
export interface Arrived {
  method: string;
  target: string;
  headers: Record<string, string>;
  body: string;
  /** The name that was asked for in the handshake. */
  servername: string;
}

/** What stands for the API behind the gateway: it notes what arrives, and answers as a test says or as the demo server does. */
export class Upstream {
  readonly port: number;
  readonly arrived: Arrived[] = [];
  /** Answers instead of the demo server; back to it when it is unset. */
  answer: RequestListener | undefined;
  readonly #server: Server;

  private constructor(server: Server, demo: string) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on("request", (request, response) => void this.#hear(request, response, demo));
  }

  static async start(certificate: Certificate, demo: string): Promise<Upstream> {
    const server = createServer({ ...certificate });
    // A gateway that refuses the certificate ends the handshake.
    server.on("tlsClientError", () => {});
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new Upstream(server, demo);
  }

  /** Shows another certificate to who connects from now on. */
  show(certificate: Certificate): void {
    this.#server.setSecureContext({ ...certificate });
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #hear(request: IncomingMessage, response: ServerResponse, demo: string): Promise<void> {
    let body = "";
    request.setEncoding("utf8");
    for await (const chunk of request) body += chunk;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const { socket } = request;
    const servername = socket instanceof TLSSocket ? String((socket as TLSSocket & { servername?: unknown }).servername) : "";
    this.arrived.push({ method: request.method ?? "", target: request.url ?? "", headers, body, servername });
    if (this.answer) return void this.answer(request, response);
    const { host: _, ...passed } = headers;
    const onward = ask(demo + request.url, { method: request.method, headers: passed }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      response.on("close", () => answer.destroy());
    });
    onward.on("error", () => response.destroy());
    onward.end(body);
  }
}
