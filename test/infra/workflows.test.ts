import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "./hcl/module-files.ts";

const FOLDER = join(ROOT, ".github/workflows");
const SCRIPTS = Object.keys((JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object }).scripts);

/** As much of a workflow as is looked at. */
interface Workflow {
  readonly name: string;
  readonly on: object;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly "runs-on": string;
  readonly "timeout-minutes"?: number;
  readonly permissions?: object;
  readonly strategy?: { readonly matrix?: Readonly<Record<string, unknown>> };
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly with?: Readonly<Record<string, unknown>> }[];
}

const WORKFLOWS = readdirSync(FOLDER).map((name) => {
  const text = readFileSync(join(FOLDER, name), "utf8");
  return { name, text, workflow: parse(text, { strict: true, uniqueKeys: true }) as Workflow };
});

it("there is one for every kind of check and change", () => {
  expect(WORKFLOWS.map(({ name }) => name)).toEqual(["ci.yml", "deploy.yml", "images.yml", "plan.yml"]);
});

describe.each(WORKFLOWS)(".github/workflows/$name", ({ text, workflow }) => {
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);
  const runs = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));

  it("takes actions by the hash of their code, and says which version that is", () => {
    const used = text.split("\n").filter((line) => /^\s*-?\s*uses:/.test(line));
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((line) => !/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    expect(used).toHaveLength(steps.filter(({ uses }) => uses !== undefined).length);
  });

  it("asks for no more than it needs", () => {
    const { "id-token": token, ...others } = workflow.permissions;
    expect(others).toEqual({ contents: "read" });
    // Only to take a role of AWS.
    expect(token === "write").toBe(steps.some(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@")));
    expect(jobs.filter(({ permissions }) => permissions !== undefined)).toEqual([]);
    expect(text).not.toContain("pull_request_target");
    expect(text).not.toMatch(/secrets\./);
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.filter((step) => step.with?.["persist-credentials"] !== false)).toEqual([]);
  });

  it("puts nothing that others write into a shell", () => {
    expect(runs.filter((run) => run.includes("${{"))).toEqual([]);
  });

  it("ends by itself", () => {
    expect(jobs.filter((job) => job["timeout-minutes"] === undefined)).toEqual([]);
  });

  it("runs only what is there", () => {
    const scripts = runs.flatMap((run) => [...run.matchAll(/infra\/scripts\/([\w-]+)/g)].map(([, name = ""]) => name));
    expect(scripts.filter((name) => !existsSync(join(ROOT, "infra/scripts", name)))).toEqual([]);
    const commands = runs.flatMap((run) => [...run.matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name));
    expect(commands.filter((name) => !SCRIPTS.includes(name))).toEqual([]);
    expect(runs.length).toBeGreaterThan(1);
  });
});

it("builds every image of the Dockerfile", () => {
  const dockerfile = readFileSync(join(ROOT, "infra/docker/Dockerfile"), "utf8");
  const targets = [...dockerfile.matchAll(/^FROM base AS (\w+)$/gm)].map(([, name]) => name);
  const images = WORKFLOWS.find(({ name }) => name === "images.yml")?.workflow.jobs["image"];
  expect(images?.strategy?.matrix?.["program"]).toEqual(targets);
});
