import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { once } from "node:events";

/** Groups of processes that are still running. */
const groups = new Set<number>();

// The last resort, for a run that was ended in the middle.
process.once("exit", () => groups.forEach((group) => tell(group, "SIGTERM")));

/** Milliseconds in which a program can put its things away. */
const GRACE = 5_000;

/** A program with everything that it starts: one group of processes, which ends as one. */
export class Child {
  readonly process: ChildProcess;
  readonly #program: string;
  readonly #ended: Promise<unknown>;

  constructor(program: string, args: string[], options: { stdio?: StdioOptions; env?: NodeJS.ProcessEnv } = {}) {
    this.#program = program;
    this.process = spawn(program, args, { detached: true, stdio: "ignore", ...options });
    this.#ended = Promise.race([once(this.process, "exit"), once(this.process, "error")]).catch(() => {});
    if (this.process.pid) groups.add(this.process.pid);
  }

  /** What `ready` comes to, unless the program ends before. */
  async until<T>(ready: Promise<T>): Promise<T> {
    const ended = this.#ended.then(() => {
      throw new Error(`${this.#program} ended before it was ready`);
    });
    return Promise.race([ready, ended]);
  }

  async end(): Promise<void> {
    const { pid } = this.process;
    if (!pid || !groups.has(pid)) return;
    tell(pid, "SIGTERM");
    const late = setTimeout(() => tell(pid, "SIGKILL"), GRACE);
    await this.#ended;
    clearTimeout(late);
    // What it has started may be slower than itself.
    tell(pid, "SIGKILL");
    groups.delete(pid);
  }
}

function tell(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // Nothing of it is left.
  }
}
