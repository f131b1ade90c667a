import type { PolicySpec, Scenario } from "../../sim/scenario/schema.ts";

/**
 * What of a scenario is deployed, by the scenario's names; what AWS knows nothing of (delays, prices, traffic) is left out.
 * The plan of a stack is brought to the same form (`way-back.ts`).
 */
export interface Deployed {
  readonly queue: Readonly<Record<string, unknown>>;
  readonly worker: Readonly<Record<string, unknown>>;
  readonly fleet: Readonly<Record<string, unknown>>;
  readonly policies: readonly Readonly<Record<string, unknown>>[];
}

type Single = Exclude<PolicySpec, { kind: "composition" }>;

/** What a scenario means to be deployed. */
export function meantBy(scenario: Scenario): Deployed {
  const { queue, worker, fleet, policy } = scenario;
  const isFifo = queue.type === "fifo";
  const isEc2 = fleet.platform === "ec2";
  const hook = fleet.terminateHook;
  return {
    queue: {
      type: queue.type,
      isHighThroughput: isFifo && (queue.fifo.callsPerSec === 0 || queue.fifo.callsPerSec > 300 || queue.fifo.groupCallsPerSec > 0),
      visibilityTimeoutSec: queue.visibilityTimeoutSec,
      maxReceiveCount: queue.maxReceiveCount,
      retentionSec: queue.retentionSec,
      deadLetterRetentionSec: queue.maxReceiveCount === 0 ? undefined : queue.deadLetterRetentionSec,
      delaySec: queue.delaySec,
    },
    worker: {
      slots: worker.slots,
      maxMessagesPerReceive: worker.maxMessagesPerReceive,
      concurrentReceives: worker.concurrentReceives,
      waitTimeSec: worker.waitTimeSec,
      receiveVisibilityTimeoutSec: queue.receiveVisibilityTimeoutSec,
      deleteLingerSec: worker.deleteLingerSec,
      heartbeat: worker.heartbeat,
      retryDelaySec: worker.retryDelaySec,
      circuitBreaker: worker.circuitBreaker,
      receiveBackOffFirstSec: worker.receiveBackOffFirstSec,
      receiveBackOffMaxSec: worker.receiveBackOffMaxSec,
      // How long a drain may take: see worker.drainLimitSec, fleet.terminateHook and fleet.task.stopTimeoutSec.
      drainSec: !isEc2
        ? fleet.task.stopTimeoutSec
        : hook === null
          ? worker.drainLimitSec
          : hook.sendsHeartbeats
            ? Math.min(7200, hook.heartbeatTimeoutSec * 100)
            : hook.heartbeatTimeoutSec,
    },
    fleet: isEc2 ? meantOnEc2(fleet) : meantOnFargate(fleet),
    policies: (policy.kind === "composition" ? policy.policies : [policy]).map((spec) => meantPolicy(spec, scenario)),
  };
}

function meantOnEc2(fleet: Scenario["fleet"]) {
  const { launchHook, terminateHook, maintenance, warmPool, spot } = fleet;
  return {
    platform: "ec2",
    min: fleet.min,
    max: fleet.max,
    zones: fleet.zones,
    protection: fleet.protection,
    instanceType: fleet.instanceType,
    zoneStrategy: fleet.zoneStrategy,
    terminationPolicy: fleet.terminationPolicy,
    launchHook,
    terminateHookSec: terminateHook?.heartbeatTimeoutSec,
    graceSec: fleet.health.graceSec,
    maintenance,
    warmPool: warmPool && { state: warmPool.state, minSize: warmPool.minSize, maxPrepared: warmPool.maxPrepared, reuse: warmPool.reuse },
    spotShare: spot?.share ?? 0,
    isRebalanced: spot?.capacityRebalancing ?? false,
    volumeGb: fleet.volumeGb,
  };
}

function meantOnFargate(fleet: Scenario["fleet"]) {
  const { vcpu, memoryGb, architecture, storageGb, stopTimeoutSec } = fleet.task;
  return {
    platform: "fargate",
    min: fleet.min,
    max: fleet.max,
    zones: fleet.zones,
    protection: fleet.protection,
    spotShare: fleet.spot?.share ?? 0,
    task: { vcpu, memoryGb, architecture, storageGb, stopTimeoutSec },
  };
}

function meantPolicy(spec: Single, { metrics, fleet }: Scenario): Readonly<Record<string, unknown>> {
  switch (spec.kind) {
    case "ec2-target-tracking": {
      const { kind, target, metric, warmUpSec, disableScaleIn } = spec;
      return { kind, target, metric: plain(metric), warmUpSec, disableScaleIn, periodSec: metrics.periodSec };
    }
    case "ecs-target-tracking": {
      const { kind, target, metric, scaleOutCooldownSec, scaleInCooldownSec, disableScaleIn } = spec;
      return { kind, target, metric: plain(metric), scaleOutCooldownSec, scaleInCooldownSec, disableScaleIn };
    }
    case "step":
      return {
        kind: spec.kind,
        rules: spec.rules.map((rule) => ({
          ...meantRule(rule, metrics.periodSec),
          timeSec: spec.warmUpSec,
          aggregation: rule.aggregation,
          steps: rule.steps,
        })),
      };
    case "simple":
      return {
        kind: spec.kind,
        rules: spec.rules.map((rule) => ({
          ...meantRule(rule, metrics.periodSec),
          timeSec: spec.cooldownSec,
          adjustment: rule.adjustment,
        })),
      };
    case "scheduled":
      return {
        kind: spec.kind,
        actions: spec.actions.map(({ cron, zone, min, max, desired }) => ({
          cron: fleet.platform === "ec2" ? cron : inNames(cron),
          zone: zone === "+00:00" || zone === "-00:00" ? "Etc/UTC" : zone,
          min,
          max,
          ...(fleet.platform === "ec2" ? { desired } : {}),
        })),
      };
    case "predictive": {
      const { kind, messagesPerInstanceHour, schedulingBufferSec, mode, maxCapacityBreach, maxCapacityBufferShare } = spec;
      const buffer = maxCapacityBreach === "increase" ? maxCapacityBufferShare : undefined;
      return { kind, messagesPerInstanceHour, schedulingBufferSec, mode, maxCapacityBreach, maxCapacityBufferShare: buffer };
    }
    case "exact-backlog":
    case "headroom":
    case "keda-hpa":
    case "none":
      return spec;
  }
}

type Rule = Extract<Single, { kind: "step" | "simple" }>["rules"][number];

function meantRule(rule: Rule, periodSec: number) {
  return {
    metric: plain(rule.metric),
    comparison: rule.comparison,
    threshold: rule.threshold,
    datapointsToAlarm: rule.datapointsToAlarm,
    evaluationPeriods: rule.evaluationPeriods,
    missingData: rule.missingData,
    adjustmentType: rule.adjustmentType,
    minMagnitude: rule.adjustmentType === "percent" ? rule.minMagnitude : 0,
    periodSec,
  };
}

/** Without spaces; `running` is ECS's word for `inService`, and the backlog per instance may be spelt with a FILL. */
export function plain(metric: string): string {
  const tight = metric.replaceAll(/\s/g, "").replaceAll("running", "inService");
  return tight === "visible/FILL(inService,REPEAT)" ? "visible/inService" : tight;
}

const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/** A cron with the days of the week by name, as AWS's own has them. */
function inNames(cron: string): string {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = cron.trim().split(/\s+/);
  return [minute, hour, day, month, weekday.replaceAll(/\d/g, (digit) => DAYS[Number(digit)] ?? "").toUpperCase()].join(" ");
}
