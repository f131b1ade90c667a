import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { API_SHAPE, readApiSettings, regionOf } from "../../../runtime/ingest/settings.ts";
import { pipelines, pipelineFor } from "../../../runtime/pipelines/index.ts";
import type { SettingsProblem } from "../../../runtime/settings.ts";

const ROOT = join(import.meta.dirname, "../../..");

function faultsOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    return (error as SettingsProblem).faults;
  }
}

describe("an API's settings", () => {
  it("are in docs/api.md, each with its default and its range", () => {
    const page = readFileSync(join(ROOT, "docs/api.md"), "utf8");
    const rows = page.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
    const told = rows
      .filter(([, name = ""]) => /^`[A-Z_]+`$/.test(name))
      .map(([, name = "", ...cells]) => [name.slice(1, -1), ...cells.slice(0, 3)]);
    const written = Object.entries(API_SHAPE).map(([name, type]) => {
      const { expected, what, isOptional, ...rest } = z.globalRegistry.get(type) as unknown as Record<string, unknown>;
      return [name, "default" in rest ? String(rest["default"]) : isOptional === true ? "none" : "required", expected, what];
    });
    expect(told).toEqual(written);
  });

  it("are read with those of the pipeline, and all their faults told at once", async () => {
    const part = await pipelineFor("orders").api();
    const faults = faultsOf(() => readApiSettings(part, { environment: { PORT: "http", PAYMENT_PLACES: "0", AWS_REGION: "us-east-1" } }));
    expect(faults.map((fault) => fault.split(" ")[0])).toEqual(["TOPIC_ARN", "PAYMENT_PLACES", "PORT"]);
  });

  it("need a region only when the address of the queue or topic names none", async () => {
    const part = await pipelineFor("payments").api();
    expect(faultsOf(() => readApiSettings(part, { environment: { QUEUE_URL: "http://127.0.0.1:4566/000000000000/payments" } }))[0]).toMatch(
      /^AWS_REGION is not set/,
    );
    expect(regionOf({ QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/1/payments" }, "QUEUE_URL")).toBe("eu-central-1");
    expect(regionOf({ TOPIC_ARN: "arn:aws:sns:eu-west-1:123456789012:orders" }, "TOPIC_ARN")).toBe("eu-west-1");
    expect(regionOf({ AWS_REGION: "us-east-1", TOPIC_ARN: "arn:aws:sns:eu-west-1:123456789012:orders" }, "TOPIC_ARN")).toBe("us-east-1");
  });
});

describe("pipelines", () => {
  it("are found by name, and a wrong name is answered with the right ones", () => {
    expect(faultsOf(() => pipelineFor("order"))).toEqual([expect.stringContaining(pipelines.map(({ name }) => name).join(", "))]);
  });

  it.each(pipelines.map((pipeline) => [pipeline.name, pipeline] as const))(
    "%s has both its sides, a scenario, and a setting for all it needs",
    async (_, pipeline) => {
      const scenario = join(ROOT, "sim/scenario/gallery", `${pipeline.scenarioId}.json`);
      expect(JSON.parse(readFileSync(scenario, "utf8"))).toMatchObject({ version: 1 });
      const [api, worker] = await Promise.all([pipeline.api(), pipeline.worker()]);
      const settings = [
        ...Object.keys(api.settings.shape),
        ...Object.keys(worker.settings.shape),
        ...Object.values(worker.settings.otherNames ?? {}),
        "QUEUE_URL",
      ];
      for (const need of pipeline.needs) if ("setting" in need) expect(settings).toContain(need.setting);
      expect(settings).toContain(api.address);
    },
  );
});
