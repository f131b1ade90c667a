import { evaluateMetric, type MetricExpression } from "../../sim/core/policy/metric-math.ts";
import type { Capacity, Observation, Reading, Telemetry } from "../../sim/core/policy/policy.ts";
import type { DepthReader, QueueDepth } from "../metrics/queue-depth.ts";
import type { WorkerFigures, WorkerWatch } from "../metrics/worker-watch.ts";
import { InstanceWatch } from "./instance-watch.ts";
import type { PublishedMetrics } from "./published-metrics.ts";
import { inServiceIds, type GroupView, type ScalableGroup } from "./scalable-group.ts";

/**
 * Builds what a policy is shown, from what AWS and the workers answer. Each figure carries the time at which it was asked
 * for: it was true no earlier. What could not be read is absent, and there is no figure that a controller could not have.
 */
export class Observer {
  private readonly parts: ObserverParts;
  private readonly instances = new InstanceWatch();

  constructor(parts: ObserverParts) {
    this.parts = parts;
  }

  /** @throws When the group cannot be described: without it there is nothing to decide about. */
  async look(): Promise<Sight> {
    const { group, queue, metrics } = this.parts;
    const at = this.parts.now();
    const [view, depth, published] = await Promise.all([
      group.describe(),
      this.orUndefined("queue", queue.depth()),
      metrics.read(at, (error) => this.parts.failed("metrics", error)),
    ]);
    await this.watch(view);
    const workers = await this.lookAtWorkers(view);
    const reading = (value: number | undefined): Reading | undefined => (value === undefined ? undefined : { value, at });
    const telemetry = workers === undefined ? undefined : this.telemetry(workers, at);
    const observation: Observation = {
      metric: evaluateMetric(this.parts.metric, published, { periodMs: this.parts.periodMs, periods: PERIODS_SHOWN }),
      published,
      ...(telemetry === undefined ? {} : { telemetry }),
      backlog: reading(depth?.visible),
      inFlight: reading(depth?.inFlight),
      capacity: this.capacity(view),
    };
    return { observation, lease: view.lease };
  }

  /** Meters the period that ends now, for metrics of a period shorter than a minute. Never throws. */
  async sample(): Promise<void> {
    const { group, queue, metrics } = this.parts;
    const [view, depth] = await Promise.all([this.orUndefined("group", group.describe()), this.orUndefined("queue", queue.depth())]);
    const workers = view === undefined ? undefined : await this.lookAtWorkers(view);
    const inService = view === undefined ? undefined : inServiceIds(view.instances).length;
    metrics.sampled(
      {
        ...depthFigures(depth),
        ...(inService === undefined ? {} : { inService, running: inService }),
        ...(view === undefined ? {} : { desired: view.desired }),
        ...(workers?.busyShare === undefined ? {} : { busyShare: workers.busyShare }),
      },
      this.parts.now(),
    );
  }

  private async watch({ instances }: GroupView): Promise<void> {
    const { group } = this.parts;
    const launches = this.instances.wantsLaunches(instances) ? await this.orUndefined("activities", group.recentLaunches()) : undefined;
    this.instances.looked(instances, launches, this.nowEpochMs());
  }

  private lookAtWorkers({ instances }: GroupView): Promise<WorkerFigures | undefined> {
    const { workers } = this.parts;
    const ids = inServiceIds(instances);
    if (workers === undefined || ids.length === 0) return Promise.resolve(undefined);
    return this.orUndefined("workers", workers.look(ids, this.nowEpochMs()));
  }

  private capacity({ min, max, desired, instances }: GroupView): Capacity {
    const count = (state: string) => instances.filter((instance) => instance.state === state).length;
    return {
      min,
      max,
      desired,
      pending: count("pending"),
      inService: count("in-service"),
      warming: this.instances.warming(this.parts.warmUpMs, this.nowEpochMs()),
      terminating: count("terminating"),
    };
  }

  private telemetry({ working, busyShare, serviceTimeMs, beganAt }: WorkerFigures, at: number): Telemetry {
    const delays = [...beganAt].flatMap(([id, began]) => {
      const launched = this.instances.launchedAt(id);
      // A worker that was started anew on an old instance says nothing of launches.
      return launched === undefined || began - launched > LONGEST_LAUNCH_MS ? [] : [{ launched, delayMs: Math.max(0, began - launched) }];
    });
    const last = delays.sort((a, b) => b.launched - a.launched).slice(0, LAUNCHES_REMEMBERED);
    const launchDelayMs = last.reduce((sum, { delayMs }) => sum + delayMs, 0) / last.length;
    return {
      working: { value: working, at },
      ...(busyShare === undefined ? {} : { busyShare: { value: busyShare, at } }),
      ...(serviceTimeMs === undefined ? {} : { serviceTimeMs: { value: serviceTimeMs, at } }),
      ...(last.length === 0 ? {} : { launchDelayMs: { value: launchDelayMs, at } }),
    };
  }

  private nowEpochMs(): number {
    return this.parts.originEpochMs + this.parts.now();
  }

  private async orUndefined<T>(what: string, read: Promise<T>): Promise<T | undefined> {
    try {
      return await read;
    } catch (error) {
      this.parts.failed(what, error);
      return undefined;
    }
  }
}

export interface ObserverParts {
  readonly group: ScalableGroup;
  readonly queue: DepthReader;
  readonly metrics: PublishedMetrics;
  /** Undefined when their pages cannot be reached. */
  readonly workers: WorkerWatch | undefined;
  /** The scaling metric. */
  readonly metric: MetricExpression;
  readonly periodMs: number;
  readonly warmUpMs: number;
  readonly originEpochMs: number;
  /** Milliseconds since the origin. */
  readonly now: () => number;
  readonly failed: (what: string, error: unknown) => void;
}

export interface Sight {
  readonly observation: Observation;
  readonly lease: string | undefined;
}

function depthFigures(depth: QueueDepth | undefined): Partial<Record<"visible" | "inFlight" | "delayed", number>> {
  return depth === undefined ? {} : { visible: depth.visible, inFlight: depth.inFlight, delayed: depth.delayed };
}

const PERIODS_SHOWN = 32;
/** Enough to level out a single slow one. */
const LAUNCHES_REMEMBERED = 5;
const LONGEST_LAUNCH_MS = 3_600_000;
