import { meanSec } from "../kernel/distributions.ts";
import { fieldAt, kindTitleAt } from "../scenario/fields.ts";
import type { PolicySpec, Scenario } from "../scenario/schema.ts";
import { editedScenario, valueAt, type Edit } from "./edits.ts";

/** A way of scaling that a plan tries to find the best settings of. */
export interface Contender {
  /** The kind of its policy, "ec2-target-tracking"; "fixed" for a fleet that never scales. */
  readonly id: ContenderId;
  /** "EC2 target tracking", "A fixed fleet". */
  readonly name: string;
  /** What makes it out of the scenario: nothing for its own. */
  readonly edits: readonly Edit[];
  /** The one setting of the policy that trades money for time; undefined where there is none, or it needs a person. */
  readonly knob: Knob | undefined;
}

export type ContenderId = PolicySpec["kind"] | "fixed";

/** A number that makes the fleet cheaper, and messages wait longer, the higher it is. */
export interface Knob {
  readonly path: string;
  /** Where the search begins. */
  readonly start: number;
  readonly min: number;
  readonly max: number;
}

/**
 * The ways of scaling that a plan compares: the scenario's own, the platform's target tracking on the backlog of one
 * instance, the exact count, and Headroom's. Those that the scenario does not allow are left out.
 */
export function contendersOf(scenario: Scenario): Contender[] {
  if (whyNoPlan(scenario) !== undefined) return [];
  const own = scenario.policy.kind;
  const isFargate = scenario.fleet.platform === "fargate";
  const backlog = isFargate ? "(visible + inFlight) / running" : "visible / inService";
  const expectedServiceSec = Number(Math.max(0.001, meanSec(scenario.work.serviceTime)).toPrecision(3));
  const others = [
    { kind: isFargate ? "ecs-target-tracking" : "ec2-target-tracking", metric: backlog },
    { kind: "exact-backlog" },
    { kind: "headroom", expectedServiceSec },
  ];
  return [
    ...contender(scenario, []),
    ...others.filter(({ kind }) => kind !== own).flatMap((policy) => contender(scenario, [{ path: "policy", value: policy }])),
  ];
}

/** Why there is nothing to plan for a scenario, in a sentence; undefined where there is. */
export function whyNoPlan({ fleet }: Scenario): string | undefined {
  if (fleet.platform !== "lambda") return undefined;
  return "A Lambda function has neither instances nor a policy to find the best settings of: it is paid by the work that it does. What its maximum concurrency or its batches do, a sweep shows (fleet.max, fleet.lambda.batchSize).";
}

/** What a fleet that never scales is called. */
export const FIXED: Pick<Contender, "id" | "name"> = { id: "fixed", name: "A fixed fleet" };

function contender(scenario: Scenario, edits: readonly Edit[]): Contender[] {
  const edited = editedScenario(scenario, edits);
  if (edited === undefined) return [];
  const { kind } = edited.policy;
  return [{ id: kind, name: kindTitleAt(["policy"], edited) ?? kind, edits, knob: knobOf(edited, edits.length === 0) }];
}

/** @param isOwn Whether the search begins at the scenario's own value. */
function knobOf(scenario: Scenario, isOwn: boolean): Knob | undefined {
  const path = KNOBS[scenario.policy.kind];
  if (path === undefined) return undefined;
  const { min = 0, max = Infinity } = fieldAt(path.split("."), scenario) ?? {};
  const { objective, policy } = scenario;
  // The policy itself takes the objective's limit for its own where it has none.
  const usual = policy.kind === "headroom" ? objective.limitSec : usualTarget(scenario);
  const start = Number((isOwn ? valueAt(scenario, path) : undefined) ?? usual);
  return { path, start, min, max };
}

const KNOBS: Readonly<Partial<Record<PolicySpec["kind"], string>>> = {
  "ec2-target-tracking": "policy.target",
  "ecs-target-tracking": "policy.target",
  "exact-backlog": "policy.target",
  "keda-hpa": "policy.queueLength",
  headroom: "policy.limitSec",
};

/** Backlog that one instance can have and still be done in time: time allowed ÷ time of a job × slots. */
function usualTarget({ objective, work, worker }: Scenario): number {
  const jobSec = Math.max(0.001, meanSec(work.serviceTime));
  return Math.min(1_000_000, Math.max(0.1, Number(((objective.limitSec / jobSec) * worker.slots).toPrecision(2))));
}
