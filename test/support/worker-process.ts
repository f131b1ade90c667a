import { fork, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildCommand, isStale } from "../../runtime/cli/build.js";
import { until } from "./until.ts";

const ROOT = join(import.meta.dirname, "../..");
const WORKER_BUNDLE = join(ROOT, "dist/worker.js");
export const COMMAND_BUNDLE = join(ROOT, "dist/headroom.js");

/** Builds what instances run, unless that has been done since the last change. */
export async function builtWorker(): Promise<void> {
  if (isStale() || !existsSync(WORKER_BUNDLE)) await buildCommand();
}

/** A worker as an instance runs it: a process of its own, the bundle, settings by the environment. */
export class WorkerProcess {
  readonly child: ChildProcess;
  /** What it has logged, parsed. */
  readonly log: Readonly<Record<string, unknown>>[] = [];
  readonly exited: Promise<number | NodeJS.Signals | null>;
  /** What it has written that is no log: crashes, warnings. */
  stderr = "";
  private port: number | undefined;

  constructor(environment: Readonly<Record<string, string>>, { bundle = WORKER_BUNDLE, given = [] as readonly string[] } = {}) {
    this.child = fork(bundle, given, {
      env: { PATH: process.env["PATH"], ...PLAIN, ...environment },
      execArgv: [],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.exited = new Promise((resolve) => {
      this.child.once("exit", (code, signal) => {
        resolve(code ?? signal);
      });
    });
    this.child.on("message", (message: { readonly type?: string; readonly port?: number }) => {
      if (message.type === "listening") this.port = message.port;
    });
    this.child.stderr?.on("data", (piece: Buffer) => (this.stderr += piece.toString()));
    if (this.child.stdout !== null) {
      createInterface({ input: this.child.stdout }).on("line", (line) => {
        this.log.push(JSON.parse(line) as Record<string, unknown>);
      });
    }
  }

  /** The first line that says `text`, once it is there. */
  async says(text: string): Promise<Readonly<Record<string, unknown>>> {
    const said = () => this.log.find(({ msg }) => String(msg).includes(text));
    return until(`the worker says “${text}”`, () => said() ?? this.unlessEnded(() => said()));
  }

  async page(path: string, request?: RequestInit): Promise<Response> {
    const port = await until("the worker listens", () => this.port ?? this.unlessEnded(() => undefined));
    return fetch(`http://127.0.0.1:${port}/${path}`, request);
  }

  /** The figures of `/stats`, once they satisfy `demand`. */
  figures(demand: (figures: Figures) => boolean): Promise<Figures> {
    return until("the worker's figures", async () => {
      const figures = (await (await this.page("stats")).json()) as Figures;
      return demand(figures) ? figures : undefined;
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  private unlessEnded<T>(otherwise: () => T): T {
    if (this.child.exitCode !== null && otherwise() === undefined) {
      throw new Error(
        `The worker has ended with ${this.child.exitCode}:\n${this.stderr}\n${JSON.stringify(this.log.slice(-5), undefined, 1)}`,
      );
    }
    return otherwise();
  }

  /** Ends it if a test has left it running. */
  async end(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
  }
}

export interface Figures {
  readonly phase: string;
  readonly busySlots: number;
  readonly abandonedJobs: number;
  readonly messagesReceived: number;
  readonly jobs: Readonly<Record<"done" | "failed" | "timed-out" | "given-up", number>>;
  readonly deletes: Readonly<Record<"settled" | "retried" | "lost", number>>;
  readonly extensions: Readonly<Record<"settled" | "retried" | "lost", number>>;
  readonly strayErrors: number;
}

const PLAIN = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "nobody",
  AWS_SECRET_ACCESS_KEY: "a-secret-of-nobody",
  AWS_EC2_METADATA_DISABLED: "true",
  METRICS_PORT: "0",
  HANDLER: "emulate",
  WAIT_TIME_SEC: "1",
};
