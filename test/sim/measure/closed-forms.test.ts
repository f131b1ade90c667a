import { describe, expect, it } from "vitest";
import { closedFormsOf, readScenario, simulate, type ScenarioInput } from "../../../sim/index.ts";

describe("closed forms beside a run", () => {
  it("agree with it where they apply: Little's law, the offered load, and Erlang C", () => {
    const forms = closedFormsOf(run({ ...STEADY, fleet: { min: 2, max: 2, boot: { kind: "constant", sec: 0 } } }));
    expect(forms.map(({ law }) => law)).toEqual(["little", "offered-load", "erlang-c"]);
    const [little, offered, erlang] = forms;
    expect(little!.measured).toBeGreaterThan(little!.theory * 0.9);
    expect(little!.measured).toBeLessThan(little!.theory * 1.1);
    expect(offered!.theory).toBeCloseTo(3, 0);
    expect(offered!.measured).toBeLessThan(offered!.theory * 1.2);
    expect(erlang!.inputs.servers).toBe(4);
    expect(erlang!.measured).toBeGreaterThan(erlang!.theory * 0.5);
    expect(erlang!.measured).toBeLessThan(erlang!.theory * 2);
  });

  it("leave out Erlang C where the fleet may change", () => {
    const forms = closedFormsOf(run({ ...STEADY, fleet: { min: 2, max: 6 } }));
    expect(forms.map(({ law }) => law)).toEqual(["little", "offered-load"]);
  });

  it("leave out the offered load of a Lambda function whose messages wait for the rest of their batch", () => {
    const lambda = (batchSize: number): ScenarioInput => ({
      ...STEADY,
      queue: { visibilityTimeoutSec: 360 },
      policy: { kind: "none" },
      fleet: { platform: "lambda", min: 0, max: 100, lambda: { batchSize, timeoutSec: 60 } },
    });
    expect(closedFormsOf(run(lambda(1))).map(({ law }) => law)).toEqual(["little", "offered-load"]);
    expect(closedFormsOf(run(lambda(10))).map(({ law }) => law)).toEqual(["little"]);
  });

  it("are none for a fleet that does not keep up", () => {
    expect(closedFormsOf(run({ ...STEADY, worker: { slots: 1 }, fleet: { min: 1, max: 1 } }))).toEqual([]);
  });
});

const STEADY: ScenarioInput = {
  version: 1,
  name: "steady",
  run: { durationSec: 40_000, sampleEverySec: 1 },
  traffic: { kind: "poisson", ratePerSec: 3 },
  work: { serviceTime: { kind: "exponential", meanSec: 1 } },
  worker: { slots: 2 },
};

function run(input: ScenarioInput) {
  const read = readScenario(input);
  if (!read.ok) throw new Error(read.faults.map(({ problem }) => problem).join("; "));
  return simulate(read.scenario, 7);
}
