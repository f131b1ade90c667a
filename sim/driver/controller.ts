import { assert } from "../core/assert.ts";
import { evaluateMetric, type MetricExpression } from "../core/policy/metric-math.ts";
import type { Datapoint, Observation, Policy, Reason } from "../core/policy/policy.ts";
import type { DecisionRecord } from "../measure/result.ts";
import type { ApproximateCounts } from "../model/approximate-counts.ts";
import type { FleetModel } from "../model/fleet.ts";
import type { MetricFeed } from "../model/metric-feed.ts";
import { DecisionRecorder } from "./decision-recorder.ts";
import type { Telemeter } from "./telemetry.ts";

/**
 * Drives a scaling policy: shows it what it may see, carries out what it decides, and keeps the log. Carries out the acts
 * of operators as well, and logs them in the same way.
 */
export class Controller {
  reviews = 0;

  private readonly policy: Policy<unknown>;
  private readonly counts: ApproximateCounts;
  private readonly fleet: ControllerOptions["fleet"];
  private readonly feed: MetricFeed;
  private readonly telemeter: Telemeter;
  private readonly metric: MetricExpression;
  private readonly periodMs: number;
  private state: unknown;
  private readonly decisions: DecisionRecorder;
  private series: readonly Datapoint[] = [];
  private seriesVersion = -1;

  constructor(options: ControllerOptions) {
    this.policy = options.policy;
    this.counts = options.counts;
    this.fleet = options.fleet;
    this.feed = options.feed;
    this.telemeter = options.telemeter;
    this.metric = options.metric;
    this.periodMs = options.periodMs;
    this.decisions = new DecisionRecorder(options.fleet);
    this.state = options.policy.initial();
  }

  /** What was decided, by the policy and by operators. */
  get log(): readonly DecisionRecord[] {
    return this.decisions.records;
  }

  /** The period that ends at `now` is metered. */
  sampleMetrics(now: number): void {
    this.feed.sample(this.telemeter.sample(now), now);
  }

  /** The scaling metric as published by `now`. */
  scalingMetric(now: number): readonly Datapoint[] {
    const published = this.feed.published(now);
    if (this.seriesVersion !== this.feed.version) {
      this.series = evaluateMetric(this.metric, published, { periodMs: this.periodMs, periods: PERIODS_SHOWN });
      this.seriesVersion = this.feed.version;
    }
    return this.series;
  }

  /** Reviews the capacity once; returns when the next review is due. */
  review(now: number): number {
    const { visible, inFlight, at } = this.counts.read(now);
    const observation: Observation = {
      metric: this.scalingMetric(now),
      published: this.feed.published(now),
      telemetry: this.telemeter.read(now),
      backlog: { value: visible, at },
      inFlight: { value: inFlight, at },
      capacity: this.fleet.capacity(now),
    };
    const { state, decision } = this.policy.decide(this.state, observation, now);
    assert(decision.nextReviewAt > now, "a policy wants its next review later than this one");
    this.state = state;
    this.reviews += 1;
    this.carryOut({ ...decision, at: now, before: this.fleet.desired });
    this.counts.willBeRead(decision.nextReviewAt, now);
    return decision.nextReviewAt;
  }

  /** An operator changes the group by hand. */
  resized({ min, max, desired }: Resize, now: number): void {
    const limits = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
    const capacity = this.fleet.capacity(now);
    const most = max ?? Math.max(capacity.max, min ?? 0);
    const least = Math.min(min ?? capacity.min, most);
    const wanted = desired ?? capacity.desired;
    const within = Math.max(least, Math.min(wanted, most));
    const set = Object.entries({ ...limits, ...(desired === undefined ? {} : { desired }) }).map(([name, value]) => `${name} ${value}`);
    const reason: Reason = { code: "operator", text: `An operator sets ${set.join(", ")}.` };
    const limitedBy = within === wanted ? undefined : within < wanted ? "max" : "min";
    const resize = { min: least, max: most };
    this.carryOut({
      desired: within,
      reason,
      limitedBy,
      ...(limitedBy !== undefined && { wanted }),
      nextReviewAt: now,
      resize,
      at: now,
      before: capacity.desired,
    });
  }

  /** An operator does something that leaves the desired capacity as it is. */
  operated(act: () => string, now: number): void {
    this.decisions.add(() => {
      const reason: Reason = { code: "operator", text: act() };
      const { desired } = this.fleet;
      return { desired, reason, limitedBy: undefined, nextReviewAt: now, at: now, before: desired };
    });
  }

  private carryOut(decision: DecisionRecord): void {
    const { fleet } = this;
    const { at, desired, resize } = decision;
    this.decisions.add(() => {
      if (resize !== undefined) fleet.setLimits(resize, at);
      const isAccepted = desired === fleet.desired || fleet.setDesired(desired, at);
      return isAccepted ? decision : { ...decision, refused: true };
    });
  }
}

export interface ControllerOptions {
  readonly policy: Policy<unknown>;
  /** Of the queue, as GetQueueAttributes answers. */
  readonly counts: ApproximateCounts;
  readonly fleet: Pick<FleetModel, "desired" | "records" | "refusals" | "ended" | "capacity" | "setDesired" | "setLimits">;
  readonly feed: MetricFeed;
  readonly telemeter: Telemeter;
  /** The scaling metric that is recorded and shown. */
  readonly metric: MetricExpression;
  readonly periodMs: number;
}

/** A change by hand: what is undefined stays as it is. */
interface Resize {
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly desired: number | undefined;
}

/** As far back as an observation shows. */
const PERIODS_SHOWN = 32;
