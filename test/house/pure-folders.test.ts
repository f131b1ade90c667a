import { runInThisContext } from "node:vm";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/** Evaluates code as if it stood in a file. */
function from(file: string, code: string): () => unknown {
  return runInThisContext(`(function () { return ${code}; })`, { filename: join(import.meta.dirname, "../..", file) }) as () => unknown;
}

const IMPURE = [
  "(() => { const m = Math; return m.random(); })()",
  "[1].map(Math.random)",
  "new Date()",
  "Date()",
  "Date.now()",
  "performance.now()",
  "setTimeout(() => {}, 0)",
  "queueMicrotask(() => {})",
  "crypto.randomUUID()",
  "console.log('hello')",
];

describe("a pure folder in tests", () => {
  it.each(IMPURE)("throws on %s", (code) => {
    expect(from("sim/model/planted.ts", code)).toThrow(/sim\/model\/planted\.ts called .*Take it as an argument/);
  });

  it.each(IMPURE.slice(0, 8))("lets other folders call %s", (code) => {
    expect(from("web/planted.ts", code)).not.toThrow();
  });

  it("lets a pure function be called back by code that reads the clock", () => {
    const callback = from("sim/model/planted.ts", "1 + 1");
    expect([Date.now()].map(() => callback())).toEqual([2]);
  });
});
