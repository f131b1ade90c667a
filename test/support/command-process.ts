import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { until } from "./until.ts";
import { COMMAND_BUNDLE } from "./worker-process.ts";

const ROOT = join(import.meta.dirname, "../..");

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `headroom` as its users run it: the bundle, in a process of its own, against an endpoint. */
export class CommandProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  out = "";
  err = "";

  constructor(endpoint: string, given: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const aws = {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "nobody",
      AWS_SECRET_ACCESS_KEY: "a-secret-of-nobody",
      AWS_ENDPOINT_URL: endpoint,
    };
    this.child = spawn(process.execPath, [COMMAND_BUNDLE, ...given], {
      cwd: ROOT,
      env: { PATH: process.env["PATH"], NODE_NO_WARNINGS: "1", ...aws, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.out += text));
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.err += text));
    this.ended = new Promise((resolve) => {
      this.child.once("close", (code) => {
        resolve({ code, out: this.out, err: this.err });
      });
    });
  }

  /** Whole lines of the standard output that are JSON. */
  get lines(): Readonly<Record<string, unknown>>[] {
    return this.out
      .split("\n")
      .slice(0, -1)
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** The first such line that satisfies `demand`, once it is there. */
  line(what: string, demand: (line: Readonly<Record<string, unknown>>) => boolean): Promise<Readonly<Record<string, unknown>>> {
    return until(what, () => this.lines.find(demand) ?? this.unlessEnded());
  }

  kill(signal: NodeJS.Signals = "SIGTERM"): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }

  private unlessEnded(): undefined {
    if (this.child.exitCode !== null)
      throw new Error(`headroom has ended with ${this.child.exitCode}:\n${this.err}\n${this.out.slice(-2000)}`);
    return undefined;
  }
}
