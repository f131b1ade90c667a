import { evaluateMetric } from "../../core/policy/metric-math.ts";
import { parseMetric } from "../../core/policy/metric-parse.ts";
import { METRIC_NAMES, type MetricName } from "../../core/policy/policy.ts";
import { meanSec } from "../../kernel/distributions.ts";
import { formatNumber } from "../../measure/format.ts";
import type { PolicySpec, Scenario } from "../../scenario/schema.ts";
import { ASG_GUIDE, CW_GUIDE, ECS_GUIDE } from "../../scenario/sections/kit.ts";
import { meanLaunchSec } from "../launch-time.ts";
import type { Finding } from "./finding.ts";
import { seconds } from "./words.ts";
import type { WorkFacts } from "./work-facts.ts";

/** Rules about what the policy goes by, and about whom the alarms tell. */
export const policyRules: readonly ((facts: WorkFacts) => Finding | undefined)[] = [
  metricIgnoresCapacity,
  targetNeverReached,
  stuckAtZero,
  takesBusyInstances,
  targetTooHigh,
  warmUpTooShort,
  helpComesLate,
  silentAlarms,
];

const BACKLOG_GUIDE = `${ASG_GUIDE}/as-using-sqs-queue.html`;
const CAPACITY: readonly MetricName[] = ["inService", "running", "desired"];

type Single = Exclude<PolicySpec, { kind: "composition" }>;
type Tracking = Extract<Single, { kind: "ec2-target-tracking" | "ecs-target-tracking" }>;

function singles({ policy }: Scenario): readonly { readonly spec: Single; readonly path: string }[] {
  if (policy.kind !== "composition") return [{ spec: policy, path: "policy" }];
  return policy.policies.map((spec, index) => ({ spec, path: `policy.policies.${String(index)}` }));
}

function trackings(scenario: Scenario): readonly { readonly spec: Tracking; readonly path: string }[] {
  return singles(scenario).flatMap(({ spec, path }) =>
    spec.kind === "ec2-target-tracking" || spec.kind === "ecs-target-tracking" ? [{ spec, path }] : [],
  );
}

/** Edits reach the policy of a scenario; in a list of several a person has to choose. */
function editIf(path: string, edit: { readonly path: string; readonly value: unknown }) {
  return path === "policy" ? [edit] : [];
}

function metricIgnoresCapacity({ scenario }: WorkFacts): Finding | undefined {
  const found = trackings(scenario).find(({ spec }) => {
    const few = valueOf(spec.metric, { visible: 1000, inFlight: 100, age: 100, sent: 1000 }, 10);
    const many = valueOf(spec.metric, { visible: 1000, inFlight: 100, age: 100, sent: 1000 }, 20);
    return !names(spec.metric).includes("busyShare") && few !== undefined && many !== undefined && many >= few;
  });
  if (found === undefined) return undefined;
  const { metric, target } = found.spec;
  const capacity = scenario.fleet.platform === "ec2" ? "inService" : "running";
  return {
    rule: "metric-ignores-capacity",
    level: "fault",
    text: `Target tracking on ${metric} does not see what it has done: the metric is as high with twice the instances, so that anything above ${formatNumber(target)} brings the maximum, step by step.`,
    mend: "Track the backlog of one instance: divide by the instances that run.",
    edits: editIf(found.path, { path: "policy.metric", value: `${/^\w+$/.test(metric) ? metric : `(${metric})`} / ${capacity}` }),
    paths: [`${found.path}.metric`],
    source: BACKLOG_GUIDE,
  };
}

function targetNeverReached({ scenario }: WorkFacts): Finding | undefined {
  const found = trackings(scenario).find(({ spec }) => {
    if (names(spec.metric).some((name) => name !== "busyShare")) return false;
    return (valueOf(spec.metric, { busyShare: 1 }, 1) ?? Infinity) <= spec.target;
  });
  if (found === undefined) return undefined;
  const { metric, target } = found.spec;
  const full = formatNumber(valueOf(metric, { busyShare: 1 }, 1) ?? NaN);
  return {
    rule: "target-never-reached",
    level: "fault",
    text: `With all its slots busy an instance shows ${full}, and the target is ${formatNumber(target)}: the group never grows.`,
    mend: "Track how busy the slots are, or set the target below what a full instance shows.",
    edits: [],
    paths: [`${found.path}.target`, `${found.path}.metric`],
    source: `${ASG_GUIDE}/as-scaling-target-tracking.html`,
  };
}

function stuckAtZero({ scenario }: WorkFacts): Finding | undefined {
  if (scenario.fleet.min > 0) return undefined;
  const found = trackings(scenario).find(({ spec }) => valueOf(spec.metric, { visible: 1000, inFlight: 0 }, 0) === undefined);
  if (found === undefined) return undefined;
  const { metric } = found.spec;
  return {
    rule: "stuck-at-zero",
    level: "fault",
    text: `At no instance ${metric} divides by zero: CloudWatch drops the datapoint, the alarm has no data, and the group stays at zero however much waits.`,
    mend: "Keep one instance, or give the metric a value at zero with IF and FILL.",
    edits: [{ path: "fleet.min", value: 1 }],
    paths: ["fleet.min", `${found.path}.metric`],
    source: `${CW_GUIDE}/using-metric-math.html`,
  };
}

function takesBusyInstances({ scenario, meanJobSec }: WorkFacts): Finding | undefined {
  const { fleet } = scenario;
  if (fleet.min === fleet.max || fleet.protection !== "none" || meanJobSec < LONG_JOB_SEC) return undefined;
  const found = singles(scenario).find(({ spec }) => {
    if (spec.kind === "keda-hpa") return !spec.scaleOnInFlight;
    if (spec.kind !== "ec2-target-tracking" && spec.kind !== "ecs-target-tracking") return false;
    const used = names(spec.metric);
    return used.includes("visible") && !used.includes("inFlight") && !used.includes("busyShare") && !spec.disableScaleIn;
  });
  if (found === undefined) return undefined;
  const isKeda = found.spec.kind === "keda-hpa";
  const metric = "metric" in found.spec ? found.spec.metric : "";
  return {
    rule: "takes-busy-instances",
    level: "risk",
    text: `A message at work is not visible, and the policy counts visible ones alone: with jobs of ${seconds(meanJobSec)} it takes instances away because they work.`,
    mend: "Count what is in flight as well, or protect instances while they are busy.",
    edits: isKeda
      ? editIf(found.path, { path: "policy.scaleOnInFlight", value: true })
      : editIf(found.path, { path: "policy.metric", value: metric.replace(/\bvisible\b/g, "(visible + inFlight)") }),
    paths: [isKeda ? `${found.path}.scaleOnInFlight` : `${found.path}.metric`, "fleet.protection"],
    source: "https://github.com/aws/aws-cdk/pull/38661",
  };
}

/** With shorter jobs the slots are full again before an alarm could notice. */
const LONG_JOB_SEC = 60;

function targetTooHigh({ scenario, instancePerSec }: WorkFacts): Finding | undefined {
  const { objective, fleet } = scenario;
  if (fleet.min === fleet.max) return undefined;
  const found = singles(scenario).flatMap(({ spec, path }) => {
    const perInstance = backlogTarget(spec);
    return perInstance !== undefined && perInstance / instancePerSec > objective.limitSec ? [{ spec, path, perInstance }] : [];
  })[0];
  if (found === undefined) return undefined;
  const most = Math.floor(objective.limitSec * instancePerSec);
  const name = found.spec.kind === "keda-hpa" ? "queueLength" : "target";
  return {
    rule: "target-too-high",
    level: "fault",
    text: `${formatNumber(found.perInstance)} messages are ${seconds(found.perInstance / instancePerSec)} of work for an instance, and the objective allows ${seconds(objective.limitSec)}: on target, the objective is missed.`,
    mend: `The most that an instance can have waiting is ${formatNumber(most)}: the time allowed, divided by the time of a job, times the slots.`,
    edits: most >= 1 ? editIf(found.path, { path: `policy.${name}`, value: most }) : [],
    paths: [`${found.path}.${name}`, "objective.limitSec"],
    source: BACKLOG_GUIDE,
  };
}

/** Messages that a policy lets an instance have waiting; undefined for one that goes by something else. */
function backlogTarget(spec: Single): number | undefined {
  if (spec.kind === "exact-backlog") return spec.target;
  if (spec.kind === "keda-hpa") return spec.queueLength;
  if (spec.kind !== "ec2-target-tracking" && spec.kind !== "ecs-target-tracking") return undefined;
  const value = valueOf(spec.metric, { visible: 1000, inFlight: 0 }, 10);
  return value !== undefined && Math.abs(value - 100) < 1e-6 ? spec.target : undefined;
}

function warmUpTooShort({ scenario }: WorkFacts): Finding | undefined {
  const { fleet } = scenario;
  if (fleet.platform !== "ec2" || fleet.launchHook !== null) return undefined;
  const readySec = meanSec(fleet.boot) + meanSec(fleet.application);
  const found = singles(scenario).find(
    ({ spec }) => (spec.kind === "ec2-target-tracking" || spec.kind === "step") && spec.warmUpSec < readySec,
  );
  if (found === undefined || !("warmUpSec" in found.spec)) return undefined;
  return {
    rule: "warm-up-too-short",
    level: "risk",
    text: `An instance counts as working ${seconds(found.spec.warmUpSec)} after EC2 runs it, and works after ${seconds(readySec)}: until then nothing seems to help, and more are launched.`,
    mend: "Warm up for as long as an instance takes until its first message, or hold it out of service with a launch hook until then.",
    edits: editIf(found.path, { path: "policy.warmUpSec", value: Math.min(3600, Math.ceil(readySec * 1.25)) }),
    paths: [`${found.path}.warmUpSec`, "fleet.boot"],
    source: `${ASG_GUIDE}/ec2-auto-scaling-default-instance-warmup.html`,
  };
}

function helpComesLate(facts: WorkFacts): Finding | undefined {
  const { scenario, peakPerSec, instancePerSec } = facts;
  const { fleet, metrics, objective } = scenario;
  if (trackings(scenario).length === 0 || fleet.min === fleet.max || peakPerSec <= fleet.min * instancePerSec) return undefined;
  const noticeSec = DATAPOINTS_OUT * metrics.periodSec + metrics.lagSec;
  const helpSec = noticeSec + meanLaunchSec(scenario);
  if (helpSec <= objective.limitSec) return undefined;
  const isEc2 = fleet.platform === "ec2";
  // A service on Fargate has no warm pool; most of a task's start is its image.
  const sooner = isEc2 ? "launch from a warm pool" : "make the image smaller";
  return {
    rule: "help-comes-late",
    level: "risk",
    text: `From the first moment above the target to the first message on a new instance pass about ${seconds(helpSec)} (${seconds(noticeSec)} of datapoints, then the launch); the objective allows ${seconds(objective.limitSec)}. What a burst brings meanwhile, the instances that are there must carry.`,
    mend: `Keep a minimum that carries the burst, publish a metric every 10 s, ${sooner}, or let a policy act sooner.`,
    edits: [],
    paths: ["fleet.min", "metrics.periodSec", "policy"],
    source: isEc2 ? `${ASG_GUIDE}/as-scaling-target-tracking.html` : `${ECS_GUIDE}/service-autoscaling-targettracking.html`,
  };
}

/** Both target trackings want three datapoints in a row above the target. */
const DATAPOINTS_OUT = 3;

function silentAlarms({ scenario: { alarms } }: WorkFacts): Finding | undefined {
  const silent = alarms.filter(({ notifies, actionsEnabled }) => notifies === "" || !actionsEnabled);
  if (silent.length === 0) return undefined;
  const all = silent.map(({ name }) => name).join(", ");
  return {
    rule: "silent-alarms",
    level: "risk",
    text: `${String(silent.length)} of ${String(alarms.length)} alarms tell nobody when they go off: ${all}.`,
    mend: "Give each alarm a topic, and leave its actions enabled.",
    edits: [],
    paths: ["alarms"],
    source: `${CW_GUIDE}/AlarmThatSendsEmail.html`,
  };
}

function names(metric: string): readonly string[] {
  const parsed = parseMetric(metric);
  return parsed.ok ? parsed.expression.names : [];
}

/** What a metric shows in a minute with these figures, at so many instances; undefined where its datapoint is dropped. */
function valueOf(metric: string, figures: Readonly<Partial<Record<MetricName, number>>>, instances: number): number | undefined {
  const parsed = parseMetric(metric);
  if (!parsed.ok) return undefined;
  const value = (name: MetricName) => (CAPACITY.includes(name) ? instances : (figures[name] ?? 0));
  const published = Object.fromEntries(METRIC_NAMES.map((name) => [name, [{ at: 0, value: value(name) }]]));
  return evaluateMetric(parsed.expression, published, { periodMs: 60_000, periods: 1 })[0]?.value;
}
