import { assert } from "./core/assert.ts";
import { AlarmWatch } from "./driver/alarm-watch.ts";
import { Controller } from "./driver/controller.ts";
import { EVENT } from "./driver/events.ts";
import { fleetOf } from "./driver/fleet-of.ts";
import { InstanceTraits } from "./driver/instance-traits.ts";
import { newWorkerOf } from "./driver/new-worker.ts";
import { JobFailures } from "./driver/job-failures.ts";
import { alarmsOf, downstreamSettings, feedSettings, workerFleetSettings } from "./driver/from-scenario.ts";
import { Operator } from "./driver/operator.ts";
import { suspendable } from "./driver/suspendable-policy.ts";
import { policyOf, scalingMetric } from "./core/policy/policy-of.ts";
import { QueueEntrance, queuesOf, type Queues } from "./driver/queues.ts";
import { Telemeter } from "./driver/telemetry.ts";
import { WorkerFleet } from "./driver/worker-fleet.ts";
import { Workload } from "./driver/workload.ts";
import type { Policy } from "./core/policy/policy.ts";
import type { Calendar } from "./kernel/calendar.ts";
import { durationSampler } from "./kernel/distributions.ts";
import { RandomStreams } from "./kernel/random.ts";
import { TickCalendar } from "./kernel/tick-calendar.ts";
import { Recorder } from "./measure/recorder.ts";
import type { Result } from "./measure/result.ts";
import { summarise } from "./driver/summary.ts";
import { digestOf } from "./measure/result-digest.ts";
import { workloadFigures } from "./driver/workload-figures.ts";
import { ApproximateCounts } from "./model/approximate-counts.ts";
import { Downstream } from "./model/downstream.ts";
import { Bill } from "./model/cost.ts";
import type { FleetModel } from "./model/fleet.ts";
import { MessageStore } from "./model/message-store.ts";
import { isOwnPeriod, MetricFeed } from "./model/metric-feed.ts";
import type { QueueModel } from "./model/queue-model.ts";
import { simulatedSurroundings } from "./scenario/policy-surroundings.ts";
import type { Scenario } from "./scenario/schema.ts";

export interface SimulateOptions {
  /** Orders the events; the fast tick calendar unless another (the simjs reference) is given. A calendar serves one run. */
  readonly calendar?: Calendar;
  /** Decides in place of the scenario's policy: a user's own, from a file. */
  readonly policy?: Policy<unknown>;
}

/** Runs a scenario from start to end and returns everything measured. The same scenario and seed give the same bytes. */
export function simulate(scenario: Scenario, seed: number, options: SimulateOptions = {}): Result {
  const run = new SimulationRun(scenario, seed, options);
  run.advanceTo(run.endMs);
  return run.result();
}

/**
 * A run that can be moved in steps, for progress bars, cancelling and live views. However it is cut, the result is the
 * same.
 *
 * The parts: a workload sends messages to a queue; a fleet keeps instances; a worker fleet runs the real workers on them,
 * whose jobs may call a downstream; a controller has the metrics published and drives the real policy. All are moved by one calendar,
 * in {@link SimulationRun.advanceTo}.
 */
export class SimulationRun {
  readonly endMs: number;

  private readonly scenario: Scenario;
  private readonly seed: number;
  private readonly calendar: Calendar;
  private readonly store = new MessageStore();
  private readonly workload: Workload;
  private readonly downstream: Downstream | undefined;
  private readonly deadLetters: QueueModel;
  private readonly queue: QueueModel;
  private readonly entrance: Queues["entrance"];
  private readonly workers: WorkerFleet;
  private readonly fleet: FleetModel;
  private readonly counts: ApproximateCounts;
  private readonly controller: Controller;
  private readonly alarms: AlarmWatch;
  private readonly operator: Operator;
  private readonly recorder: Recorder;
  private readonly sampleEveryMs: number;
  private readonly periodMs: number;
  private readonly bill: Bill;
  /** Counters at the row before. */
  private sentBefore = 0;
  private deletedBefore = 0;

  constructor(scenario: Scenario, seed: number, options: SimulateOptions = {}) {
    this.scenario = scenario;
    this.seed = seed;
    this.endMs = scenario.run.durationSec * 1000;
    this.sampleEveryMs = scenario.run.sampleEverySec * 1000;
    this.periodMs = scenario.metrics.periodSec * 1000;
    this.bill = new Bill(scenario);
    const calendar = (this.calendar = options.calendar ?? new TickCalendar());
    const { store } = this;
    const streams = new RandomStreams(seed);

    const workerSettings = workerFleetSettings(scenario);
    this.workers = new WorkerFleet({
      calendar,
      store,
      settings: workerSettings,
      failures: new JobFailures(workerSettings.failures, streams.stream("failures")),
      traits: new InstanceTraits(workerSettings, { speeds: streams.stream("instance speeds"), crashes: streams.stream("crashes") }),
      faults: streams.stream("faults"),
    });
    this.downstream = this.connectDownstream(streams);
    const queues = queuesOf(scenario, { calendar, store, consumer: this.workers, streams });
    this.queue = queues.queue;
    this.deadLetters = queues.deadLetters;
    this.entrance = queues.entrance;
    this.workload = new Workload({ scenario, calendar, store, queue: queues.entrance, streams, endMs: this.endMs });
    if (this.workload.observes) this.workers.observe(this.workload);
    if (this.workload.classes.length > 1) this.queue.watch = this.workload;
    this.fleet = fleetOf(scenario, { calendar, host: this.workers, streams, backlog: () => this.queue.visible });
    this.workers.connect(this.queue, this.fleet, newWorkerOf(workerSettings, this.fleet));
    const feed = new MetricFeed(feedSettings(scenario), {
      queue: streams.stream("metrics"),
      deadLetters: streams.stream("dead-letter metrics"),
    });
    this.counts = new ApproximateCounts({
      calendar,
      event: EVENT.countsTaken,
      withinMs: Math.round(scenario.metrics.countsWithinSec * 1000),
      stream: streams.stream("approximate counts"),
      queue: this.queue,
    });
    this.controller = this.controllerOf(feed, options.policy ?? this.policyOf(scenario));
    this.alarms = new AlarmWatch({ alarms: alarmsOf(scenario), feed, atSecond: scenario.metrics.evaluationSecond });
    this.recorder = new Recorder(Math.floor(this.endMs / this.sampleEveryMs) + 1);

    this.fleet.start(0);
    const { controller, fleet, queue, deadLetters } = this;
    this.operator = new Operator({ acts: scenario.acts, calendar, controller, fleet, queue, deadLetters });
    calendar.scheduleControl(this.periodMs, EVENT.metricSampled, 0);
    const firstReviewAt = scenario.metrics.evaluationSecond * 1000;
    this.counts.willBeRead(firstReviewAt, 0);
    calendar.scheduleControl(firstReviewAt, EVENT.reviewDue, 0);
    if (this.alarms.firstAt !== undefined) calendar.scheduleControl(this.alarms.firstAt, EVENT.alarmsDue, 0);
    calendar.scheduleControl(0, EVENT.rowDue, 0);
  }

  /** Virtual time of the last event, milliseconds. */
  get nowMs(): number {
    return this.calendar.now;
  }

  /** Simulates up to virtual time `untilMs`, at most to the end of the run. */
  advanceTo(untilMs: number): void {
    const { calendar, workload, queue, workers, fleet } = this;
    const until = Math.min(untilMs, this.endMs);
    while (calendar.advance(until)) {
      const { now, subject } = calendar;
      switch (calendar.kind) {
        case EVENT.arrival:
          workload.arrived(now);
          break;
        case EVENT.answerDue:
          workers.answerDue(subject, now);
          break;
        case EVENT.jobEnded:
          workers.jobEnded(subject, now);
          break;
        case EVENT.callSettled:
          workers.callSettled(subject, now);
          break;
        case EVENT.workerWake:
          workers.workerWake(subject, now);
          break;
        case EVENT.visibilityEnded:
          queue.visibilityEnded(subject, now);
          break;
        case EVENT.delayEnded:
          queue.delayEnded(subject, now);
          break;
        case EVENT.pollsEnded:
          queue.pollsEnded(now);
          break;
        case EVENT.sendAdmitted:
          (this.entrance as QueueEntrance).sendAdmitted(subject, now);
          break;
        case EVENT.deadMoveDue:
          this.deadLetters.moveDue(now);
          break;
        case EVENT.receiveFailed:
          workers.receiveFailed(subject, now);
          break;
        case EVENT.retentionEnded:
          queue.retentionEnded(now);
          break;
        case EVENT.deadRetentionEnded:
          this.deadLetters.retentionEnded(now);
          break;
        case EVENT.instanceDue:
        case EVENT.spotDue:
        case EVENT.failureDue:
        case EVENT.groupDue:
          fleet.eventDue(calendar.kind, subject, now);
          break;
        case EVENT.metricSampled:
          this.controller.sampleMetrics(now);
          calendar.scheduleControl(now + this.periodMs, EVENT.metricSampled, 0);
          break;
        case EVENT.actDue:
          this.operator.actDue(subject, now);
          break;
        case EVENT.reviewDue:
          calendar.scheduleControl(this.controller.review(now), EVENT.reviewDue, 0);
          break;
        case EVENT.rowDue:
          this.recordRow(now);
          break;
        default:
          this.takeRareEvent(now);
      }
    }
  }

  /** Events that only some scenarios have. */
  private takeRareEvent(now: number): void {
    const { kind, subject } = this.calendar;
    switch (kind) {
      case EVENT.downstreamServed:
        this.downstream?.places.serviceEnded(subject, now);
        break;
      case EVENT.downstreamTimedOut:
        this.downstream?.places.patienceEnded(subject, now);
        break;
      case EVENT.alarmsDue:
        this.calendar.scheduleControl(this.alarms.evaluate(now), EVENT.alarmsDue, 0);
        break;
      case EVENT.countsTaken:
        this.counts.taken(now);
        break;
      case EVENT.workerCrashes:
        this.workers.workerCrashes(subject, now);
        break;
      default:
        assert(this.workload.take(kind, subject, now), `no part of a run takes event ${String(kind)}`);
    }
  }

  /** Everything measured. Asked for once, at the end. */
  result(): Result {
    const { scenario, seed, queue, workers, fleet, controller } = this;
    const columns = this.recorder.finished();
    const { workload, downstream, entrance } = this;
    const waiting = entrance instanceof QueueEntrance ? entrance.waiting : [];
    const extra = workloadFigures({ workload, downstream, inQueue: queue.alive, waiting }, this.endMs);
    const summarised = summarise({ scenario, nowMs: this.endMs, columns, queue, workers, fleet, controller, bill: this.bill });
    const alarms = this.alarms.summaries(this.endMs);
    const measured = {
      columns,
      summary: { ...summarised, ...(alarms.length > 0 && { alarms }), ...(extra !== undefined && { workload: extra.summary }) },
      latencyMs: workers.latencyMs,
      waitMs: workers.waitMs,
      decisions: controller.log,
      instances: fleet.records,
      refusals: fleet.refusals,
      alarms: this.alarms.transitions,
      ...(extra !== undefined && { workload: extra.histograms }),
    };
    return { scenario, seed, ...measured, digest: digestOf(measured) };
  }

  private connectDownstream(streams: RandomStreams): Downstream | undefined {
    const { calendar, scenario, workers } = this;
    const settings = downstreamSettings(scenario);
    if (settings === undefined || scenario.downstream === null) return undefined;
    const downstream = new Downstream({
      calendar,
      settings,
      latency: durationSampler(scenario.downstream.latency, streams.stream("downstream latencies")),
      faults: streams.stream("downstream faults"),
      events: { serviceEnded: EVENT.downstreamServed, patienceEnded: EVENT.downstreamTimedOut },
      answered: (job, hasSucceeded, now) => {
        workers.downstreamAnswered(job, hasSucceeded, now);
      },
    });
    workers.callAtEnd(downstream);
    return downstream;
  }

  /** Only a group whose processes are suspended in the run, or that is deployed to, needs to be asked about them. */
  private policyOf(scenario: Scenario): Policy<unknown> {
    const surroundings = simulatedSurroundings(scenario);
    const isEverHeld = scenario.acts.some(({ kind }) => kind === "suspend" || kind === "deploy");
    return policyOf(scenario.policy, isEverHeld ? { ...surroundings, adapt: (policy) => suspendable(policy, this.fleet) } : surroundings);
  }

  private controllerOf(feed: MetricFeed, policy: Policy<unknown>): Controller {
    const { scenario, queue, counts, fleet, workers, periodMs } = this;
    const mayDie = [scenario.queue, ...scenario.acts].some((one) => "maxReceiveCount" in one && (one.maxReceiveCount ?? 0) > 0);
    const deadLetters = mayDie ? this.deadLetters : undefined;
    const own = isOwnPeriod(periodMs) ? { counts, periodMs } : undefined;
    const telemeter = new Telemeter({ queue, deadLetters, fleet, work: workers }, scenario.metrics.lagSec * 1000, own);
    return new Controller({ policy, counts, fleet, feed, telemeter, metric: scalingMetric(scenario.policy), periodMs });
  }

  private recordRow(now: number): void {
    const { queue, fleet } = this;
    const capacity = fleet.capacity(now);
    const standing = fleet.standing();
    const perSec = now === 0 ? 0 : 1000 / this.sampleEveryMs;
    this.recorder.add(now, {
      arrivalRatePerSec: (queue.sent - this.sentBefore) * perSec,
      throughputPerSec: (queue.deleted - this.deletedBefore) * perSec,
      backlog: queue.visible,
      inFlight: queue.inFlight,
      delayed: queue.delayed,
      ageOfOldestMs: queue.ageOfOldestMs(now),
      desired: capacity.desired,
      pending: capacity.pending,
      inService: capacity.inService,
      warming: capacity.warming,
      draining: capacity.terminating,
      metric: this.controller.scalingMetric(now).at(-1)?.value ?? NaN,
      costPerHourUsd: this.bill.perHourUsd(standing),
      booting: standing.booting,
      warmPool: standing.warmPool,
      spot: standing.spot,
    });
    this.sentBefore = queue.sent;
    this.deletedBefore = queue.deleted;
    this.calendar.scheduleControl(now + this.sampleEveryMs, EVENT.rowDue, 0);
  }
}
