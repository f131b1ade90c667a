import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { LocalRun } from "../../../runtime/local/run/local-run.ts";
import { Measuring } from "../../../runtime/local/run/measurement.ts";
import { validate } from "../../../runtime/local/run/validation.ts";
import { readScenario, type Scenario } from "../../../sim/index.ts";
import { until } from "../../support/until.ts";
import { builtWorker } from "../../support/worker-process.ts";

const WORKER = join(import.meta.dirname, "../../../dist/worker.js");

function scenarioOf(fields: object): Scenario {
  const read = readScenario({ version: 1, name: "Small", ...fields });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.scenario;
}

beforeAll(async () => {
  await builtWorker();
});

describe("a run on this machine beside its simulation", () => {
  it("has sent the same messages, done them all, and kept as many instances", async () => {
    const scenario = scenarioOf({
      run: { durationSec: 60 },
      traffic: { kind: "poisson", ratePerSec: 20 },
      work: { serviceTime: { kind: "constant", sec: 0.1 } },
      fleet: { min: 2, max: 2 },
    });
    const options = { scenario, seed: 3, forMs: 4000, controller: "aws", port: 0, workerScript: WORKER } as const;
    const run = await LocalRun.start({ ...options, system: undefined, logFolder: undefined });
    try {
      const measuring = new Measuring(run);
      await until("the traffic is over", () => run.now() > 4000 && run.snapshot().queue.sent === run.snapshot().queue.deleted);
      // A row each second: one more, so that the last one knows of all that is done.
      const rows = measuring.rows.length;
      await until("a last row", () => measuring.rows.length > rows);
      const measurement = measuring.end();
      const { comparisons, result } = validate(scenario, 3, measurement);
      const figure = (name: string) => comparisons.find((each) => each.figure === name)!;
      expect(result.summary.messages.sent).toBe(measurement.sentAtMs.length);
      expect(measurement.sentAtMs.length).toBeGreaterThan(40);
      expect(figure("messages done")).toMatchObject({
        measured: measurement.sentAtMs.length,
        simulated: measurement.sentAtMs.length,
        errorRatio: 0,
      });
      expect(figure("mean in service")).toMatchObject({ measured: 2, simulated: 2, errorRatio: 0 });
      expect(figure("desired at the end")).toMatchObject({ measured: 2, simulated: 2 });
      // No faster than the work itself.
      for (const name of ["latency p50", "latency p95"]) {
        expect(figure(name).measured).toBeGreaterThanOrEqual(100);
        expect(figure(name).simulated).toBeGreaterThanOrEqual(100);
      }
    } finally {
      await run.stop();
    }
  });
});
