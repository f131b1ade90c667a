import { parseMetric, type Fault, type PolicySpec, type Scenario } from "../../../sim/index.ts";
import { isNearlyWhole, refusal, when } from "./refusals.ts";
import { ianaZone, scheduleOf } from "./terraform-schedules.ts";

/** A policy as the stacks take it: `kind`, and the fields that this kind has. */
export type TerraformPolicy = Readonly<Record<string, unknown>> & { readonly kind: string };

type Single = Exclude<PolicySpec, { kind: "composition" }>;
type Alarmed = Extract<Single, { kind: "step" | "simple" }>["rules"][number];

interface Written {
  readonly policy: TerraformPolicy;
  readonly faults: readonly Fault[];
}

/** The policies one by one, and whatever of them AWS or our scaler cannot carry out. */
export function terraformPolicies(scenario: Scenario): {
  readonly policies: readonly TerraformPolicy[];
  readonly faults: readonly Fault[];
} {
  const { policy } = scenario;
  const specs = policy.kind === "composition" ? policy.policies : [policy];
  const written = specs.map((spec, index) => {
    const path = policy.kind === "composition" ? `policy.policies[${index}]` : "policy";
    return writePolicy(spec, { scenario, path });
  });
  const own = specs.find(({ kind }) => isOurs(kind));
  return {
    policies: written.map((one) => one.policy),
    faults: [
      ...written.flatMap(({ faults }) => faults),
      ...when(own !== undefined && specs.length > 1, () =>
        refusal(
          "policy.policies",
          own?.kind,
          `"${own?.kind ?? ""}" is carried out by the scaler, which moves the fleet alone`,
          "let it stand alone, or take AWS's policies only",
        ),
      ),
    ],
  };
}

interface Context {
  readonly scenario: Scenario;
  readonly path: string;
}

const ON_EC2: readonly Single["kind"][] = ["ec2-target-tracking", "step", "simple", "scheduled", "predictive", "exact-backlog", "headroom"];
const ON_FARGATE: readonly Single["kind"][] = ["ecs-target-tracking", "step", "scheduled"];

function isOurs(kind: Single["kind"]): boolean {
  return kind === "exact-backlog" || kind === "headroom";
}

function writePolicy(spec: Single, context: Context): Written {
  const { platform } = context.scenario.fleet;
  const there = platform === "ec2" ? ON_EC2 : ON_FARGATE;
  if (there.includes(spec.kind)) return writeKnown(spec, context);
  const why =
    spec.kind === "keda-hpa"
      ? "KEDA runs in Kubernetes, which the stacks do not have"
      : isOurs(spec.kind)
        ? "the scaler moves EC2 Auto Scaling groups only"
        : `there is no such policy on ${platform}`;
  const mend = `take one of ${there.map((kind) => `"${kind}"`).join(", ")}`;
  return { policy: { kind: spec.kind }, faults: [refusal(`${context.path}.kind`, spec.kind, why, mend)] };
}

function writeKnown(spec: Single, context: Context): Written {
  switch (spec.kind) {
    case "ec2-target-tracking":
      return {
        policy: {
          kind: spec.kind,
          target: spec.target,
          ...metricOf(spec.metric),
          warm_up_sec: spec.warmUpSec,
          disable_scale_in: spec.disableScaleIn,
        },
        faults: periodFaults(spec.metric, `${context.path}.metric`, context.scenario),
      };
    case "ecs-target-tracking":
      return {
        policy: {
          kind: spec.kind,
          target: spec.target,
          ...metricOf(spec.metric),
          scale_out_cooldown_sec: spec.scaleOutCooldownSec,
          scale_in_cooldown_sec: spec.scaleInCooldownSec,
          disable_scale_in: spec.disableScaleIn,
        },
        faults: periodFaults(spec.metric, `${context.path}.metric`, context.scenario),
      };
    case "step":
    case "simple":
      return writeRules(spec, context);
    case "scheduled":
      return writeSchedule(spec, context);
    case "predictive":
      return writePredictive(spec, context);
    default:
      // The scaler reads its settings from the scenario itself.
      return { policy: { kind: spec.kind }, faults: [] };
  }
}

function writeRules(spec: Extract<Single, { kind: "step" | "simple" }>, { scenario, path }: Context): Written {
  const rules =
    spec.kind === "step"
      ? spec.rules.map((rule) => ({ ...ruleOf(rule), aggregation: rule.aggregation, steps: rule.steps }))
      : spec.rules.map((rule) => ({ ...ruleOf(rule), adjustment: rule.adjustment }));
  const time = spec.kind === "step" ? { warm_up_sec: spec.warmUpSec } : { cooldown_sec: spec.cooldownSec };
  return {
    policy: { kind: spec.kind, ...time, rules },
    faults: spec.rules.flatMap((rule, index) => [
      ...periodFaults(rule.metric, `${path}.rules[${index}].metric`, scenario),
      ...capacityFaults(rule, `${path}.rules[${index}]`),
    ]),
  };
}

/** AWS sets no group to a negative size (Auto Scaling API reference, PutScalingPolicy). */
function capacityFaults(rule: Alarmed, path: string): Fault[] {
  if (rule.adjustmentType !== "exact") return [];
  const places =
    "steps" in rule ? rule.steps.map(({ adjustment }, index) => ({ at: `${path}.steps[${index}].adjustment`, adjustment })) : [];
  const all = "adjustment" in rule ? [{ at: `${path}.adjustment`, adjustment: rule.adjustment }] : places;
  return all.flatMap(({ at, adjustment }) =>
    when(adjustment < 0, () =>
      refusal(at, adjustment, `there is no group of ${adjustment} instances`, "give 0 or more, or another adjustmentType"),
    ),
  );
}

function ruleOf(rule: Alarmed): Readonly<Record<string, unknown>> {
  return {
    ...metricOf(rule.metric),
    comparison: rule.comparison,
    threshold: rule.threshold,
    datapoints_to_alarm: rule.datapointsToAlarm,
    evaluation_periods: rule.evaluationPeriods,
    missing_data: rule.missingData,
    adjustment_type: rule.adjustmentType,
    min_magnitude: rule.minMagnitude,
  };
}

function writeSchedule(spec: Extract<Single, { kind: "scheduled" }>, { scenario, path }: Context): Written {
  const isEc2 = scenario.fleet.platform === "ec2";
  const faults: Fault[] = [];
  const actions = spec.actions.map(({ cron, zone, min, max, desired }, index) => {
    const at = `${path}.actions[${index}]`;
    const named = ianaZone(zone);
    const schedule = isEc2 ? cron : scheduleOf(cron);
    faults.push(
      ...when(named === undefined, () =>
        refusal(`${at}.zone`, zone, `${zone} is an offset for which there is no named zone`, "name the zone, as Europe/Zurich"),
      ),
      ...when(schedule === undefined, () =>
        refusal(
          `${at}.cron`,
          cron,
          "Application Auto Scaling cannot restrict both the day of the month and the day of the week, and knows no such steps",
          "let one of the two be *",
        ),
      ),
      ...when(min === null && max === null && desired === null, () =>
        refusal(
          at,
          "no min, max or desired",
          "AWS takes no scheduled action that sets nothing",
          "set one of them, or leave the action out",
        ),
      ),
      ...when(!isEc2 && desired !== null, () =>
        refusal(`${at}.desired`, desired, "a scheduled action of an ECS service sets limits only", "set min or max instead"),
      ),
    );
    return { cron: schedule ?? cron, zone: named ?? zone, min, max, ...(isEc2 ? { desired } : {}) };
  });
  return { policy: { kind: spec.kind, actions }, faults };
}

function writePredictive(spec: Extract<Single, { kind: "predictive" }>, { path }: Context): Written {
  const percent = spec.maxCapacityBufferShare * 100;
  return {
    policy: {
      kind: spec.kind,
      messages_per_instance_hour: spec.messagesPerInstanceHour,
      scheduling_buffer_sec: spec.schedulingBufferSec,
      mode: spec.mode,
      max_capacity_breach: spec.maxCapacityBreach,
      max_capacity_buffer_percent: Math.round(percent),
    },
    faults: when(!isNearlyWhole(percent), () =>
      refusal(
        `${path}.maxCapacityBufferShare`,
        spec.maxCapacityBufferShare,
        `${spec.maxCapacityBufferShare} is no whole percent, and AWS takes no other`,
        "round it to two digits",
      ),
    ),
  };
}

/** The expression in the spelling that CloudWatch knows, and the metrics in it: their names become the ids of queries. */
function metricOf(text: string): { readonly metric: string; readonly metric_names: readonly string[] } {
  return { metric: plainMetric(text), metric_names: namesIn(text) };
}

function plainMetric(text: string): string {
  const spelled = text.replaceAll("−", "-").replaceAll("×", "*").replaceAll("÷", "/").replaceAll("≤", "<=").replaceAll("≥", ">=");
  return spelled.replaceAll(/\s+/g, " ").trim();
}

function namesIn(text: string): readonly string[] {
  const parsed = parseMetric(text);
  return parsed.ok ? parsed.expression.names : [];
}

/** Below a minute there is only what Headroom itself publishes. */
function periodFaults(metric: string, path: string, { metrics: { periodSec }, fleet }: Scenario): Fault[] {
  if (periodSec === 60) return [];
  if (fleet.platform === "fargate") {
    const why = `Application Auto Scaling evaluates metrics once a minute, and metrics.periodSec is ${periodSec} s`;
    return [refusal("metrics.periodSec", periodSec, why, "set it to 60 s")];
  }
  const isPublished =
    BACKLOG_PER_INSTANCE.includes(plainMetric(metric).replaceAll(" ", "")) || namesIn(metric).every((name) => name === "busyShare");
  return when(!isPublished, () =>
    refusal(
      path,
      metric,
      `AWS counts it once a minute, and metrics.periodSec is ${periodSec} s; published more often are visible / inService and busyShare`,
      "follow one of these, or set metrics.periodSec to 60 s",
    ),
  );
}

/** What `headroom metrics` publishes as one metric, in the spellings that people give it. */
const BACKLOG_PER_INSTANCE: readonly string[] = ["visible/inService", "visible/running", "visible/FILL(inService,REPEAT)"];
