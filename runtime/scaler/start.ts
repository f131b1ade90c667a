import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { SpecifiedPolicy } from "../../sim/core/policy/decision-log.ts";
import { metricNamesOf, policyOf, scalingMetric, warmUpSecOf, type PolicySurroundings } from "../../sim/core/policy/policy-of.ts";
import { METRIC_NAMES, type Policy } from "../../sim/core/policy/policy.ts";
import { CloudWatch } from "../aws/cloudwatch.ts";
import { Ec2ScalingGroup } from "../aws/ec2-scaling-group.ts";
import { QueueDesk } from "../aws/queue-desk.ts";
import { REAL_CLOCK } from "../clock.ts";
import { listen } from "../http-server.ts";
import { createLog, type Logger } from "../log.ts";
import type { GaugeStatistic } from "../metrics/aws-metrics.ts";
import { queueNameOf } from "../metrics/queue-depth.ts";
import { directoryOf } from "../metrics/worker-directory.ts";
import { WorkerWatch } from "../metrics/worker-watch.ts";
import { pause } from "../pause.ts";
import { printableSettings } from "../settings.ts";
import { regionOf } from "../worker/settings.ts";
import { Lease } from "./lease.ts";
import { openDecisionLog } from "./log-file.ts";
import { Observer } from "./observer.ts";
import { scalerPages } from "./pages.ts";
import { PublishedMetrics } from "./published-metrics.ts";
import { Scaler } from "./scaler.ts";
import type { ScalerConfiguration } from "./settings.ts";

export interface StartScalerOptions {
  readonly settings: ScalerConfiguration;
  /** The policy, and what it is told of the world. */
  readonly specified: SpecifiedPolicy;
  readonly surroundings: PolicySurroundings;
  /** Decides in its place: a policy from a file. */
  readonly own: { readonly policy: Policy<unknown>; readonly file: string } | undefined;
  readonly statistic: GaugeStatistic;
  /** Milliseconds since 1970 at which the policy's time is 0. */
  readonly originEpochMs: number;
  readonly isDryRun: boolean;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Runs a scaler on a real group until it is told to end. */
export async function startScaler(options: StartScalerOptions): Promise<void> {
  const { settings, signal, isDryRun } = options;
  const log = createLog(settings.LOG_LEVEL, "scaler");
  const decisions = openDecisionLog(settings.DECISION_LOG, (error) => log.error({ err: error }, "a decision could not be written"));
  log.info({ settings: printableSettings(settings), policy: options.own?.file ?? options.specified.kind, isDryRun }, "starting");
  const region = regionOf(settings) ?? "";
  const aws = { region, endpoint: settings.AWS_ENDPOINT_URL };
  const group = new Ec2ScalingGroup({ name: settings.AUTO_SCALING_GROUP_NAME, ...aws });
  const queue = new QueueDesk({ queueUrl: settings.QUEUE_URL, ...aws });
  const cloudWatch = new CloudWatch(aws);
  const clock = REAL_CLOCK;
  const now = timeSince(options.originEpochMs);
  const metrics = metricsOf(options, cloudWatch);
  const observer = observerOf(options, { group, queue, metrics, now, log });
  const lease = isDryRun ? undefined : leaseOn(group, log);
  const { own, specified } = options;
  const scaler = new Scaler({
    policy: own?.policy ?? policyOf(specified.spec, options.surroundings),
    logged: own === undefined ? specified : { kind: own.policy.kind, file: own.file },
    group,
    observer,
    lease,
    isDryRun,
    everyMs: settings.INTERVAL_SEC === undefined ? undefined : settings.INTERVAL_SEC * 1000,
    clock,
    now,
    originEpochMs: options.originEpochMs,
    write: (line) => decisions.write(line),
    log,
    about: { group: group.name, queue: settings.QUEUE_URL, process: `${hostname()}:${process.pid}` },
  });
  const pages = scalerPages(() => ({ status: scaler.status, isActing: lease?.isHeld ?? false }));
  const listening = await listen(pages, { port: settings.METRICS_PORT, host: settings.METRICS_HOST });
  log.info({ port: listening.port }, "listening");
  process.send?.({ type: "listening", port: listening.port });
  try {
    await Promise.all([scaler.run(signal), ...(metrics.isOwn ? [sampling(observer, specified.periodSec * 1000, now, signal)] : [])]);
  } finally {
    await listening.close();
    for (const client of [group, queue, cloudWatch]) client.close();
    const { last: _, ...figures } = scaler.status;
    log.info({ figures }, "stopped");
    decisions.close();
  }
}

function metricsOf({ settings, specified, own, statistic, originEpochMs }: StartScalerOptions, reader: CloudWatch): PublishedMetrics {
  return new PublishedMetrics({
    reader,
    // What a policy from a file will ask for cannot be known.
    names: own === undefined ? metricNamesOf(specified.spec) : METRIC_NAMES,
    owners: { queueName: queueNameOf(settings.QUEUE_URL), groupName: settings.AUTO_SCALING_GROUP_NAME },
    statistic,
    periodSec: specified.periodSec,
    originEpochMs,
  });
}

function observerOf(
  { settings, specified, originEpochMs }: StartScalerOptions,
  parts: { group: Ec2ScalingGroup; queue: QueueDesk; metrics: PublishedMetrics; now: () => number; log: Logger },
): Observer {
  const { log, ...rest } = parts;
  return new Observer({
    ...rest,
    workers: settings.WORKER_URL === undefined ? undefined : new WorkerWatch(directoryOf(settings.WORKER_URL)),
    metric: scalingMetric(specified.spec),
    periodMs: specified.periodSec * 1000,
    warmUpMs: warmUpSecOf(specified.spec) * 1000,
    originEpochMs,
    failed: (what, error) => log.warn({ err: error, what }, "could not be read"),
  });
}

function leaseOn(group: Ec2ScalingGroup, log: Logger): Lease {
  return new Lease({
    owner: `${hostname()}/${process.pid}/${randomBytes(4).toString("hex")}`.replace(/[^\w.:/=+@-]/g, "-"),
    clock: REAL_CLOCK,
    read: async () => (await group.describe()).lease,
    write: (value) => group.writeLease(value),
    changed: (isHeld) => log.info(isHeld ? "this scaler acts from now on" : "this scaler does not act any more"),
    failed: (error) => log.warn({ err: error }, "the lease could not be read or written"),
  });
}

/** Meters each period at its end. */
async function sampling(observer: Observer, periodMs: number, now: () => number, signal: AbortSignal): Promise<void> {
  for (;;) {
    await pause(REAL_CLOCK, periodMs - (now() % periodMs), signal);
    if (signal.aborted) return;
    await observer.sample();
  }
}

/** Whole milliseconds since an origin, by the time of day, which metrics go by too; it stands still rather than go back. */
function timeSince(originEpochMs: number): () => number {
  let latest = 0;
  return () => (latest = Math.max(latest, Date.now() - originEpochMs));
}
