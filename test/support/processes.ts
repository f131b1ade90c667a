import { execFileSync } from "node:child_process";

/** Processes that descend from a process, itself left out. */
export function offspring(pid = 0): number[] {
  const listed = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" });
  const pairs = listed.split("\n").flatMap((line): [number, number][] => {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    return child === undefined || parent === undefined ? [] : [[child, parent]];
  });
  const found = [pid];
  for (const ancestor of found) found.push(...pairs.filter(([, parent]) => parent === ancestor).map(([child]) => child));
  return found.slice(1);
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
