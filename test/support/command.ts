import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { BUNDLE, buildCommand, isStale } from "../../runtime/cli/build.js";

const ROOT = join(import.meta.dirname, "../..");

/** What a command that has ended has said. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Bundles the command where its sources are newer. */
export async function builtCommand(): Promise<void> {
  if (isStale()) await buildCommand();
}

/** Starts the bundle that users run. */
export function startHeadroom(arguments_: readonly string[], { asTerminal = false } = {}): ChildProcess {
  const pretence = asTerminal ? ["--import", "data:text/javascript,process.stderr.isTTY=true;process.stderr.columns=100"] : [];
  return spawn(process.execPath, [...pretence, BUNDLE, ...arguments_], { cwd: ROOT });
}

export async function ended(child: ChildProcess): Promise<Ended> {
  let out = "";
  let err = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (err += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, err };
}

/** Runs `headroom` with these arguments to its end. */
export function headroom(...arguments_: string[]): Promise<Ended> {
  return ended(startHeadroom(arguments_));
}
