import type { Fault, Scenario } from "../../../sim/index.ts";
import { isNearlyWhole, refusal, when } from "./refusals.ts";
import { terraformPolicies, type TerraformPolicy } from "./terraform-policies.ts";

/**
 * The variables of a stack of `infra/stacks` that come from a scenario. Names are the scenario's own in Terraform's
 * spelling, so that whoever knows one knows the other; `infra/modules/settings` says what they mean and checks them.
 */
export interface TerraformVariables {
  readonly queue: Readonly<Record<string, unknown>>;
  readonly worker: Readonly<Record<string, unknown>>;
  readonly fleet: Readonly<Record<string, unknown>>;
  readonly policies: readonly TerraformPolicy[];
  readonly metrics: Readonly<Record<string, unknown>>;
  /** What the scaler reads its policy from: the scenario without its traffic; null when AWS scales. */
  readonly scaler_scenario: Readonly<Record<string, unknown>> | null;
}

export type TerraformExport =
  | { readonly ok: true; readonly variables: TerraformVariables; readonly notices: readonly string[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Says in Terraform's variables what of a scenario is deployed: queue, worker, fleet, policies. Traffic, work, faults,
 * prices and the delays of AWS are what a scenario assumes of the world; they are left out. What would be deployed but
 * cannot be is refused, all of it at once.
 */
export function exportTerraform(scenario: Scenario): TerraformExport {
  if (scenario.fleet.platform === "lambda") return { ok: false, faults: [NO_FUNCTION] };
  const { policies, faults } = terraformPolicies(scenario);
  const all = [...queueFaults(scenario), ...workerFaults(scenario), ...fleetFaults(scenario), ...faults];
  if (all.length > 0) return { ok: false, faults: all };
  const isOurs = policies.some(({ kind }) => kind === "exact-backlog" || kind === "headroom");
  return {
    ok: true,
    notices: noticesOf(scenario),
    variables: {
      queue: queueVariables(scenario),
      worker: workerVariables(scenario),
      fleet: scenario.fleet.platform === "ec2" ? ec2Variables(scenario) : fargateVariables(scenario),
      policies,
      metrics: { period_sec: scenario.metrics.periodSec, statistic: scenario.metrics.statistic },
      scaler_scenario: isOurs ? scalerScenario(scenario) : null,
    },
  };
}

function queueVariables({ queue }: Scenario): TerraformVariables["queue"] {
  const { fifo } = queue;
  return {
    type: queue.type,
    // A quota above 300 calls a second, or one for each group, is what high throughput is (SQS Developer Guide, quotas-messages).
    high_throughput: queue.type === "fifo" && isHighThroughput(fifo),
    visibility_timeout_sec: queue.visibilityTimeoutSec,
    max_receive_count: queue.maxReceiveCount,
    retention_sec: queue.retentionSec,
    dead_letter_retention_sec: queue.deadLetterRetentionSec,
    delay_sec: queue.delaySec,
  };
}

function isHighThroughput({ callsPerSec, groupCallsPerSec }: Scenario["queue"]["fifo"]): boolean {
  return callsPerSec === 0 || callsPerSec > 300 || groupCallsPerSec > 0;
}

function workerVariables({ worker, queue }: Scenario): TerraformVariables["worker"] {
  const { heartbeat, circuitBreaker } = worker;
  return {
    slots: worker.slots,
    max_messages_per_receive: worker.maxMessagesPerReceive,
    concurrent_receives: worker.concurrentReceives,
    wait_time_sec: worker.waitTimeSec,
    receive_visibility_timeout_sec: queue.receiveVisibilityTimeoutSec,
    delete_linger_sec: worker.deleteLingerSec,
    heartbeat: heartbeat && { every_sec: heartbeat.everySec, extend_to_sec: heartbeat.extendToSec, max_sec: heartbeat.maxSec },
    retry_delay_sec: worker.retryDelaySec,
    circuit_breaker: circuitBreaker && {
      failures: circuitBreaker.failures,
      open_sec: circuitBreaker.openSec,
      probes: circuitBreaker.probes,
    },
    receive_back_off_first_sec: worker.receiveBackOffFirstSec,
    receive_back_off_max_sec: worker.receiveBackOffMaxSec,
    drain_limit_sec: worker.drainLimitSec,
  };
}

function commonVariables({ fleet }: Scenario) {
  return { platform: fleet.platform, min: fleet.min, max: fleet.max, zones: fleet.zones, protection: fleet.protection };
}

function ec2Variables(scenario: Scenario): TerraformVariables["fleet"] {
  const { fleet } = scenario;
  const { launchHook, terminateHook, maintenance, warmPool, spot } = fleet;
  return {
    ...commonVariables(scenario),
    instance_type: fleet.instanceType,
    zone_strategy: fleet.zoneStrategy,
    termination_policy: fleet.terminationPolicy,
    launch_hook: launchHook && { heartbeat_timeout_sec: launchHook.heartbeatTimeoutSec, default_result: launchHook.defaultResult },
    terminate_hook: terminateHook && {
      heartbeat_timeout_sec: terminateHook.heartbeatTimeoutSec,
      sends_heartbeats: terminateHook.sendsHeartbeats,
    },
    health_grace_sec: fleet.health.graceSec,
    maintenance: maintenance && {
      min_healthy_percent: maintenance.minHealthyPercent,
      max_healthy_percent: maintenance.maxHealthyPercent,
    },
    warm_pool: warmPool && {
      state: warmPool.state,
      min_size: warmPool.minSize,
      max_prepared: warmPool.maxPrepared,
      reuse: warmPool.reuse,
    },
    spot: spot && { share: spot.share, capacity_rebalancing: spot.capacityRebalancing },
    volume_gb: fleet.volumeGb,
  };
}

function fargateVariables(scenario: Scenario): TerraformVariables["fleet"] {
  const { task, spot } = scenario.fleet;
  return {
    ...commonVariables(scenario),
    spot: spot && { share: spot.share },
    task: {
      vcpu: task.vcpu,
      memory_gb: task.memoryGb,
      architecture: task.architecture,
      storage_gb: task.storageGb,
      stop_timeout_sec: task.stopTimeoutSec,
    },
  };
}

function scalerScenario(scenario: Scenario): Readonly<Record<string, unknown>> {
  const { version, name, objective, queue, worker, fleet, policy, metrics } = scenario;
  return { version, name, objective, queue, worker, fleet, policy, metrics };
}

function queueFaults({ queue }: Scenario): Fault[] {
  const { maxReceiveCount, deadLetterRetentionSec, retentionSec, receiveVisibilityTimeoutSec } = queue;
  return [
    ...when(maxReceiveCount > 0 && deadLetterRetentionSec <= retentionSec, () =>
      refusal(
        "queue.deadLetterRetentionSec",
        deadLetterRetentionSec,
        `${deadLetterRetentionSec} s is not longer than queue.retentionSec, ${retentionSec} s: a message that waited long would be gone from the dead-letter queue before anybody has seen it`,
        `raise it above ${retentionSec} s, or lower queue.retentionSec`,
      ),
    ),
    ...when(receiveVisibilityTimeoutSec === 0, () =>
      refusal(
        "queue.receiveVisibilityTimeoutSec",
        0,
        "the worker asks for a visibility of 1 s or more",
        "set it to null for the queue's own, or to 1 s or more",
      ),
    ),
  ];
}

function workerFaults({ worker }: Scenario): Fault[] {
  const lingerMs = worker.deleteLingerSec * 1000;
  return when(!isNearlyWhole(lingerMs), () =>
    refusal(
      "worker.deleteLingerSec",
      worker.deleteLingerSec,
      `${worker.deleteLingerSec} s are no whole milliseconds`,
      "round it to three digits",
    ),
  );
}

function fleetFaults({ fleet }: Scenario): Fault[] {
  const isEc2 = fleet.platform === "ec2";
  const share = fleet.spot?.share ?? 0;
  return [
    ...when(fleet.publicAddress, () =>
      refusal("fleet.publicAddress", true, "instances and tasks are in private subnets, without public addresses", "set it to false"),
    ),
    ...when(!isNearlyWhole(share * 100), () =>
      refusal("fleet.spot.share", share, `${share} is no whole percent, and AWS takes no other`, "round it to two digits"),
    ),
    ...when(isEc2 && (fleet.terminationPolicy === "fewest-busy-slots" || fleet.terminationPolicy === "idle-only"), () =>
      refusal(
        "fleet.terminationPolicy",
        fleet.terminationPolicy,
        "a function that asks your workers is yours to write, and is not deployed here",
        'choose one of AWS\'s own, or fleet.protection "while-busy", which spares busy instances as well',
      ),
    ),
    ...when(isEc2 && fleet.terminateHook?.abandoned === "retain", () =>
      refusal(
        "fleet.terminateHook.abandoned",
        "retain",
        "the stacks set no lifecycle policy: an instance whose hook is abandoned ends",
        'set it to "terminate"',
      ),
    ),
    ...when(fleet.warmPool !== null && fleet.launchHook === null, () =>
      refusal(
        "fleet.launchHook",
        null,
        "an instance of the warm pool would be stopped before it is installed: nothing but a launch hook waits for that",
        "add a launch hook, or set fleet.warmPool to null",
      ),
    ),
    ...when(!isEc2 && fleet.protection === "all", () =>
      refusal("fleet.protection", "all", "ECS has no such setting for a service", 'set it to "while-busy" or "none"'),
    ),
    ...when(isEc2 && (fleet.volumeGb < 8 || !Number.isInteger(fleet.volumeGb)), () =>
      refusal(
        "fleet.volumeGb",
        fleet.volumeGb,
        `${fleet.volumeGb} GB: Amazon Linux 2023 needs 8 GB, and volumes have whole gigabytes`,
        "give a whole number of 8 GB or more",
      ),
    ),
  ];
}

function noticesOf({ fleet }: Scenario): string[] {
  const hook = fleet.platform === "ec2" ? fleet.terminateHook : null;
  if (hook === null || !hook.sendsHeartbeats || hook.heartbeatTimeoutSec * 100 <= LONGEST_DRAIN_SEC) return [];
  const kept = `fleet.terminateHook may be kept waiting for up to ${hook.heartbeatTimeoutSec * 100} s`;
  return [`${kept}; the worker itself gives up after ${LONGEST_DRAIN_SEC} s.`];
}

/** DRAIN_LIMIT_SEC of the worker, at most. */
const LONGEST_DRAIN_SEC = 7200;

const NO_FUNCTION = refusal(
  "fleet.platform",
  "lambda",
  "the stacks deploy workers on EC2 and on Fargate, and no Lambda function that reads the queue",
  'set it to "ec2" or "fargate"',
);
