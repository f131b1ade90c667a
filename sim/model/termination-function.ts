import type { DurationSampler } from "../kernel/distributions.ts";
import type { RandomStream } from "../kernel/random.ts";

/**
 * The function of a custom termination policy (lambda-custom-termination-policy), which asks the workers how busy they are.
 *
 * It is given two seconds: while it takes longer, fails, or names nobody, the scale-in is put on hold and the function is
 * called again. It names whom it found free to go when it asked, so that what it says is as old as its answer. Unhealthy
 * instances, and those that Spot takes, go without it.
 */
export class TerminationFunction {
  readonly retryMs: number;
  private readonly settings: TerminationFunctionSettings;
  private readonly answer: DurationSampler;
  private readonly failures: RandomStream;

  constructor(settings: TerminationFunctionSettings, streams: { readonly answer: DurationSampler; readonly failures: RandomStream }) {
    this.settings = settings;
    this.retryMs = settings.retryMs;
    this.answer = streams.answer;
    this.failures = streams.failures;
  }

  /** A call: when the group knows more, and whether that is an answer. */
  call(): FunctionCall {
    const { failureProbability } = this.settings;
    const tookMs = this.answer.nextMs();
    const fails = failureProbability > 0 && this.failures.uniform() < failureProbability;
    return tookMs > LONGEST_ANSWER_MS ? { tookMs: LONGEST_ANSWER_MS, isAnswered: false } : { tookMs, isAnswered: !fails };
  }
}

export interface FunctionCall {
  readonly tookMs: number;
  readonly isAnswered: boolean;
}

export interface TerminationFunctionSettings {
  /** Share of the calls that end in an error, 0 to 1. */
  readonly failureProbability: number;
  /** From a call that did not do to the next one, milliseconds: not documented (UNCONFIRMED). */
  readonly retryMs: number;
}

/** lambda-custom-termination-policy, "Limitations". */
const LONGEST_ANSWER_MS = 2_000;
