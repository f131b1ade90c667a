import { expect, it } from "vitest";
import { gallery, scenarioJsonSchema } from "../../sim/index.ts";
import { formOf, summaryOf } from "../../web/settings/arrangement.ts";
import { isOnPlatform } from "../../web/settings/on-platform.ts";
import { searchSettings } from "../../web/settings/search.ts";

const form = formOf(scenarioJsonSchema());
const shown = (section: string, platform: string) =>
  form.sections
    .find(({ path }) => path === section)!
    .fields.map(({ path }) => path)
    .filter((path) => isOnPlatform(path, platform));

it("shows of a Lambda function's fleet and worker only what it has", () => {
  expect(shown("fleet", "lambda")).toEqual(["fleet.platform", "fleet.max", "fleet.lambda"]);
  expect(shown("worker", "lambda")).toEqual(["worker.slots", "worker.receiveBackOffFirstSec", "worker.receiveBackOffMaxSec"]);
  expect(shown("queue", "lambda")).toEqual(shown("queue", "ec2"));
});

it("shows nothing of Lambda elsewhere, and all the rest", () => {
  for (const platform of ["ec2", "fargate"]) {
    expect(shown("fleet", platform)).not.toContain("fleet.lambda");
    expect(shown("fleet", platform)).toEqual(expect.arrayContaining(["fleet.min", "fleet.boot", "fleet.task"]));
    expect(shown("worker", platform)).toContain("worker.heartbeat");
  }
});

it("finds in a search what the platform has, and says where the rest would be", () => {
  const [banking, lambda] = ["banking", "orders-lambda"].map((id) => gallery.find((entry) => entry.id === id)!.scenario);
  const found = (query: string, scenario: typeof banking) =>
    searchSettings(form.sections, query, scenario!)
      .filter(({ section }) => section.path === "fleet")
      .map(({ fields, elsewhere }) => [fields.map(({ path }) => path), elsewhere]);
  expect(found("partial batch", lambda)).toEqual([[["fleet.lambda"], []]]);
  expect(found("partial batch", banking)).toEqual([[[], ["Lambda"]]]);
  expect(found("warm pool", lambda)).toEqual([[[], ["EC2", "Fargate"]]]);
});

it("says of a folded section what a Lambda function is", () => {
  const { scenario } = gallery.find(({ id }) => id === "orders-lambda")!;
  const told = (path: string) =>
    summaryOf(
      form.sections.find((section) => section.path === path)!,
      scenario,
    );
  expect(told("fleet")).toBe("Lambda, up to 1,000 × 512 MB, batches of 1");
  expect(told("worker")).toBe("1 of a batch at a time");
});
