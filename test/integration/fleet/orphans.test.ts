import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { isAlive } from "../../support/processes.ts";
import { until } from "./fleet-rig.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/fleet");
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** Starts a process with a fleet of three, and gives their numbers as soon as the last of them has one. */
async function parentOf(script: string): Promise<{ parent: ChildProcess; pids: readonly number[] }> {
  const parent = fork(join(FIXTURES, "parent.ts"), [join(FIXTURES, script)], { execArgv: ["--import", "tsx"], stdio: "pipe" });
  children.push(parent);
  const pids = await new Promise<readonly number[]>((resolve, reject) => {
    parent.once("message", (message) => resolve(message as number[]));
    parent.once("exit", () => reject(new Error("The parent has ended by itself.")));
  });
  return { parent, pids };
}

describe("processes of the local fleet", () => {
  it.each(["idle.js", "stubborn.js"])("do not outlive the process that started them, killed as it may be: %s", async (script) => {
    const { parent, pids } = await parentOf(script);
    expect(pids.filter(isAlive)).toHaveLength(3);
    parent.kill("SIGKILL");
    await until("all are gone", () => pids.every((pid) => !isAlive(pid)));
  });
});
