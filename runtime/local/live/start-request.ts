import { z } from "zod";
import { readScenario, type Fault } from "../../../sim/index.ts";
import { faultsOf } from "../../ingest/faults.ts";
import { RequestProblem, type RequestFault } from "../../ingest/problem.ts";
import { planRun, type RunPlan } from "../run/run-plan.ts";

/** What a page sends to have a scenario run: data alone, since no field of a scenario names code. */
const START = z.strictObject({
  scenario: z.looseObject({}),
  fromSec: z.number().min(0).max(31_622_400).default(0),
  forSec: z.int().min(5).max(14_400).default(300),
  scale: z.number().min(0.001).max(1000).default(1),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1),
  controller: z.enum(["aws", "headroom"]).optional(),
});

export interface StartRequest {
  readonly plan: RunPlan;
  readonly seed: number;
}

/** @throws {RequestProblem} 422 with all that is wrong: with the request, with its scenario, and with running that here. */
export function readStartRequest(body: unknown): StartRequest {
  const read = START.safeParse(body);
  const given = Object(body) as { readonly scenario?: unknown };
  const faults = read.success ? [] : faultsOf(read.error, body, "json");
  const scenario = isRecord(given.scenario) ? readScenario(given.scenario) : undefined;
  if (scenario?.ok === false) {
    faults.push(
      ...scenario.faults.map((fault) => requestFault({ ...fault, path: fault.path === "" ? "scenario" : `scenario.${fault.path}` })),
    );
  }
  if (!read.success || scenario?.ok !== true || faults.length > 0) throw unusable(faults);
  const { seed, controller, fromSec, forSec, scale } = read.data;
  const planned = planRun({ scenario: scenario.scenario, fromSec, forSec, scale, controller, hasPipeline: false });
  if (!planned.ok) throw unusable(planned.faults.map(requestFault));
  return { plan: planned.plan, seed };
}

function unusable(faults: readonly RequestFault[]): RequestProblem {
  return new RequestProblem(422, "This cannot be run as it is.", { faults });
}

function requestFault({ path, value, problem, mend }: Fault): RequestFault {
  const isShown = typeof value === "number" || typeof value === "boolean" || (typeof value === "string" && value.length <= LONGEST_SHOWN);
  return { in: "body", path: pointer(path), ...(isShown ? { value } : {}), must: `${problem}; ${mend}` };
}

/** `scenario.traffic.counts[3]` as RFC 6901 writes it. */
function pointer(path: string): string {
  return `/${path
    .replaceAll("~", "~0")
    .replaceAll("/", "~1")
    .replace(/\[(\d+)\]/g, ".$1")
    .replaceAll(".", "/")}`;
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const LONGEST_SHOWN = 100;
