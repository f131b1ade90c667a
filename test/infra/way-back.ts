import type { Scenario } from "../../sim/scenario/schema.ts";
import { at, blocks, containersOf, environmentOf } from "./check/rules.ts";
import type { Instance, Plan } from "./hcl/plan.ts";
import { elements, type Value } from "./hcl/values.ts";
import { plain, type Deployed } from "./meant.ts";

/**
 * The way back: what a scenario would have to say for a stack to be as it is planned: the banking stack for EC2, any other
 * for Fargate.
 */
export function deployedBy(plan: Plan): Deployed {
  const group = plan.instances.find(({ type }) => type === "aws_autoscaling_group");
  return {
    queue: queueOf(plan),
    worker: workerOf(plan, group),
    fleet: group === undefined ? onFargate(plan) : onEc2(plan, group),
    policies: policiesOf(plan),
  };
}

function only(plan: Plan, type: string, address = /./): Instance | undefined {
  return plan.instances.find((instance) => instance.type === type && address.test(instance.address));
}

function queueOf(plan: Plan) {
  const main = only(plan, "aws_sqs_queue", /\.main$/)?.values ?? {};
  const dead = only(plan, "aws_sqs_queue", /dead_letters/)?.values;
  const redrive = JSON.parse(typeof main["redrive_policy"] === "string" ? main["redrive_policy"] : "{}") as { maxReceiveCount?: number };
  return {
    type: main["fifo_queue"] === true ? "fifo" : "standard",
    isHighThroughput: main["fifo_throughput_limit"] === "perMessageGroupId",
    visibilityTimeoutSec: main["visibility_timeout_seconds"],
    maxReceiveCount: redrive.maxReceiveCount ?? 0,
    retentionSec: main["message_retention_seconds"],
    deadLetterRetentionSec: dead?.["message_retention_seconds"],
    delaySec: main["delay_seconds"],
  };
}

function fargateEnvironment(plan: Plan): Readonly<Record<string, string>> {
  const task = only(plan, "aws_ecs_task_definition", /module\.fleet\./);
  const environment = task === undefined ? [] : (containersOf(task)[0]?.environment ?? []);
  return Object.fromEntries(environment.map(({ name, value }) => [name, value]));
}

function workerOf(plan: Plan, group: Instance | undefined) {
  const environment = group === undefined ? fargateEnvironment(plan) : environmentOf(plan);
  const number = (name: string) => (environment[name] === undefined ? null : Number(environment[name]));
  return {
    slots: number("SLOTS"),
    maxMessagesPerReceive: number("MAX_MESSAGES_PER_RECEIVE"),
    concurrentReceives: number("CONCURRENT_RECEIVES"),
    waitTimeSec: number("WAIT_TIME_SEC"),
    receiveVisibilityTimeoutSec: number("VISIBILITY_TIMEOUT_SEC"),
    deleteLingerSec: Number(environment["DELETE_LINGER_MS"]) / 1000,
    heartbeat:
      number("HEARTBEAT_EVERY_SEC") === 0
        ? null
        : { everySec: number("HEARTBEAT_EVERY_SEC"), extendToSec: number("HEARTBEAT_EXTEND_TO_SEC"), maxSec: number("HEARTBEAT_MAX_SEC") },
    retryDelaySec: number("RETRY_DELAY_SEC"),
    circuitBreaker:
      number("CIRCUIT_BREAKER_FAILURES") === null
        ? null
        : {
            failures: number("CIRCUIT_BREAKER_FAILURES"),
            openSec: number("CIRCUIT_BREAKER_OPEN_SEC"),
            probes: number("CIRCUIT_BREAKER_PROBES"),
          },
    receiveBackOffFirstSec: number("RECEIVE_BACK_OFF_FIRST_SEC"),
    receiveBackOffMaxSec: number("RECEIVE_BACK_OFF_MAX_SEC"),
    drainSec: number("DRAIN_LIMIT_SEC"),
  };
}

const kebab = (word: Value | undefined) =>
  String(word)
    .replaceAll(/([a-z])([A-Z])/g, "$1-$2")
    .toLowerCase();

function onEc2(plan: Plan, { values }: Instance) {
  const template = only(plan, "aws_launch_template")?.values ?? {};
  const [launch, terminate] = ["LAUNCHING", "TERMINATING"].map((transition) =>
    plan.instances.find(
      (one) => one.type === "aws_autoscaling_lifecycle_hook" && String(one.values["lifecycle_transition"]).endsWith(transition),
    ),
  );
  const environment = environmentOf(plan);
  const [drain, waits] = [Number(environment["DRAIN_LIMIT_SEC"]), Number(terminate?.values["heartbeat_timeout"])];
  const [maintenance] = blocks(values["instance_maintenance_policy"]);
  const [pool] = blocks(values["warm_pool"]);
  const distribution = at(values["mixed_instances_policy"], "instances_distribution", "on_demand_percentage_above_base_capacity");
  return {
    platform: "ec2",
    min: values["min_size"],
    max: values["max_size"],
    zones: elements(values["vpc_zone_identifier"]).length,
    protection: values["protect_from_scale_in"] === true ? "all" : environment["SCALE_IN_PROTECTION"] === "on" ? "while-busy" : "none",
    instanceType: template["instance_type"],
    zoneStrategy: at(values["availability_zone_distribution"], "capacity_distribution_strategy"),
    terminationPolicy: kebab(elements(values["termination_policies"])[0]),
    launchHook:
      launch === undefined
        ? null
        : { heartbeatTimeoutSec: launch.values["heartbeat_timeout"], defaultResult: String(launch.values["default_result"]).toLowerCase() },
    // The hook that is always there waits a little longer than the worker drains; one of the scenario's is the drain.
    terminateHookSec: waits === drain || waits * 100 === drain || (drain === 7200 && waits >= 72) ? waits : undefined,
    graceSec: values["health_check_grace_period"],
    maintenance:
      maintenance === undefined
        ? null
        : { minHealthyPercent: maintenance["min_healthy_percentage"], maxHealthyPercent: maintenance["max_healthy_percentage"] },
    warmPool:
      pool === undefined
        ? null
        : {
            state: kebab(pool["pool_state"]),
            minSize: pool["min_size"],
            maxPrepared: pool["max_group_prepared_capacity"],
            reuse: at(pool["instance_reuse_policy"], "reuse_on_scale_in"),
          },
    spotShare: distribution === undefined ? 0 : (100 - Number(distribution)) / 100,
    isRebalanced: values["capacity_rebalance"],
    volumeGb: at(template["block_device_mappings"], "ebs", "volume_size"),
  };
}

function onFargate(plan: Plan) {
  const target = only(plan, "aws_appautoscaling_target", /module\.fleet\./)?.values ?? {};
  const service = only(plan, "aws_ecs_service", /module\.fleet\./)?.values ?? {};
  const definition = only(plan, "aws_ecs_task_definition", /module\.fleet\./);
  const spot = blocks(service["capacity_provider_strategy"]).find((one) => one["capacity_provider"] === "FARGATE_SPOT");
  const values = definition?.values ?? {};
  return {
    platform: "fargate",
    min: target["min_capacity"],
    max: target["max_capacity"],
    zones: elements(at(service["network_configuration"], "subnets")).length,
    protection: fargateEnvironment(plan)["SCALE_IN_PROTECTION"] === "on" ? "while-busy" : "none",
    spotShare: Number(spot?.["weight"] ?? 0) / 100,
    task: {
      vcpu: Number(values["cpu"]) / 1024,
      memoryGb: Number(values["memory"]) / 1024,
      architecture: at(values["runtime_platform"], "cpu_architecture") === "ARM64" ? "arm" : "x86",
      storageGb: at(values["ephemeral_storage"], "size_in_gib") ?? 20,
      stopTimeoutSec: definition === undefined ? undefined : containersOf(definition)[0]?.stopTimeout,
    },
  };
}

/** Which metric of AWS, or of ours, is which of the scenario's. */
const METRICS: Readonly<Record<string, string>> = {
  "AWS/SQS ApproximateNumberOfMessagesVisible": "visible",
  "AWS/SQS ApproximateNumberOfMessagesNotVisible": "inFlight",
  "AWS/SQS ApproximateNumberOfMessagesDelayed": "delayed",
  "AWS/SQS ApproximateAgeOfOldestMessage": "age",
  "AWS/SQS NumberOfMessagesSent": "sent",
  "AWS/SQS NumberOfMessagesDeleted": "deleted",
  "AWS/AutoScaling GroupInServiceInstances": "inService",
  "AWS/AutoScaling GroupDesiredCapacity": "desired",
  "ECS/ContainerInsights RunningTaskCount": "inService",
  "ECS/ContainerInsights DesiredTaskCount": "desired",
  "Headroom BusyShare": "busyShare",
  "Headroom BacklogPerInstance": "visible/inService",
};

interface Query {
  readonly id: string;
  readonly metric: Value | undefined;
  readonly expression: Value | undefined;
  readonly isFollowed: boolean;
}

/** The expression that queries come to, each name put in from the metric that its query asks for. */
function expressionFrom(queries: readonly Query[]): string {
  const followed = queries.filter(({ isFollowed }) => isFollowed);
  if (followed.length !== 1) throw new Error(`${String(followed.length)} series are followed, where AWS takes one.`);
  const names = new Map(
    queries
      .filter(({ metric }) => metric !== undefined)
      .map(({ id, metric }) => [id, METRICS[`${String(at(metric, "namespace"))} ${String(at(metric, "metric_name"))}`] ?? "?"]),
  );
  const [{ expression, id }] = followed as [Query];
  if (typeof expression !== "string") return names.get(id) ?? "?";
  const spelt = plain(expression).replaceAll(
    /[a-z]\w*/g,
    (word) => names.get(word) ?? (word === "inService" ? (names.get("running") ?? word) : word),
  );
  return plain(spelt);
}

function keyOf({ values }: Instance): readonly number[] {
  const name = String(values["name"] ?? values["scheduled_action_name"]);
  return (/(?:tracking|step|simple|scheduled|predictive)-(\d+)(?:-(\d+))?$/.exec(name)?.slice(1) ?? []).map(Number);
}

function policiesOf(plan: Plan): Deployed["policies"] {
  const own = only(plan, "aws_ecs_task_definition", /module\.watcher/);
  const scenario = own === undefined ? undefined : containersOf(own)[0]?.environment.find(({ name }) => name === "SCENARIO");
  if (scenario !== undefined) {
    const { policy } = JSON.parse(scenario.value) as Pick<Scenario, "policy">;
    return policy.kind === "composition" ? policy.policies : [policy];
  }
  const found: { readonly key: readonly number[]; readonly policy: Record<string, unknown> }[] = [];
  const wanted = ["aws_autoscaling_policy", "aws_autoscaling_schedule", "aws_appautoscaling_policy", "aws_appautoscaling_scheduled_action"];
  for (const instance of plan.instances.filter(({ type, address }) => wanted.includes(type) && address.startsWith("module.fleet."))) {
    found.push({ key: keyOf(instance), policy: policyFrom(instance, plan) });
  }
  found.sort((a, b) => (a.key[0] ?? 0) - (b.key[0] ?? 0) || (a.key[1] ?? 0) - (b.key[1] ?? 0));
  const policies: Record<string, unknown>[] = [];
  for (const { key, policy } of found) {
    const before = policies[key[0] ?? 0];
    const list = "rules" in policy ? "rules" : "actions" in policy ? "actions" : undefined;
    if (before === undefined) policies[key[0] ?? 0] = policy;
    else if (list !== undefined) before[list] = [...(before[list] as unknown[]), ...(policy[list] as unknown[])];
  }
  return policies;
}

function policyFrom(instance: Instance, plan: Plan): Record<string, unknown> {
  const { values, type } = instance;
  if (type === "aws_autoscaling_schedule") return { kind: "scheduled", actions: [ec2Action(values)] };
  if (type === "aws_appautoscaling_scheduled_action") return { kind: "scheduled", actions: [ecsAction(values)] };
  switch (values["policy_type"]) {
    case "TargetTrackingScaling":
      return type === "aws_autoscaling_policy" ? ec2Tracking(values) : ecsTracking(values);
    case "PredictiveScaling":
      return predictive(values);
    default:
      return ruleFrom(instance, plan);
  }
}

function trackedMetric(specification: Value | undefined): { readonly metric: string; readonly periodSec: unknown } {
  const metrics = blocks(at(specification, "metrics") === undefined ? [] : at(specification, "metrics"));
  if (metrics.length === 0) {
    return {
      metric: METRICS[`${String(at(specification, "namespace"))} ${String(at(specification, "metric_name"))}`] ?? "?",
      periodSec: at(specification, "period"),
    };
  }
  const queries = metrics.map((query): Query => ({
    id: String(query["id"]),
    metric: at(query["metric_stat"], "metric"),
    expression: query["expression"],
    isFollowed: query["return_data"] === true,
  }));
  return {
    metric: expressionFrom(queries),
    periodSec: metrics.map((query) => at(query["metric_stat"], "period")).find((period) => period !== undefined),
  };
}

function ec2Tracking(values: Instance["values"]) {
  const [tracking] = blocks(values["target_tracking_configuration"]);
  const { metric, periodSec } = trackedMetric(tracking?.["customized_metric_specification"]);
  return {
    kind: "ec2-target-tracking",
    target: tracking?.["target_value"],
    metric,
    warmUpSec: values["estimated_instance_warmup"],
    disableScaleIn: tracking?.["disable_scale_in"],
    periodSec,
  };
}

function ecsTracking(values: Instance["values"]) {
  const [tracking] = blocks(values["target_tracking_scaling_policy_configuration"]);
  return {
    kind: "ecs-target-tracking",
    target: tracking?.["target_value"],
    metric: trackedMetric(tracking?.["customized_metric_specification"]).metric,
    scaleOutCooldownSec: tracking?.["scale_out_cooldown"],
    scaleInCooldownSec: tracking?.["scale_in_cooldown"],
    disableScaleIn: tracking?.["disable_scale_in"],
  };
}

function predictive(values: Instance["values"]) {
  const [configuration = {}] = blocks(values["predictive_scaling_configuration"]);
  const buffer = configuration["max_capacity_buffer"];
  return {
    kind: "predictive",
    messagesPerInstanceHour: at(configuration["metric_specification"], "target_value"),
    schedulingBufferSec: configuration["scheduling_buffer_time"],
    mode: configuration["mode"] === "ForecastOnly" ? "forecast-only" : "forecast-and-scale",
    maxCapacityBreach: configuration["max_capacity_breach_behavior"] === "IncreaseMaxCapacity" ? "increase" : "honor",
    maxCapacityBufferShare: typeof buffer === "number" ? buffer / 100 : undefined,
  };
}

const COMPARISONS: Readonly<Record<string, string>> = {
  GreaterThanThreshold: "above",
  GreaterThanOrEqualToThreshold: "at-or-above",
  LessThanThreshold: "below",
  LessThanOrEqualToThreshold: "at-or-below",
};
const ADJUSTMENTS: Readonly<Record<string, string>> = {
  ChangeInCapacity: "change",
  ExactCapacity: "exact",
  PercentChangeInCapacity: "percent",
};

function ruleFrom({ address, values }: Instance, plan: Plan): Record<string, unknown> {
  const alarm =
    plan.instances.find(
      (one) => one.type === "aws_cloudwatch_metric_alarm" && String(elements(one.values["alarm_actions"])[0]) === `«${address}.arn»`,
    )?.values ?? {};
  const ecs = blocks(values["step_scaling_policy_configuration"])[0];
  const said = ecs ?? values;
  const queries = blocks(alarm["metric_query"]);
  const isSimple = values["policy_type"] === "SimpleScaling";
  const rule = {
    metric: expressionFrom(
      queries.map((query): Query => ({
        id: String(query["id"]),
        metric: blocks(query["metric"])[0],
        expression: query["expression"],
        isFollowed: query["return_data"] === true,
      })),
    ),
    comparison: COMPARISONS[String(alarm["comparison_operator"])],
    threshold: alarm["threshold"],
    datapointsToAlarm: alarm["datapoints_to_alarm"],
    evaluationPeriods: alarm["evaluation_periods"],
    missingData: kebab(alarm["treat_missing_data"]),
    adjustmentType: ADJUSTMENTS[String(said["adjustment_type"])],
    minMagnitude: said["min_adjustment_magnitude"] ?? 0,
    periodSec: queries.map((query) => at(query["metric"], "period")).find((period) => period !== undefined),
    timeSec: isSimple || ecs !== undefined ? said["cooldown"] : said["estimated_instance_warmup"],
  };
  if (isSimple) return { kind: "simple", rules: [{ ...rule, adjustment: values["scaling_adjustment"] }] };
  const steps = blocks(said["step_adjustment"]).map((step) => {
    const bound = (name: string) => (step[name] === null || step[name] === undefined ? null : Number(step[name]));
    return {
      lower: bound("metric_interval_lower_bound"),
      upper: bound("metric_interval_upper_bound"),
      adjustment: step["scaling_adjustment"],
    };
  });
  return { kind: "step", rules: [{ ...rule, aggregation: kebab(said["metric_aggregation_type"]), steps }] };
}

function ec2Action(values: Instance["values"]) {
  const limit = (name: string) => (values[name] === -1 ? null : values[name]);
  return {
    cron: values["recurrence"],
    zone: offsetOf(values["time_zone"]),
    min: limit("min_size"),
    max: limit("max_size"),
    desired: limit("desired_capacity"),
  };
}

function ecsAction(values: Instance["values"]) {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = String(values["schedule"])
    .replace(/^cron\((.*)\)$/, "$1")
    .split(" ");
  const open = (field: string) => (field === "?" ? "*" : field);
  const limits = values["scalable_target_action"];
  return {
    cron: [minute, hour, open(day), month, open(weekday)].join(" "),
    zone: offsetOf(values["timezone"]),
    min: at(limits, "min_capacity"),
    max: at(limits, "max_capacity"),
  };
}

/** `Etc/GMT-2` is two hours east, whatever one would think. */
function offsetOf(zone: Value | undefined): string {
  const [, sign, hours = ""] = /^Etc\/GMT([+-])(\d+)$/.exec(String(zone)) ?? [];
  return sign === undefined ? String(zone) : `${sign === "-" ? "+" : "-"}${hours.padStart(2, "0")}:00`;
}
