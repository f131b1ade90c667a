import { durationSampler, RandomStream, type DurationSampler, type DurationSpec } from "../../sim/index.ts";
import { AwsError } from "./service.ts";

/**
 * What is made to go wrong with calls to the embedded AWS, drawn from one seed: the same calls in the same order meet the
 * same faults. Settings may change while it runs.
 */
export class Faults {
  private readonly stream: RandomStream;
  private readonly seed: number;
  private rules: readonly Rule[] = [];
  private changes = 0;

  /** @param seed A whole number from 0 to 2^53 − 1. */
  constructor(seed: number, rules: readonly FaultRule[] = []) {
    this.seed = seed;
    this.stream = new RandomStream(seed, "calls");
    this.set(rules);
  }

  /** Replaces all rules. Of those that fit a call, the first one counts. */
  set(rules: readonly FaultRule[]): void {
    this.changes += 1;
    this.rules = rules.map((rule, index) => {
      const stream = new RandomStream(this.seed, `latency ${this.changes} ${index}`);
      return { ...rule, latency: rule.addedLatency === undefined ? undefined : durationSampler(rule.addedLatency, stream) };
    });
  }

  /** What happens to the next call of this operation; undefined when nothing does. */
  draw(service: string, operation: string): InjectedFault | undefined {
    const rule = this.rules.find((candidate) => fits(candidate, service, operation));
    if (rule === undefined) return undefined;
    const { throttledProbability = 0, failedProbability = 0, lostAnswerProbability = 0, latency } = rule;
    // One draw whatever the rates, so that changing one of them does not shift what the others meet.
    const chance = this.stream.uniform();
    const isThrottled = chance < throttledProbability;
    const isFailed = !isThrottled && chance < throttledProbability + failedProbability;
    return {
      delayMs: latency?.nextMs() ?? 0,
      error: isThrottled ? throttled() : isFailed ? failed() : undefined,
      losesAnswer: !isThrottled && !isFailed && chance < throttledProbability + failedProbability + lostAnswerProbability,
    };
  }
}

/** Faults of some calls. The probabilities are those of one call, and add up to 1 at most: a call meets one fault. */
export interface FaultRule {
  /** As {@link AwsService.name}; every service if it is not given. */
  readonly service?: string;
  /** Such as `SendMessage`; every operation if it is not given. */
  readonly operation?: string;
  /** Refused with ThrottlingException, and not done. */
  readonly throttledProbability?: number;
  /** Answered with 500 InternalFailure, and not done. */
  readonly failedProbability?: number;
  /** Done, but the connection breaks off before the answer. */
  readonly lostAnswerProbability?: number;
  /** Time that the server waits before it does anything. */
  readonly addedLatency?: DurationSpec;
}

export interface InjectedFault {
  readonly delayMs: number;
  /** Instead of doing what was asked. */
  readonly error: AwsError | undefined;
  readonly losesAnswer: boolean;
}

type Rule = FaultRule & { readonly latency: DurationSampler | undefined };

function fits({ service, operation }: FaultRule, toService: string, toOperation: string): boolean {
  return (service === undefined || service === toService) && (operation === undefined || operation === toOperation);
}

function throttled(): AwsError {
  return new AwsError("ThrottlingException", "Rate exceeded (injected).");
}

function failed(): AwsError {
  return new AwsError("InternalFailure", "The request processing has failed because of an unknown error (injected).", { statusCode: 500 });
}
