import { OpenAPIHono } from "@hono/zod-openapi";
import { beforeAll, describe, expect, it } from "vitest";
import { readApiSettings } from "../../runtime/ingest/settings.ts";
import { PUBLISHER_SETTINGS } from "../../runtime/metrics/settings.ts";
import { pipelineFor, pipelines } from "../../runtime/pipelines/index.ts";
import { jobs } from "../../runtime/pipelines/jobs/pipeline.ts";
import { addRoutes as addJobRoutes } from "../../runtime/pipelines/jobs/routes.ts";
import type { Api, ApiContext } from "../../runtime/pipelines/pipeline.ts";
import { DEAD_LETTER_SETTINGS } from "../../runtime/pipelines/transactions/dead-letters.ts";
import { addRoutes as addTransactionRoutes } from "../../runtime/pipelines/transactions/routes.ts";
import { SCALER_SETTINGS } from "../../runtime/scaler/settings.ts";
import { readSettings } from "../../runtime/settings.ts";
import { WORKER_SETTINGS } from "../../runtime/worker/settings.ts";
import { LONGEST_JOB_SEC } from "../../sim/core/jobs-api.ts";
import { blocks } from "./check/rules.ts";
import { programsOf, type Program } from "./programs.ts";
import { planStack, stackOf } from "./stacks.ts";

/** Reads a program's environment as the program does, and names the settings that it knows. */
async function readBy({ name, environment }: Program): Promise<readonly string[]> {
  switch (name) {
    case "worker": {
      const { settings: own } = await pipelineFor(environment["HANDLER"]).worker();
      const schema = { ...own, shape: { ...own.shape, ...WORKER_SETTINGS.shape }, rules: [...WORKER_SETTINGS.rules, ...own.rules] };
      return [...Object.keys(readSettings(schema, { environment })), ...Object.values(own.otherNames ?? {})];
    }
    case "api": {
      const part = await pipelineFor(environment["PIPELINE"]).api();
      return [...Object.keys(readApiSettings(part, { environment })), "PIPELINE"];
    }
    case "scaler":
      return [...Object.keys(readSettings(SCALER_SETTINGS, { environment })), "SCENARIO"];
    case "metrics":
      return Object.keys(readSettings(PUBLISHER_SETTINGS, { environment }));
    case "dead-letters":
      return [...Object.keys(readSettings({ shape: DEAD_LETTER_SETTINGS, rules: [] }, { environment })), "LOG_LEVEL"];
  }
}

/** What a program is told and does not know. */
async function strangers(program: Program): Promise<readonly string[]> {
  const known = await readBy(program);
  return Object.keys(program.environment).filter((name) => !known.includes(name));
}

const DEPLOYED = pipelines.flatMap(({ name }) => {
  const stack = stackOf(name);
  return stack === undefined ? [] : [{ pipeline: name, stack }];
});

describe.each(DEPLOYED)("infra/stacks/$stack", ({ pipeline, stack }) => {
  let programs: readonly Program[];
  beforeAll(async () => {
    programs = programsOf(await planStack(stack));
  });

  it("runs the pipeline's own handler and API", () => {
    expect(programs.find(({ name }) => name === "worker")?.environment["HANDLER"]).toBe(pipeline);
    expect(programs.find(({ name }) => name === "api")?.environment["PIPELINE"]).toBe(pipeline);
  });

  it("keeps a message hidden for as long as its job runs, and lets no job run longer than that", () => {
    const environment = programs.find(({ name }) => name === "worker")?.environment ?? {};
    expect(Number(environment["HEARTBEAT_EVERY_SEC"])).toBeGreaterThan(0);
    expect(Number(environment["HEARTBEAT_MAX_SEC"])).toBeGreaterThanOrEqual(pipeline === "jobs" ? LONGEST_JOB_SEC : 3600);
  });

  it("tells each program all that it needs, and nothing that it does not know", async () => {
    for (const program of programs) expect(await strangers(program)).toEqual([]);
  });
});

describe("infra/stacks/banking", () => {
  it("has a publisher, or the scaler in its place, and tells either all that it needs", async () => {
    const scaled = await planStack("banking", { policies: [{ kind: "headroom" }], scaler_scenario: { version: 1 } });
    for (const [plan, name] of [
      [await planStack("banking"), "metrics"],
      [scaled, "scaler"],
    ] as const) {
      const programs = programsOf(plan);
      expect(programs.map((program) => program.name)).toEqual(["worker", "api", name, "dead-letters"]);
      expect(await strangers(programs.find((program) => program.name === name)!)).toEqual([]);
    }
  });

  it("gives a worker its processes, and not more of them than it has slots", async () => {
    const workerOf = async (processes: number) => {
      const plan = await planStack("banking", { worker_processes: processes });
      return { problems: plan.problems, environment: programsOf(plan).find(({ name }) => name === "worker")?.environment };
    };
    expect(await workerOf(2)).toMatchObject({ problems: [], environment: { PROCESSES: "2", SLOTS: "4" } });
    expect((await workerOf(5)).problems).toEqual([expect.stringContaining("5 processes share 4 slots")]);
  });

  it("lets the idempotency keys outlive their messages", async () => {
    const queue = { retention_sec: 1_209_500, dead_letter_retention_sec: 1_209_600, max_receive_count: 3 };
    for (const { name, environment } of programsOf(await planStack("banking", { queue }))) {
      if (name !== "worker" && name !== "api") continue;
      expect(Number(environment["IDEMPOTENCY_EXPIRY_HOURS"]) * 3600).toBeGreaterThan(queue.retention_sec + queue.dead_letter_retention_sec);
    }
  });
});

describe("what stands before an API lets through", () => {
  /** Methods and paths of a pipeline, as `POST /jobs/{job_id}`. */
  function routesOf(add: (routes: Api) => void): string[] {
    const routes: Api = new OpenAPIHono<ApiContext>();
    add(routes);
    const { paths = {} } = routes.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "", version: "1" } });
    return Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  }

  /** The handlers are not called. */
  const NOTHING = {} as never;

  it("API Gateway: all routes of transactions, and the pages that every API has", async () => {
    const plan = await planStack("banking");
    const gateway = plan.instances.flatMap(({ type, values }) => (type === "aws_apigatewayv2_route" ? [String(values["route_key"])] : []));
    const pages = ["GET /health", "GET /ready", "GET /metrics", "GET /openapi.json"];
    expect(gateway.sort()).toEqual([...routesOf((routes) => addTransactionRoutes(routes, NOTHING)), ...pages].sort());
  });

  it("CloudFront: all routes of jobs, and none of the files of its site", async () => {
    const plan = await planStack("jobs");
    const site = plan.instances.find(({ type }) => type === "aws_cloudfront_distribution");
    const patterns = blocks(site?.values["ordered_cache_behavior"]).map(({ path_pattern: pattern }) => String(pattern));
    const isLetThrough = (path: string) => patterns.some((pattern) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(path));
    const paths = routesOf((routes) => addJobRoutes(routes, NOTHING)).map((route) => route.replace(/^\w+ /, ""));
    expect(paths.length).toBeGreaterThan(3);
    expect(paths.filter((path) => !isLetThrough(path))).toEqual([]);
    expect([`/${String(jobs.page)}.html`, `/${String(jobs.page)}/x.js`, "/index.html", "/assets/x.js"].filter(isLetThrough)).toEqual([]);
  });
});
