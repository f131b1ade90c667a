import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./hcl/module-files.ts";

const FOLDER = join(ROOT, ".github/workflows");

describe.each(readdirSync(FOLDER))(".github/workflows/%s", (name) => {
  const text = readFileSync(join(FOLDER, name), "utf8");
  const lines = text.split("\n");

  it("takes actions by the hash of their code, and says which version that is", () => {
    const used = lines.filter((line) => /^\s*-?\s*uses:/.test(line));
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((line) => !/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it("asks for no more than it needs", () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n( {2}id-token: write\n)?\n/m);
    expect(text).not.toContain("pull_request_target");
    expect(text).not.toMatch(/secrets\./);
    expect(lines.filter((line) => line.includes("persist-credentials: false"))).toHaveLength(
      lines.filter((line) => line.includes("actions/checkout@")).length,
    );
  });

  it("puts nothing that others write into a shell", () => {
    const steps = text.split(/\n\s+- /).filter((step) => /\brun: /.test(step));
    expect(steps.map((step) => step.slice(step.indexOf("run: "))).filter((run) => run.includes("${{"))).toEqual([]);
  });

  it("ends by itself", () => {
    expect(text).toMatch(/timeout-minutes: \d+/);
  });
});
