import { setTimeout as sleep } from "node:timers/promises";
import { warmUpSecOf, type MetricName, type Scenario } from "../../../sim/index.ts";
import type { Pipeline } from "../../pipelines/pipeline.ts";
import type { PolicyAnswer } from "../autoscaling/scaling-policies.ts";
import { realClock } from "../wake-clock.ts";
import type { AwsRecord } from "../service.ts";
import type { QueueReading } from "../sqs/local-sqs.ts";
import { putAwsPolicies } from "./aws-policies.ts";
import { ApiTraffic } from "./api-traffic.ts";
import { DirectController } from "./direct-controller.ts";
import { FleetWork } from "./fleet-work.ts";
import { GROUP_NAME, startLocalParts, type LocalParts } from "./local-parts.ts";
import { startLocalSystem, type LocalSystem } from "./local-system.ts";
import { operate } from "./operate.ts";
import { OWN_NAMESPACE, ScenarioMetrics } from "./scenario-metrics.ts";
import { Traffic } from "./traffic.ts";

export interface LocalRunOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly forMs: number;
  /** Who scales: the policies and alarms of the embedded AWS, or the scenario's policy by itself. */
  readonly controller: "aws" | "headroom";
  /** Port of the embedded AWS; 0 for any. */
  readonly port: number;
  /** What every instance runs. */
  readonly workerScript: string;
  /** A pipeline to run on the scenario's fleet, with its API and its stores; undefined for work that is pretended. */
  readonly system: LocalSystemOptions | undefined;
  /** Folder for a log of each instance; undefined for none. */
  readonly logFolder: string | undefined;
  /** Gives a start up: what was started ends, and the start rejects with the signal's reason. Default: none. */
  readonly signal?: AbortSignal;
  /** Told of every decision as it is taken. Default: nobody is told. */
  readonly answered?: (answer: PolicyAnswer) => void;
  /** Told what happened to an instance that nobody had wanted. Default: nobody is told. */
  readonly failed?: (what: string) => void;
  /** Told when the run cannot go on as it should: it has to be stopped. Default: the error is thrown. */
  readonly broke?: (error: unknown) => void;
}

export interface LocalSystemOptions {
  readonly pipeline: Pipeline;
  /** What the API runs. */
  readonly apiScript: string;
  /** Port of the API; 0 for any. */
  readonly apiPort: number;
  /** Whether the scenario's traffic is sent, as requests to the API. */
  readonly hasTraffic: boolean;
}

/** What a run looks like at one moment. */
export interface Snapshot {
  /** Milliseconds since the run began. */
  readonly at: number;
  readonly queue: QueueReading;
  readonly deadLetters: number;
  readonly desired: number;
  readonly pending: number;
  readonly inService: number;
  /** In service, and for less than the warm-up of the policy. */
  readonly warming: number;
  readonly terminating: number;
  /** Instances whose worker says that it is ready. */
  readonly ready: number;
}

/**
 * A scenario on this machine: its queues, alarms and group on the embedded AWS, its instances as processes of the real
 * worker, its traffic as a real generator, all in real time.
 */
export class LocalRun {
  /** Every decision that changed something, oldest first, and at the end the newest one if it did not. */
  readonly answers: PolicyAnswer[];
  /** What happened to instances that nobody had wanted, oldest first. */
  readonly failures: readonly string[];
  readonly parts: LocalParts;
  /** What goes straight to the queue. */
  readonly traffic: Traffic;
  /** What goes to a pipeline's API; undefined for none. */
  readonly apiTraffic: ApiTraffic | undefined;
  readonly system: LocalSystem | undefined;

  private readonly options: LocalRunOptions;
  private readonly warmUpMs: number;
  private stopping: Promise<void> | undefined;
  private readonly clock = realClock();
  private readonly originMs: number;
  private readonly metrics: ScenarioMetrics;
  private readonly work: FleetWork;
  private readonly timers = new Set<NodeJS.Timeout>();
  private counted = { sent: 0, deleted: 0 };

  /** Starts everything, gives the initial instances some time to get ready, and begins. */
  static async start(options: LocalRunOptions): Promise<LocalRun> {
    const { fleet } = options.scenario;
    const clock = realClock();
    const system = options.system === undefined ? undefined : await startLocalSystem(options.system.pipeline);
    const originMs = clock.now() + START_MS + START_MS_EACH * (fleet.initial ?? fleet.min);
    const answers: PolicyAnswer[] = [];
    const failures: string[] = [];
    const parts = await startLocalParts({
      ...options,
      system: options.system === undefined || system === undefined ? undefined : { local: system, ...options.system },
      originMs,
      answered: (answer) => {
        note(answers, answer);
        options.answered?.(answer);
      },
      failed: (what) => {
        failures.push(what);
        options.failed?.(what);
      },
    }).catch(async (error: unknown) => {
      await system?.stop();
      throw error;
    });
    try {
      await sleep(Math.max(0, originMs - clock.now()), undefined, options.signal === undefined ? {} : { signal: options.signal });
    } catch (error) {
      await parts.stop();
      await system?.stop();
      throw error;
    }
    return new LocalRun(options, { parts, system, originMs, answers, failures });
  }

  private constructor(
    options: LocalRunOptions,
    made: { parts: LocalParts; system: LocalSystem | undefined; originMs: number; answers: PolicyAnswer[]; failures: readonly string[] },
  ) {
    const { scenario, seed, forMs, controller } = options;
    const { parts, originMs } = made;
    this.options = options;
    this.warmUpMs = warmUpSecOf(scenario.policy) * 1000;
    this.parts = parts;
    this.system = made.system;
    this.originMs = originMs;
    this.answers = made.answers;
    this.failures = made.failures;
    this.metrics = new ScenarioMetrics(scenario, {
      queueName: parts.queueName,
      deadLetterName: parts.deadLetterName,
      groupName: GROUP_NAME,
    });
    this.work = new FleetWork({ status: () => parts.fleet.status(), now: () => this.now() });
    const send = (message: AwsRecord) => void parts.sqs.deliver(parts.queueArn, message);
    this.traffic = new Traffic({ scenario, seed, forMs, clock: realClock(), originMs, send });
    this.apiTraffic = this.apiTrafficOf(options);
    if (options.system === undefined) this.traffic.begin();
    else this.apiTraffic?.begin();
    this.work.begin();
    this.repeat(scenario.metrics.periodSec * 1000, () => this.publish(scenario));
    if (controller === "headroom") this.beginReviews(scenario);
    else putAwsPolicies(scenario, { group: parts.group, cloudWatch: parts.cloudWatch, metrics: this.metrics });
  }

  /** Milliseconds since the run began. */
  now(): number {
    return this.clock.now() - this.originMs;
  }

  /** Resolves so many milliseconds after the run began, never before, or when the signal says so. */
  async lastsUntil(at: number, signal: AbortSignal): Promise<void> {
    // Timers may be early by a part of a millisecond.
    while (this.now() < at && !signal.aborted) await sleep(Math.max(1, at - this.now()), undefined, { signal }).catch(() => undefined);
  }

  snapshot(): Snapshot {
    const { group, fleet } = this.parts;
    const { queue, deadLetters } = this.parts.readings();
    const { desired, pending, inService, warming, terminating } = group.capacity(group.settle(), this.warmUpMs);
    const ready = fleet.status().filter(({ phase }) => phase === "ready").length;
    return { at: this.now(), queue, deadLetters: deadLetters.visible, desired, pending, inService, warming, terminating, ready };
  }

  /** Ends everything that was started; once, however often it is asked to. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    this.traffic.stop();
    this.apiTraffic?.stop();
    this.work.stop();
    await this.parts.stop();
    await this.system?.stop();
  }

  private apiTrafficOf({ scenario, seed, forMs, system }: LocalRunOptions): ApiTraffic | undefined {
    const { api } = this.parts;
    if (api === undefined || system?.hasTraffic !== true) return undefined;
    const { sample } = system.pipeline;
    return new ApiTraffic({ scenario, seed, forMs, apiUrl: api.url, sample, token: this.system?.token });
  }

  /** A period of the metrics that we publish has ended. */
  private publish(scenario: Scenario): void {
    const { group, cloudWatch } = this.parts;
    const { visible, inFlight, delayed, ageOfOldestMs, sent, deleted } = this.parts.readings().queue;
    this.work.periodEnded();
    const figures: Partial<Record<MetricName, number>> = {
      visible,
      inFlight,
      delayed,
      age: ageOfOldestMs / 1000,
      sent: sent - this.counted.sent,
      deleted: deleted - this.counted.deleted,
      busyShare: this.work.figures(group.fleet.launchDelayMs).busyShare,
    };
    this.counted = { sent, deleted };
    const Timestamp = this.clock.now() / 1000 - scenario.metrics.periodSec;
    const MetricData = this.metrics.published(figures).map((datum) => ({ ...datum, Timestamp }));
    if (MetricData.length > 0) void operate(cloudWatch.service, "PutMetricData", { Namespace: OWN_NAMESPACE, MetricData });
  }

  private beginReviews(scenario: Scenario): void {
    const { parts, metrics, originMs } = this;
    const controller = new DirectController({
      scenario,
      group: parts.group,
      cloudWatch: parts.cloudWatch,
      metrics,
      queue: () => parts.readings().queue,
      fleet: () => this.work.figures(parts.group.fleet.launchDelayMs),
      warmUpMs: this.warmUpMs,
      originMs,
      answered: (answer) => {
        note(this.answers, answer);
        this.options.answered?.(answer);
      },
    });
    const reviewAt = (at: number) => this.at(at, () => reviewAt(controller.review(at)));
    reviewAt(scenario.metrics.evaluationSecond * 1000);
  }

  private repeat(everyMs: number, act: () => void): void {
    const next = (at: number) =>
      this.at(at, () => {
        act();
        next(at + everyMs);
      });
    next(everyMs);
  }

  /** At so many milliseconds after the beginning, or a little later. */
  private at(at: number, act: () => void): void {
    const waitMs = Math.min(LONGEST_TIMEOUT_MS, Math.max(1, at - this.now()));
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (this.now() < at) this.at(at, act);
      else this.attempt(act);
    }, waitMs);
    this.timers.add(timer);
  }

  private attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (this.options.broke === undefined) throw error;
      this.options.broke(error);
    }
  }
}

/** Of answers that change nothing only the newest is kept. */
function note(answers: PolicyAnswer[], answer: PolicyAnswer): void {
  const last = answers.at(-1);
  if (last !== undefined && last.before === last.desired) answers.pop();
  answers.push(answer);
}

/** What starting a process takes on a machine of two cores, with something to spare. */
const START_MS = 2000;
const START_MS_EACH = 400;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
