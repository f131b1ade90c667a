import type { DurationSampler } from "../kernel/distributions.ts";
import { InstanceLog } from "./instance-log.ts";
import { NONE, newInstance, NEVER, type Instance } from "./instance.ts";

/**
 * A Lambda function: its execution environments, each of which has one invocation at a time.
 *
 * An invocation is given an environment that is idle, or a new one, whose start it waits for (a cold start). It is refused
 * when as many are at work as the function's concurrency allows. What it takes from there to its end is billed, the start
 * of its environment included, since August 2025 for every kind of function (AWS Lambda standardizes billing for INIT phase).
 * An environment whose invocation was cut off is not used again (lambda-runtime-environment).
 *
 * That a function gains at most 1,000 environments each 10 s (scaling-behavior) is left out: one mapping asks for 300 a minute.
 */
export class LambdaFunction {
  /** Environments whose start an invocation waits for, and those whose handler runs. */
  starting = 0;
  running = 0;
  /** Invocations that got an environment, and those that were refused. */
  invocations = 0;
  throttled = 0;
  coldStarts = 0;
  ended = 0;
  readonly log = new InstanceLog();

  private readonly settings: LambdaFunctionSettings;
  private readonly starts: DurationSampler;
  /** Idle environments, the one that was used last at the end. */
  private readonly idle: Environment[] = [];
  private nextNumber = 0;
  /** Of invocations that have ended, milliseconds. */
  private endedMs = 0;
  /** Of invocations under way: their number times now, less when each began, is what they have taken so far. */
  private begunAtSum = 0;

  constructor(settings: LambdaFunctionSettings, starts: DurationSampler) {
    this.settings = settings;
    this.starts = starts;
  }

  get idleCount(): number {
    return this.idle.length;
  }

  /** An environment for another invocation; undefined when it is throttled. Which of the idle ones is not published: here the one used last. */
  invoke(now: number): Environment | undefined {
    if (this.starting + this.running >= this.settings.concurrencyLimit) {
      this.throttled += 1;
      this.log.refused({ cause: "concurrency", instance: NONE, retryAt: NEVER }, now);
      return undefined;
    }
    const environment = this.idle.pop() ?? this.newEnvironment(now);
    environment.invokedAt = now;
    this.invocations += 1;
    this.begunAtSum += now;
    if (environment.instance.stage === "pending") this.starting += 1;
    else this.running += 1;
    return environment;
  }

  /** The environment has started: its handler begins. */
  started({ instance }: Environment, now: number): void {
    this.starting -= 1;
    this.running += 1;
    instance.stage = "working";
    this.log.entered(instance, "working", now);
  }

  /** @param isCutOff Whether it was the function's timeout that ended the invocation. */
  finished(environment: Environment, now: number, isCutOff: boolean): void {
    this.running -= 1;
    this.endedMs += now - environment.invokedAt;
    this.begunAtSum -= environment.invokedAt;
    environment.idleSince = now;
    if (isCutOff) this.discard(environment, "cut-off", now);
    else this.idle.push(environment);
  }

  /** Lets go of the environments that nothing has needed for long. */
  reap(now: number): void {
    const kept = this.idle.findIndex(({ idleSince }) => now - idleSince < this.settings.idleMs);
    for (const environment of this.idle.splice(0, kept === -1 ? this.idle.length : kept)) this.discard(environment, "idle", now);
  }

  /** What all invocations have taken up to `now`, milliseconds; each is billed by the millisecond. */
  billedMs(now: number): number {
    return this.endedMs + (this.starting + this.running) * now - this.begunAtSum;
  }

  private newEnvironment(now: number): Environment {
    const instance = newInstance({
      number: this.nextNumber,
      purchase: "on-demand",
      zone: 0,
      stage: "pending",
      cause: "invocation",
      decidedAt: now,
    });
    this.nextNumber += 1;
    this.coldStarts += 1;
    this.log.added(instance, now);
    return { instance, startMs: this.starts.nextMs(), invokedAt: now, idleSince: now };
  }

  private discard({ instance }: Environment, cause: "cut-off" | "idle", now: number): void {
    this.ended += 1;
    instance.stage = "terminated";
    this.log.ends(instance, cause);
    this.log.entered(instance, "terminated", now);
    this.log.closed(instance);
  }
}

/** Times in milliseconds. */
export interface LambdaFunctionSettings {
  /** Most invocations at a time. */
  readonly concurrencyLimit: number;
  /** How long an idle environment is kept. */
  readonly idleMs: number;
}

export interface Environment {
  readonly instance: Instance;
  /** How long its start takes. */
  readonly startMs: number;
  invokedAt: number;
  idleSince: number;
}
