import { describe, expect, it } from "vitest";
import { expectedMessages } from "../../../sim/scenario/expected-messages.ts";
import { readScenario } from "../../../sim/scenario/read.ts";
import { scenarioSchema, type ScenarioInput } from "../../../sim/scenario/schema.ts";

type Parts = Record<string, unknown>;

const faultsOf = (parts: Parts): string[] => {
  const read = readScenario({ version: 1, name: "rules", ...parts });
  return read.ok ? [] : read.faults.map(({ path }) => path);
};
const uniform = { kind: "uniform", minSec: 2, maxSec: 1 };
const histogram = (edgesSec: number[], weights: number[]) => ({ work: { serviceTime: { kind: "histogram", edgesSec, weights } } });
const sum = (...sources: Parts[]) => ({ kind: "sum", sources });

describe("the rules of the workload", () => {
  it.each<[string, Parts, string[]]>([
    [
      "a heartbeat and a circuit breaker of batch loops",
      { worker: { batchLoop: {}, heartbeat: { everySec: 5 }, circuitBreaker: {} } },
      ["worker.heartbeat", "worker.circuitBreaker"],
    ],
    [
      "points that go back",
      {
        traffic: {
          kind: "piecewise",
          points: [
            { atSec: 9, ratePerSec: 1 },
            { atSec: 8, ratePerSec: 1 },
          ],
        },
      },
      ["traffic.points[1].atSec"],
    ],
    ["recorded times that go back", { traffic: { kind: "timestamps", atSec: [1, 3, 2] } }, ["traffic.atSec[2]"]],
    ["sizes for some messages only", { traffic: { kind: "timestamps", atSec: [1, 2], sizesBytes: [5] } }, ["traffic.sizesBytes"]],
    ["a batch upside down", { traffic: { kind: "poisson", batch: { kind: "uniform", min: 9, max: 3 } } }, ["traffic.batch.max"]],
    ["a sale that is no rush", { traffic: { kind: "flash-sale", baseRatePerSec: 9, peakRatePerSec: 3 } }, ["traffic.peakRatePerSec"]],
    [
      "a fault within a source",
      { traffic: sum({ traffic: { kind: "users", thinkTime: uniform } }) },
      ["traffic.sources[0].traffic.thinkTime.maxSec"],
    ],
    [
      "a class that is not listed",
      { traffic: sum({ traffic: { kind: "poisson" }, messageClass: "x" }), work: { classes: [{ name: "y" }] } },
      ["traffic.sources[0].messageClass"],
    ],
    ["two classes of one name", { work: { classes: [{ name: "x" }, { name: "x" }] } }, ["work.classes[1].name"]],
    ["classes without a share", { work: { classes: [{ name: "x", share: 0 }] } }, ["work.classes"]],
    [
      "a class's own time upside down",
      { work: { classes: [{ name: "x", serviceTime: uniform }] } },
      ["work.classes[0].serviceTime.maxSec"],
    ],
    ["a producer's time upside down", { producer: { topicTime: uniform } }, ["producer.topicTime.maxSec"]],
    [
      "a place's time upside down",
      { frontDoor: { serviceTime: uniform }, downstream: { latency: uniform } },
      ["frontDoor.serviceTime.maxSec", "downstream.latency.maxSec"],
    ],
    ["callers upside down", { frontDoor: { traffic: { kind: "weekly", peakRatePerSec: 1 } } }, ["frontDoor.traffic.peakRatePerSec"]],
    ["a histogram with an edge too few", histogram([1, 2], [1, 1]), ["work.serviceTime.weights"]],
    ["a histogram of nothing", histogram([1, 2, 3], [0, 0]), ["work.serviceTime.weights"]],
    ["a histogram that goes back", histogram([1, 3, 2], [1, 1]), ["work.serviceTime.edgesSec[2]"]],
    [
      "windows of a downstream that is not there",
      { faults: { windows: [{ kind: "downstream-slow", fromSec: 1, lengthSec: 1 }] } },
      ["faults.windows"],
    ],
    [
      "more messages than a run has",
      { traffic: sum({ traffic: { kind: "poisson", ratePerSec: 100_000 }, messageClass: null }), run: { durationSec: 86_400 } },
      ["traffic"],
    ],
  ])("find %s", (_, parts, paths) => {
    expect(faultsOf(parts)).toEqual(paths);
  });

  it("find nothing in a scenario that is sound", () => {
    const sources = [
      { traffic: { kind: "users" }, messageClass: "x" },
      {
        traffic: {
          kind: "piecewise",
          points: [
            { atSec: 1, ratePerSec: 1 },
            { atSec: 1, ratePerSec: 3 },
          ],
        },
      },
    ];
    const parts = {
      traffic: sum(...sources),
      work: { classes: [{ name: "x" }, { name: "y", share: 0 }] },
      frontDoor: {},
      downstream: {},
      faults: { windows: [{ kind: "downstream-slow", fromSec: 1, lengthSec: 1 }] },
    };
    expect(faultsOf(parts)).toEqual([]);
  });
});

describe("the messages to expect", () => {
  const expected = (traffic: NonNullable<ScenarioInput["traffic"]>, from: number, to: number) =>
    expectedMessages(scenarioSchema.shape.traffic.parse(traffic), from, to);

  it.each<[NonNullable<ScenarioInput["traffic"]>, number, number, number]>([
    [{ kind: "poisson", ratePerSec: 4, scale: 2.5 }, 10, 30, 200],
    [{ kind: "poisson", ratePerSec: 4, batch: { kind: "fixed", count: 7 } }, 0, 10, 40],
    [{ kind: "renewal", ratePerSec: 3 }, 0, 10, 30],
    [
      {
        kind: "piecewise",
        points: [
          { atSec: 0, ratePerSec: 0 },
          { atSec: 100, ratePerSec: 10 },
        ],
        between: "ramps",
        scale: 2,
      },
      50,
      100,
      750,
    ],
    [
      {
        kind: "mmpp",
        states: [
          { ratePerSec: 1, meanStaySec: 3 },
          { ratePerSec: 9, meanStaySec: 1 },
        ],
      },
      0,
      100,
      300,
    ],
    [{ kind: "counts", intervalSec: 10, counts: [5, 7, 9], shiftSec: 20, stretch: 2 }, 30, 70, 2.5 + 7 + 4.5],
    [{ kind: "timestamps", atSec: [1, 2, 30], stretch: 2, scale: 3 }, 0, 60, 6],
    [{ kind: "users", users: 20, startAtSec: 50, stopAfterSec: 20, thinkTime: { kind: "constant", sec: 0.99 } }, 0, 60, 200],
    [
      {
        kind: "sum",
        scale: 2,
        sources: [{ traffic: { kind: "poisson", ratePerSec: 1 } }, { traffic: { kind: "poisson", ratePerSec: 2 } }],
      },
      0,
      10,
      60,
    ],
  ])("of %o from %d s to %d s are %d", (traffic, from, to, messages) => {
    expect(expected(traffic, from, to)).toBeCloseTo(messages, 9);
  });

  it("of a week are those of its days", () => {
    const day = expected({ kind: "daily" }, 0, 86_400);
    expect(expected({ kind: "weekly", dayShares: [1, 1, 1, 1, 1, 0.5, 0] }, 0, 7 * 86_400) / day).toBeCloseTo(5.5, 9);
    expect(expected({ kind: "weekly", dayShares: [1, 1, 1, 1, 1, 0.5, 0] }, 0, 14 * 86_400) / day).toBeCloseTo(11, 9);
  });
});
