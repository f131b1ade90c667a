import { fork, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";

export interface InstanceProgram {
  /** A Node script that says on its channel where it listens, `{ type: "listening", port }`, and answers GET /ready and /health. */
  readonly script: string;
  readonly args?: readonly string[];
}

export interface InstanceProcessOptions {
  readonly program: InstanceProgram;
  readonly environment: Readonly<Record<string, string>>;
  /** Where its output goes; undefined for nowhere. */
  readonly logPath: string | undefined;
  readonly exited: (how: string) => void;
}

/** The process of one instance. Its end is always noticed, and ours is always noticed by it. */
export class InstanceProcess {
  /** Where it answers, once it has said so. */
  port: number | undefined;
  private readonly child: ChildProcess;
  private wasTold = false;
  private killTimer: NodeJS.Timeout | undefined;

  constructor({ program, environment, logPath, exited }: InstanceProcessOptions) {
    const output = logPath === undefined ? "ignore" : openSync(logPath, "a");
    try {
      this.child = fork(program.script, program.args ?? [], {
        env: { ...inherited(), ...environment },
        execArgv: ["--import", ORPHAN_GUARD],
        stdio: ["ignore", output, output, "ipc"],
      });
    } finally {
      if (typeof output === "number") closeSync(output);
    }
    this.child.on("message", (message: unknown) => {
      const { type, port } = Object(message) as { readonly type?: unknown; readonly port?: unknown };
      if (type === "listening" && typeof port === "number") this.port = port;
    });
    let hasExited = false;
    const ended = (how: string) => {
      clearTimeout(this.killTimer);
      if (!hasExited) exited(how);
      hasExited = true;
    };
    this.child.once("exit", (code, signal) => ended(signal ?? `exit code ${code ?? "unknown"}`));
    // It could not be started: there will be no exit.
    this.child.once("error", (error) => ended(error.message));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Whether the page is answered with 200; false as well when nobody answers in time. */
  async answers(page: "ready" | "health", timeoutMs: number): Promise<boolean> {
    if (this.port === undefined) return false;
    try {
      const response = await fetch(`http://127.0.0.1:${this.port}/${page}`, { signal: AbortSignal.timeout(timeoutMs) });
      await response.body?.cancel();
      return response.status === 200;
    } catch {
      return false;
    }
  }

  /** The operating system shuts down. */
  shutDown(): void {
    if (this.wasTold) return;
    this.wasTold = true;
    this.child.kill("SIGTERM");
  }

  /** The machine is turned off: at once when it has been told before, else after a moment. */
  turnOff(graceMs: number): void {
    if (this.wasTold) {
      this.kill();
      return;
    }
    this.shutDown();
    this.killTimer = setTimeout(() => this.kill(), graceMs);
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }
}

/** What a program needs of ours to run at all; nothing of ours that would tell it where real AWS is. */
function inherited(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of ["PATH", "HOME", "TMPDIR", "LANG", "TZ"]) {
    const value = process.env[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/**
 * Runs in the child before its script: when the channel to us closes, because we ended it or because we died, the child
 * ends, also while its script is still loading.
 */
const ORPHAN_GUARD = `data:text/javascript,${encodeURIComponent(
  'const end = () => process.exit(1); process.once("disconnect", end); if (!process.connected) end();',
)}`;
