import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { Child } from "./children";

/** A screen that nobody sees, on a number that the server itself finds free. */
export class Display {
  /** For `$DISPLAY`. */
  readonly name: string;
  readonly #server: Child;

  private constructor(name: string, server: Child) {
    this.name = name;
    this.#server = server;
  }

  static async start(): Promise<Display> {
    const server = new Child(
      process.env.XVFB ?? "Xvfb",
      ["-displayfd", "3", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"],
      { stdio: ["ignore", "ignore", "ignore", "pipe"] },
    );
    const lines = createInterface({ input: server.process.stdio[3] as Readable });
    const number = await server.until(new Promise<string>((tell) => lines.once("line", tell)));
    return new Display(`:${number.trim()}`, server);
  }

  end(): Promise<void> {
    return this.#server.end();
  }
}
