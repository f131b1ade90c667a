import { expect, it } from "vitest";
import { scenarioSchema } from "../../sim/scenario/schema.ts";
import { figureLabels } from "../../web/verdict/figures.ts";

const labels = (objective: object) => figureLabels(scenarioSchema.parse({ version: 1, name: "Told", objective })).map(({ label }) => label);

it("tells the percentile that the objective is about once, and the others beside it", () => {
  expect(labels({ measure: "latency", percentile: 99, limitSec: 60 })).toEqual(
    expect.arrayContaining(["p99 latency", "Latency p50", "Latency p95"]),
  );
  expect(labels({ measure: "latency", percentile: 99, limitSec: 60 })).not.toContain("Latency p99");
  expect(labels({ measure: "age", percentile: 99, limitSec: 60 })).toEqual(expect.arrayContaining(["p99 age", "Latency p99"]));
});
