import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axisOf } from "../../../runtime/cli/sweep.ts";
import { parseScenario, scenarioSchema, simulate, type Edit, type Finding } from "../../../sim/index.ts";
import { builtCommand, headroom, startHeadroom } from "../../support/command.ts";

const ROOT = join(import.meta.dirname, "../../..");
const GALLERY = join(ROOT, "sim/scenario/gallery");
/** Three instances where one would do. */
const GENEROUS = {
  version: 1,
  name: "Too many",
  run: { durationSec: 1200 },
  traffic: { kind: "poisson", ratePerSec: 3 },
  fleet: { min: 3, max: 4 },
  policy: { kind: "ec2-target-tracking", target: 20 },
};

let folder: string;
let generous: string;
let hopeless: string;

beforeAll(async () => {
  await builtCommand();
  folder = await mkdtemp(join(tmpdir(), "headroom-plan-"));
  generous = await written("generous.json", GENEROUS);
  // Every job alone takes longer than a message may.
  hopeless = await written("hopeless.json", {
    ...GENEROUS,
    objective: { measure: "latency", limitSec: 1 },
    work: { serviceTime: { kind: "constant", sec: 5 } },
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function written(name: string, document: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(document));
  return path;
}

describe.concurrent("headroom preflight", () => {
  it("tells each fault with its figures and its mend, and exits with 1", async () => {
    const { code, out, err } = await headroom("preflight", join(GALLERY, "jobs-outlive-visibility.json"));
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(out).toContain("Found before any run: 1 fault, 1 risk.");
    expect(out).toMatch(/FAULT {2}About 82 % of the jobs take longer than the visibility timeout of 30 s/);
    expect(out).toContain("Set: worker.heartbeat =");
  });

  it("exits with 0 where nothing is sure to go wrong, and says what that does not mean", async () => {
    const { code, out } = await headroom("preflight", join(GALLERY, "email.json"));
    expect(code).toBe(0);
    expect(out).toContain("Nothing found. Whether the objective holds, a run shows");
  });

  it("gives the findings to programs", async () => {
    const { out } = await headroom("preflight", "--json", join(GALLERY, "jobs-outlive-visibility.json"));
    const findings = JSON.parse(out) as Finding[];
    expect(findings.map(({ rule, level }) => [rule, level])).toEqual([
      ["jobs-outlive-visibility", "fault"],
      ["no-dead-letter-queue", "risk"],
    ]);
  });
});

describe.concurrent("headroom plan", () => {
  it("prints what to change and writes the scenario with it, which holds at less cost", async () => {
    const path = join(folder, "planned.json");
    const { code, out, err } = await headroom("plan", generous, "--ways", "ec2-target-tracking,fixed", "--out", path);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/The cheapest found that holds: .*It held in 20 of 20 runs and costs \$.* less than now\.\n/);
    expect(out).toMatch(/\n +fleet\.min +3 +→ +1 instance\n/);
    expect(out).toMatch(/\n {2}\(as it is\) +20 of 20 /);
    expect(out).not.toMatch(/NaN|undefined|\[object/);
    const read = parseScenario(await readFile(path, "utf8"));
    if (!read.ok) throw new Error("what was written is no scenario");
    const cost = (scenario: typeof read.scenario) => simulate(scenario, 99).summary.cost.perMonthUsd;
    expect(simulate(read.scenario, 99).summary.objective.held).toBe(true);
    expect(cost(read.scenario)).toBeLessThan(cost(scenarioSchema.parse(GENEROUS)) / 2);
  });

  it("exits with 1 when nothing holds the objective, and writes no file", async () => {
    const path = join(folder, "none.json");
    const { code, out } = await headroom("plan", hopeless, "--out", path);
    expect(code).toBe(1);
    expect(out).toContain("Nothing that was tried holds the objective: not even 64 instances all the time");
    await expect(readFile(path)).rejects.toThrow("ENOENT");
  });

  it("gives programs everything that was tried", async () => {
    const { out } = await headroom("plan", "--json", generous, "--ways", "fixed");
    const plan = JSON.parse(out) as { leastFixedFleet: number; proposals: { id: string; edits: Edit[] }[]; tried: unknown[] };
    expect(plan.leastFixedFleet).toBe(1);
    expect(plan.proposals.map(({ id }) => id)).toEqual(["fixed"]);
    expect(plan.tried.length).toBeGreaterThan(1);
  });

  it("has nothing to plan for a Lambda function, nor to export, to run here or to scale by a policy of one's own, and says why", async () => {
    const lambda = join(GALLERY, "orders-lambda.json");
    const refused = async (...words: string[]) => {
      const { code, out, err } = await headroom(...words);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      return err;
    };
    expect(await refused("plan", lambda)).toContain("A Lambda function has neither instances nor a policy to find the best settings of");
    const policy = join(ROOT, "test/fixtures/policies/messages-per-instance.ts");
    expect(await refused("simulate", lambda, "--policy", policy)).toContain("No policy scales a Lambda function");
    expect(await refused("export", "terraform", lambda)).toContain("no Lambda function that reads the queue");
    expect(await refused("local", lambda)).toContain("a fleet of worker processes runs here, and no Lambda function");
  });

  it("knows its ways of scaling", async () => {
    const { code, err } = await headroom("plan", generous, "--ways", "guess");
    expect(code).toBe(2);
    expect(err).toContain("ec2-target-tracking, ");
  });

  it("shows how far it is at a terminal, and stopped by Ctrl-C leaves no trace", async () => {
    const path = join(folder, "stopped.json");
    const child = startHeadroom(["plan", join(GALLERY, "email.json"), "--out", path], { asTerminal: true });
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      if (said === "") child.kill("SIGINT");
      said += text;
    });
    const [code] = (await once(child, "close")) as [number | null];
    expect(code).toBe(130);
    expect(said).toMatch(/Planning: the least fleet that holds, \d+ variants? tried[^]*headroom: Stopped\. Nothing was written\.\n$/);
    await expect(readFile(path)).rejects.toThrow("ENOENT");
  });
});

describe.concurrent("headroom sweep", () => {
  it("prints a row for each combination and marks the cheapest that holds", async () => {
    const { code, out, err } = await headroom(
      "sweep",
      generous,
      "--vary",
      "fleet.min=1..3",
      "--vary",
      "policy.target=10,20",
      "--runs",
      "2",
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.match(/2 of 2/g)).toHaveLength(6);
    expect(out.match(/the cheapest that holds/g)).toHaveLength(1);
    expect(out).toMatch(/\n +1 +\d0 .*the cheapest that holds\n/);
  });

  it("writes a row for each run, the faults of what cannot be run beside the table", async () => {
    const { out } = await headroom("sweep", generous, "--vary", "fleet.min=1,9", "--runs", "2", "--csv", "-");
    const [head, ...rows] = out.trim().split("\n");
    expect(head).toBe("fleet.min,seed,held,measuredMs,worstMs,costPerMonthUsd,peakInstances,dead,expired");
    expect(rows.map((row) => row.split(",").slice(0, 3).join())).toEqual(["1,1,true", "1,2,true"]);
    const table = await headroom("sweep", generous, "--vary", "fleet.min=1,9", "--runs", "1");
    expect(table.out).toMatch(/not allowed[^]*Not run:\n {2}fleet\.max: 4 instances is below fleet\.min/);
  });

  it("refuses settings that no combination of allows, telling each fault once", async () => {
    const { code, out, err } = await headroom("sweep", generous, "--vary", "fleet.nope=1,2", "--vary", "policy.target=many", "--runs", "1");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^headroom: None of these combinations can be run:\n {2}/);
    expect(err.match(/fleet\.nope/g)).toHaveLength(1);
    expect(err).toMatch(/\n {2}policy\.target: "many" is not a number/);
  });

  it("says how settings and values are written", async () => {
    const { code, err } = await headroom("sweep", generous, "--vary", "policy.target");
    expect(code).toBe(2);
    expect(err).toContain("write a setting and its values");
    const many = await headroom("sweep", generous, "--vary", "policy.target=1..1000/200", "--vary", "policy.warmUpSec=0..3600/100");
    expect(many.err).toContain("20,000 combinations; 10,000 is the most");
  });
});

describe("a setting of a sweep", () => {
  const scenario = scenarioSchema.parse(GENEROUS);

  it("takes a list of values as JSON has them, any other text as it stands", () => {
    expect(axisOf(scenario, "fleet.instanceType=t3.small,c7g.large").values).toEqual(["t3.small", "c7g.large"]);
    expect(axisOf(scenario, "worker.heartbeat=null").values).toEqual([null]);
    expect(axisOf(scenario, "policy.target=5,7.5").values).toEqual([5, 7.5]);
  });

  it("takes a range, eight values where it does not say how many", () => {
    expect(axisOf(scenario, "fleet.min=1..3").values).toEqual([1, 2, 3]);
    expect(axisOf(scenario, "policy.target=10..80").values).toEqual([10, 20, 30, 40, 50, 60, 70, 80]);
    expect(() => axisOf(scenario, "fleet.min=1..3/1")).toThrow("how many values");
  });
});
