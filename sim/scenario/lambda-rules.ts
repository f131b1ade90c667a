import { MOST_CONCURRENCY, MOST_POLLERS } from "../model/event-source-mapping.ts";
import { MAX_BATCH } from "../model/queue-model.ts";
import { amount, type Fault } from "./faults.ts";
import { dotted, memberOf, type Path } from "./fields.ts";
import type { FieldValues } from "./workload-rules.ts";

/** Rules for a Lambda function, and of what only one can have. */
export function lambdaFaults(fields: FieldValues, document: unknown): Fault[] {
  const isNone = fields.value(["policy", "kind"]) === "none";
  if (fields.value(["fleet", "platform"]) !== "lambda") return isNone ? [noPolicy()] : [];
  return [
    ...NOT_ON_LAMBDA.flatMap((rule) => without(fields, rule)),
    ...(fields.value(["policy", "kind"]) === undefined || isNone ? [] : [policyOnLambda(fields)]),
    ...limits(fields),
    ...timeoutAndVisibility(fields),
    ...batchWithoutWindow(fields),
    ...classRetries(document),
    ...windows(document),
    ...acts(document),
  ];
}

interface Without {
  readonly path: Path;
  /** What a Lambda scenario has there; everything else would be taken to hold. */
  readonly value: unknown;
  readonly problem: string;
}

const INSTANCES = "a Lambda function has no instances of its own to which this could happen";
const POLLERS = "the pollers of a Lambda event source mapping know no such thing";

/** What is there by default is no fault where it means that there is none. */
const NOT_ON_LAMBDA: readonly Without[] = [
  ...["launchHook", "terminateHook", "warmPool", "maintenance", "spot"].map((name) => ({
    path: ["fleet", name],
    value: null,
    problem: "a Lambda function has no such thing",
  })),
  { path: ["fleet", "min"], value: 0, problem: "a Lambda function has no minimum; provisioned concurrency is not modelled" },
  { path: ["fleet", "initial"], value: null, problem: "a Lambda function begins without an environment" },
  { path: ["fleet", "protection"], value: "none", problem: "a Lambda function is not scaled in" },
  { path: ["fleet", "publicAddress"], value: false, problem: "a Lambda function has no public address" },
  { path: ["fleet", "speedSpread"], value: 0, problem: INSTANCES },
  { path: ["fleet", "health", "failedPerDay"], value: 0, problem: INSTANCES },
  { path: ["fleet", "health", "impairedPerDay"], value: 0, problem: INSTANCES },
  { path: ["faults", "crashesPerInstanceHour"], value: 0, problem: INSTANCES },
  ...["heartbeat", "circuitBreaker", "batchLoop", "retryDelaySec"].map((name) => ({
    path: ["worker", name],
    value: null,
    problem: POLLERS,
  })),
  { path: ["queue", "receiveVisibilityTimeoutSec"], value: null, problem: POLLERS },
  { path: ["queue", "type"], value: "standard", problem: "a FIFO queue is modelled without a Lambda function" },
  { path: ["money", "instancePerHourUsd"], value: null, problem: "a Lambda function is billed by its memory, at money.prices" },
];

function without(fields: FieldValues, { path, value, problem }: Without): Fault[] {
  const given = fields.value(path) ?? null;
  if (given === value || (given === null && value !== null)) return [];
  const mend = `set it to ${JSON.stringify(value)}, or fleet.platform to "ec2"`;
  const shown = typeof given === "object" ? {} : { value: given };
  return [{ code: "contradiction", path: dotted(path), ...shown, problem, mend }];
}

function policyOnLambda(fields: FieldValues): Fault {
  return {
    code: "contradiction",
    path: "policy",
    value: fields.value(["policy", "kind"]),
    problem: "no policy scales a Lambda function: its event source mapping follows the queue by itself",
    mend: 'set policy to {"kind": "none"}, or fleet.platform to "ec2"',
  };
}

function noPolicy(): Fault {
  return {
    code: "contradiction",
    path: "policy",
    value: "none",
    problem: "without a policy only a Lambda function follows its queue",
    mend: 'set fleet.platform to "lambda"; or choose a policy, and for a fleet of one size set fleet.min and fleet.max to the same',
  };
}

/** services-sqs-scaling */
function limits(fields: FieldValues): Fault[] {
  const max = fields.number(["fleet", "max"]);
  if (max === undefined || (max >= LEAST_CONCURRENCY && max <= MOST_POLLERS)) return [];
  const bound = { min: LEAST_CONCURRENCY, max: MOST_POLLERS };
  const problem = `a mapping's maximum concurrency is from ${String(LEAST_CONCURRENCY)} to ${String(MOST_CONCURRENCY)}, and without one it reaches ${String(MOST_POLLERS)}`;
  const mend = `give ${String(LEAST_CONCURRENCY)} to ${String(MOST_CONCURRENCY)}, or ${String(MOST_POLLERS)} for none`;
  return [{ code: "contradiction", path: "fleet.max", value: max, bound, unit: "instances", problem, mend }];
}

/** Lambda refuses such a mapping (services-sqs-configure). */
function timeoutAndVisibility(fields: FieldValues): Fault[] {
  const timeout = fields.number(["fleet", "lambda", "timeoutSec"]);
  const visibility = fields.number(["queue", "visibilityTimeoutSec"]);
  if (timeout === undefined || visibility === undefined || timeout <= visibility) return [];
  const problem = `${amount(timeout, "s")} is above queue.visibilityTimeoutSec, ${amount(visibility, "s")}: Lambda refuses the mapping`;
  const mend = `raise queue.visibilityTimeoutSec to six times the timeout, ${amount(6 * timeout, "s")}, or lower the timeout`;
  return [{ code: "contradiction", path: "fleet.lambda.timeoutSec", value: timeout, bound: { max: visibility }, unit: "s", problem, mend }];
}

/** services-sqs-parameters */
function batchWithoutWindow(fields: FieldValues): Fault[] {
  const size = fields.number(["fleet", "lambda", "batchSize"]);
  const window = fields.number(["fleet", "lambda", "batchWindowSec"]);
  if (size === undefined || window === undefined || size <= MAX_BATCH || window >= 1) return [];
  const problem = `a batch of more than ${String(MAX_BATCH)} messages takes a batching window`;
  const mend = `set fleet.lambda.batchWindowSec to at least 1 s, or lower the batch to ${String(MAX_BATCH)}`;
  const path = "fleet.lambda.batchSize";
  return [{ code: "contradiction", path, value: size, bound: { max: MAX_BATCH }, unit: "messages", problem, mend }];
}

function classRetries(document: unknown): Fault[] {
  return entries(memberOf(document, "work"), "classes").flatMap((one, index) => {
    const delay = memberOf(one, "retryDelaySec");
    if (typeof delay !== "number") return [];
    const path = dotted(["work", "classes", index, "retryDelaySec"]);
    return [{ code: "contradiction", path, value: delay, unit: "s", problem: POLLERS, mend: 'set it to null, or fleet.platform to "ec2"' }];
  });
}

function windows(document: unknown): Fault[] {
  return entries(memberOf(document, "faults"), "windows").flatMap((window, index) => {
    const kind = memberOf(window, "kind");
    if (kind !== "zone-outage" && kind !== "no-capacity") return [];
    return [
      { code: "contradiction", path: dotted(["faults", "windows", index]), value: kind, problem: INSTANCES, mend: "remove the window" },
    ];
  });
}

function acts(document: unknown): Fault[] {
  return entries(document, "acts").flatMap((act, index) => {
    const kind = memberOf(act, "kind");
    if (!GROUP_ACTS.has(kind)) return [];
    const problem = "it is done to a group or a service, and a Lambda function is neither";
    return [{ code: "contradiction", path: dotted(["acts", index]), value: kind, problem, mend: "remove the act" }];
  });
}

function entries(owner: unknown, name: string): readonly unknown[] {
  const list = memberOf(owner, name);
  return Array.isArray(list) ? list : [];
}

/** Acts that a group or a service is there for. */
const GROUP_ACTS: ReadonlySet<unknown> = new Set(["resize", "deploy", "instance-refresh", "suspend", "resume", "end-retained"]);
const LEAST_CONCURRENCY = 2;
