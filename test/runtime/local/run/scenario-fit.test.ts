import { describe, expect, it } from "vitest";
import { leftOut } from "../../../../runtime/local/run/scenario-fit.ts";
import { gallery, scenarioSchema, type ScenarioInput } from "../../../../sim/index.ts";

const leftOutOf = (document: Partial<ScenarioInput>, hasPipeline = false) =>
  leftOut(scenarioSchema.parse({ version: 1, name: "run here", ...document }), { hasPipeline });

describe("what a run on this machine leaves out", () => {
  it("is nothing of the banking system", () => {
    const banking = gallery.find(({ id }) => id === "banking")!.scenario;
    expect(leftOut(banking, { hasPipeline: false })).toEqual([]);
  });

  it.each([
    [{ fleet: { platform: "fargate" } }, /no tasks here/],
    [{ fleet: { max: 1000 } }, /At most \d+ instances/],
    [{ fleet: { terminationPolicy: "idle-only" } }, /no function to choose/],
    [{ fleet: { terminateHook: { abandoned: "retain" } } }, /terminated, not retained/],
    [{ fleet: { warmPool: {} } }, /warm pool/],
    [{ fleet: { speedSpread: 0.3 } }, /equally fast/],
    [{ downstream: {} }, /No downstream/],
    [{ frontDoor: {} }, /no front door/],
    [{ producer: { lostProbability: 0.1 } }, /straight to the queue/],
    [{ traffic: { kind: "users" } }, /Users/],
    [{ acts: [{ kind: "resize", atSec: 60, desired: 3 }] }, /operators' acts/],
  ] satisfies [Partial<ScenarioInput>, RegExp][])("is said of %j", (document, words) => {
    const said = leftOutOf(document);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(words);
  });

  it("is not said of what a pipeline brings itself", () => {
    expect(leftOutOf({ downstream: {}, frontDoor: {}, producer: { lostProbability: 0.1 } }, true)).toEqual([]);
  });
});
