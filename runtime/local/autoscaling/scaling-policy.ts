import type { Adjusting, Step } from "../../../sim/index.ts";
import type { MetricQuery } from "../cloudwatch/metric-queries.ts";
import type { RequestFields } from "../request-fields.ts";
import type { AwsRecord } from "../service.ts";
import { autoScalingError } from "./errors.ts";

/** A scaling policy as it was put. */
export type ScalingPolicy = TargetTracking | StepScaling | SimpleScaling;

interface CommonPolicy {
  readonly name: string;
  readonly arn: string;
  readonly isEnabled: boolean;
  /** What DescribePolicies gives back of it. */
  readonly described: AwsRecord;
}

export interface TargetTracking extends CommonPolicy {
  readonly kind: "TargetTrackingScaling";
  readonly target: number;
  readonly disablesScaleIn: boolean;
  readonly queries: readonly MetricQuery[];
  /** The same as a client of CloudWatch would write them. */
  readonly queryRecords: readonly AwsRecord[];
  readonly periodMs: number;
  /** Undefined for the group's own. */
  readonly warmUpMs: number | undefined;
  readonly highAlarm: string;
  readonly lowAlarm: string;
}

export interface StepScaling extends CommonPolicy, Adjusting {
  readonly kind: "StepScaling";
  readonly steps: readonly Step[];
  readonly aggregation: "average" | "minimum" | "maximum";
  readonly warmUpMs: number | undefined;
}

export interface SimpleScaling extends CommonPolicy, Adjusting {
  readonly kind: "SimpleScaling";
  readonly adjustment: number;
  readonly cooldownMs: number | undefined;
}

interface ReadOptions {
  readonly groupName: string;
  /** Of a policy of this name that is there already. */
  readonly arn: string;
  /** Tells the alarms of target tracking from those of other policies. */
  readonly alarmSuffix: string;
  readonly minuteMs: number;
  readonly readQueries: (list: readonly AwsRecord[]) => readonly MetricQuery[];
}

/** Reads PutScalingPolicy. */
export function readScalingPolicy(fields: RequestFields, options: ReadOptions): ScalingPolicy {
  const name = fields.text("PolicyName", { longest: 255 });
  const kind = fields.optionalOneOf("PolicyType", KINDS) ?? "SimpleScaling";
  const common = { name, arn: options.arn, isEnabled: fields.flag("Enabled", true) };
  switch (kind) {
    case "TargetTrackingScaling":
      return readTargetTracking(fields, { common, options });
    case "StepScaling":
      return readStep(fields, common);
    case "SimpleScaling":
      return readSimple(fields, common);
  }
}

interface CommonFields {
  readonly name: string;
  readonly arn: string;
  readonly isEnabled: boolean;
}

function readTargetTracking(fields: RequestFields, { common, options }: { common: CommonFields; options: ReadOptions }): TargetTracking {
  const configuration = fields.structure("TargetTrackingConfiguration");
  if (configuration.has("PredefinedMetricSpecification")) {
    throw configuration.invalid(
      "PredefinedMetricSpecification",
      "is not supported by the embedded AWS: nobody measures CPU or network there",
    );
  }
  const target = configuration.number("TargetValue", { min: Number.MIN_VALUE });
  const queryRecords = customizedQueries(configuration.structure("CustomizedMetricSpecification"), options.minuteMs / 1000);
  const queries = options.readQueries(queryRecords);
  const watched = queries.filter(({ returnsData }) => returnsData);
  if (watched.length !== 1) throw configuration.invalid("CustomizedMetricSpecification", "has to have exactly one query that returns data");
  const alarmName = (level: string) => `TargetTracking-${options.groupName}-Alarm${level}-${options.alarmSuffix}`;
  return {
    ...common,
    kind: "TargetTrackingScaling",
    target,
    disablesScaleIn: configuration.flag("DisableScaleIn", false),
    queries,
    queryRecords,
    periodMs: watched[0]?.periodMs ?? options.minuteMs,
    warmUpMs: readWarmUp(fields),
    highAlarm: alarmName("High"),
    lowAlarm: alarmName("Low"),
    described: {
      EstimatedInstanceWarmup: fields.optionalWhole("EstimatedInstanceWarmup"),
      TargetTrackingConfiguration: fields.asSent("TargetTrackingConfiguration"),
    },
  };
}

/** The metric of a target tracking policy as queries of CloudWatch. A period that is not given is a minute. */
function customizedQueries(specification: RequestFields, minuteSec: number): readonly AwsRecord[] {
  if (!specification.has("Metrics")) {
    const metric = {
      Namespace: specification.text("Namespace"),
      MetricName: specification.text("MetricName"),
      Dimensions: specification.asSent("Dimensions"),
    };
    const period = specification.optionalWhole("Period") ?? minuteSec;
    return [{ Id: "m1", MetricStat: { Metric: metric, Stat: specification.text("Statistic"), Period: period } }];
  }
  return specification.list("Metrics").map((query) => {
    const common = { Id: query.text("Id"), ReturnData: query.flag("ReturnData", true), Label: query.optionalText("Label") };
    if (!query.has("MetricStat")) return { ...common, Expression: query.text("Expression") };
    const stat = query.structure("MetricStat");
    const period = stat.optionalWhole("Period") ?? query.optionalWhole("Period") ?? minuteSec;
    return { ...common, MetricStat: { Metric: stat.asSent("Metric"), Stat: stat.text("Stat"), Unit: stat.asSent("Unit"), Period: period } };
  });
}

function readStep(fields: RequestFields, common: CommonFields): StepScaling {
  const steps = fields.list("StepAdjustments").map((step) => ({
    lower: step.optionalNumber("MetricIntervalLowerBound") ?? -Infinity,
    upper: step.optionalNumber("MetricIntervalUpperBound") ?? Infinity,
    adjustment: step.whole("ScalingAdjustment"),
  }));
  if (steps.length === 0) throw fields.missing("StepAdjustments");
  if (steps.length > MOST_STEPS) throw fields.invalid("StepAdjustments", `has ${steps.length} entries, and may have ${MOST_STEPS}`);
  objectToSteps(steps);
  const aggregation = fields.optionalOneOf("MetricAggregationType", AGGREGATIONS) ?? "Average";
  return {
    ...common,
    kind: "StepScaling",
    ...readAdjusting(fields),
    steps,
    aggregation: aggregation.toLowerCase() as StepScaling["aggregation"],
    warmUpMs: readWarmUp(fields),
    described: {
      ...describedAdjusting(fields),
      StepAdjustments: fields.asSent("StepAdjustments"),
      MetricAggregationType: aggregation,
      EstimatedInstanceWarmup: fields.optionalWhole("EstimatedInstanceWarmup"),
    },
  };
}

/** Neither gaps nor overlaps (as-scaling-simple-step). */
function objectToSteps(steps: readonly Step[]): void {
  const inOrder = [...steps].sort((a, b) => a.lower - b.lower);
  for (const [index, { lower, upper }] of inOrder.entries()) {
    const next = inOrder[index + 1];
    if (lower >= upper)
      throw autoScalingError("ValidationError", `A step goes from ${lower} to ${upper}: its upper bound has to be the larger.`);
    if (next !== undefined && next.lower !== upper) {
      const what = next.lower < upper ? "overlap" : "have a gap between them";
      throw autoScalingError("ValidationError", `Step adjustments ${what}: one ends at ${upper}, and the next begins at ${next.lower}.`);
    }
  }
}

function readSimple(fields: RequestFields, common: CommonFields): SimpleScaling {
  const cooldownSec = fields.optionalWhole("Cooldown", { min: 0 });
  return {
    ...common,
    kind: "SimpleScaling",
    ...readAdjusting(fields),
    adjustment: fields.whole("ScalingAdjustment"),
    cooldownMs: cooldownSec === undefined ? undefined : cooldownSec * 1000,
    described: { ...describedAdjusting(fields), ScalingAdjustment: fields.whole("ScalingAdjustment"), Cooldown: cooldownSec },
  };
}

function readAdjusting(fields: RequestFields): Adjusting {
  const type = fields.oneOf("AdjustmentType", ADJUSTMENT_TYPES);
  return { adjustmentType: ADJUSTMENTS[type], minMagnitude: fields.optionalWhole("MinAdjustmentMagnitude", { min: 0 }) ?? 0 };
}

function describedAdjusting(fields: RequestFields): AwsRecord {
  return {
    AdjustmentType: fields.optionalText("AdjustmentType"),
    MinAdjustmentMagnitude: fields.optionalWhole("MinAdjustmentMagnitude"),
  };
}

function readWarmUp(fields: RequestFields): number | undefined {
  const sec = fields.optionalWhole("EstimatedInstanceWarmup", { min: 0 });
  return sec === undefined ? undefined : sec * 1000;
}

const KINDS = ["TargetTrackingScaling", "StepScaling", "SimpleScaling"] as const;
const ADJUSTMENTS = { ChangeInCapacity: "change", ExactCapacity: "exact", PercentChangeInCapacity: "percent" } as const;
const ADJUSTMENT_TYPES = Object.keys(ADJUSTMENTS) as (keyof typeof ADJUSTMENTS)[];
const AGGREGATIONS = ["Average", "Minimum", "Maximum"] as const;
const MOST_STEPS = 20;
