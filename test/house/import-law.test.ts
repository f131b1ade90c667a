import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { describe, expect, it } from "vitest";
import { homesOf, markdownTable, objectionTo } from "../../import-law.js";

const ROOT = join(import.meta.dirname, "../..");
const HOUSE_RULES = /^(house\/|no-restricted-)/;

/** The repository's own lint, without the rules that need types, so that it can judge files that do not exist. */
const eslint = new ESLint({
  cwd: ROOT,
  overrideConfig: [tseslint.configs.disableTypeChecked, { linterOptions: { reportUnusedDisableDirectives: "off" } }],
  ruleFilter: ({ ruleId }) => HOUSE_RULES.test(ruleId),
});

async function faultsIn(file: string, code: string): Promise<string[]> {
  const results = await eslint.lintText(code, { filePath: join(ROOT, file) });
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${String(ruleId)}: ${message}`));
}

describe("the import law", () => {
  it("is the one that docs/architecture.md shows", () => {
    expect(readFileSync(join(ROOT, "docs/architecture.md"), "utf8")).toContain(markdownTable());
  });

  it("gives every package that the product depends on a home", () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { dependencies: Record<string, string> };
    expect(Object.keys(dependencies).filter((name) => homesOf(name).length === 0)).toEqual([]);
  });

  it("is kept by all files of the house", { timeout: 60_000 }, async () => {
    const results = await eslint.lintFiles(["sim", "runtime", "web"]);
    expect(results.length).toBeGreaterThan(0);
    expect(results.flatMap(({ filePath, messages }) => messages.map(({ message }) => `${filePath}: ${message}`))).toEqual([]);
  });
});

describe("the lint refuses", () => {
  it.each([
    ["sim/core/worker/planted.ts", `import { z } from "zod"; z;`, "The package zod is imported in sim/scenario and runtime only"],
    ["sim/core/worker/planted.ts", `import { simulate } from "../../simulate.ts"; simulate;`, "sim/core may not import sim,"],
    ["sim/model/planted.ts", `import { readFileSync } from "node:fs"; readFileSync;`, "sim may not import Node's modules"],
    ["sim/model/planted.ts", `import { readFileSync } from "fs"; readFileSync;`, "Write node:fs"],
    [
      "sim/model/planted.ts",
      `import type { Serving } from "../../runtime/cli/serve.ts"; export type S = Serving;`,
      "sim may not import runtime/cli",
    ],
    ["sim/model/planted.ts", `export * from "../../web/main.tsx";`, "sim may not import web"],
    ["sim/model/planted.ts", `import { z } from "zod/mini"; z;`, "The package zod is imported in sim/scenario and runtime only"],
    [
      "sim/kernel/planted.ts",
      `export const load = () => import("simjs");`,
      "The package simjs is imported in sim/kernel/simjs-calendar.ts only",
    ],
    ["runtime/worker/planted.ts", `import { simulate } from "../../sim/index.ts"; simulate;`, "runtime may not import sim,"],
    [
      "runtime/worker/planted.ts",
      `import { SQSClient } from "@aws-sdk/client-sqs"; SQSClient;`,
      "The package @aws-sdk/client-sqs is imported in runtime/aws only",
    ],
    ["runtime/scaler/planted.ts", `import { serve } from "../cli/serve.ts"; serve;`, "runtime may not import runtime/cli"],
    ["runtime/cli/planted.ts", `import { simulate } from "../../sim/simulate.ts"; simulate;`, "reaches past the door of sim"],
    ["runtime/local/planted.ts", `import { x } from "../../sim/core/assert.ts"; x;`, "reaches past the door of sim"],
    ["runtime/cli/planted.ts", `import { x } from "../../web/main.tsx"; x;`, "runtime/cli may not import web"],
    ["web/state/planted.ts", `import { simulate } from "../../sim/simulate.ts"; simulate;`, "reaches past the door of sim"],
    ["web/state/planted.ts", `import { serve } from "../../runtime/cli/serve.ts"; serve;`, "web may not import runtime/cli"],
    ["web/state/planted.ts", `import { Chart } from "chart.js/auto"; Chart;`, "The package chart.js is imported in web/chart only"],
    [
      "web/state/planted.ts",
      `export const start = () => new URL("../../sim/simulate.ts", import.meta.url);`,
      "reaches past the door of sim",
    ],
    ["web/chart/planted.ts", `import { wrap } from "comlink"; wrap;`, "The package comlink is imported in web/worker only"],
    ["web/chart/planted.ts", `import lodash from "lodash"; lodash;`, "The package lodash has no home yet"],
    ["web/chart/planted.ts", `import { x } from "../../test/support/chromium.ts"; x;`, "belongs to no folder"],
  ])("in %s: %s", async (file, code, objection) => {
    expect((await faultsIn(file, code)).join("\n")).toContain(objection);
  });

  it.each([
    ["Math.random()", "named stream"],
    ["Math.log(2)", "sim/kernel/exact-math.ts"],
    ["Math['random']", "in full"],
    ["(() => { const m = Math; return m; })()", "in full"],
    ["3 ** 0.5", "powers of 2"],
    ["new Date()", "use `now`"],
    ["Date.now()", "use `now`"],
    ["setTimeout(() => {}, 1)", "Ask the driver"],
    ["performance.now()", "time is `now`"],
    ["process.env", "Settings are arguments"],
    ["console.log(1)", "web and runtime/cli say it"],
    ["fetch('/')", "web and runtime fetch it"],
    ["globalThis", "as an argument"],
    ["(1).toLocaleString()", "sim/measure/format.ts"],
  ])("%s in sim", async (expression, advice) => {
    for (const file of ["sim/core/policy/planted.ts", "sim/model/planted.ts"]) {
      expect((await faultsIn(file, `export const planted = ${expression};`)).join("\n")).toContain(advice);
    }
  });

  it("a circle of imports", async () => {
    const code = `import { serve } from "./serve.ts"; serve;`;
    expect(await faultsIn("runtime/cli/planted.ts", code)).toEqual([]);
    // result.ts imports histogram.ts, so that the other way round closes the circle.
    const circle = await faultsIn("sim/measure/histogram.ts", `import type { Result } from "./result.ts"; export type R = Result;`);
    expect(circle.join("\n")).toContain(
      "Imports form a circle: sim/measure/histogram.ts → sim/measure/result.ts → sim/measure/histogram.ts",
    );
  });
});

describe("the lint allows", () => {
  it.each([
    ["sim/core/worker/planted.ts", `import { assert } from "../assert.ts"; assert;`],
    ["sim/model/planted.ts", `import { assert } from "../core/assert.ts"; assert; export const x = 2 ** 31 + Math.sqrt(2);`],
    ["sim/scenario/planted.ts", `import { z } from "zod"; z;`],
    ["runtime/worker/planted.ts", `import { x } from "../../sim/core/worker/worker.ts"; import fs from "node:fs"; x; fs; Date.now();`],
    ["runtime/cli/planted.ts", `import { simulate } from "../../sim/index.ts"; simulate;`],
    [
      "web/state/planted.ts",
      `import { simulate } from "../../sim/index.ts"; import banking from "../../sim/scenario/gallery/banking.json"; simulate; banking;`,
    ],
    ["web/chart/planted.ts", `import { Chart } from "chart.js"; Chart;`],
    ["test/sim/planted.ts", `import { x } from "../../sim/kernel/calendar.ts"; import { z } from "zod"; x; z; Math.random();`],
  ])("in %s: %s", async (file, code) => {
    expect(await faultsIn(file, code)).toEqual([]);
  });

  it("what the law allows, by the same function", () => {
    expect(objectionTo("web/main.tsx", "preact/hooks")).toBeUndefined();
    expect(objectionTo("web/main.tsx", "./style/page.css")).toBeUndefined();
    expect(objectionTo("vite.config.ts", "vite")).toBeUndefined();
  });
});
