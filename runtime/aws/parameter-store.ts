import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Clock } from "../clock.ts";
import { clientSettings } from "./client-settings.ts";
import { AwsFailure, failAs } from "./errors.ts";

/** Reads one parameter, decrypted. */
export type ReadParameter = () => Promise<string>;

/** Systems Manager's Parameter Store. Every call may throw `AwsFailure`, after the SDK has tried it three times. */
export class ParameterStore {
  private readonly client: SSMClient;

  constructor({ region, endpoint }: { readonly region: string; readonly endpoint: string | undefined }) {
    this.client = new SSMClient(clientSettings({ region, endpoint, attempts: 3, requestTimeoutMs: ANSWER_MS }));
  }

  /** The value of a parameter, decrypted if it is a SecureString. */
  async read(name: string): Promise<string> {
    const command = new GetParameterCommand({ Name: name, WithDecryption: true });
    const { Parameter } = await this.client.send(command).catch(failAs("GetParameter"));
    if (Parameter?.Value !== undefined) return Parameter.Value;
    throw new AwsFailure({ operation: "GetParameter", kind: "server", code: "Incomplete", message: `${name} came without a value` });
  }

  close(): void {
    this.client.destroy();
  }
}

export interface CachedParameterOptions {
  readonly read: ReadParameter;
  readonly clock: Clock;
  /** How long a value is taken for good, milliseconds. Default: 5 minutes. */
  readonly cachedMs?: number;
  /** How soon after a read another one may be asked for out of turn, milliseconds. Default: 1 second. */
  readonly renewEveryMs?: number;
}

/**
 * A parameter that is read now and then, and not at every request: a secret that callers have to show. One who shows what
 * does not fit is compared with the {@link renewed} value, so that a secret that was changed a moment ago holds at once;
 * and however many show what never fits, the parameter is read once a second and not more.
 */
export class CachedParameter {
  private readonly options: Required<CachedParameterOptions>;
  private reading: Promise<string> | undefined;
  private known: { readonly value: string; readonly readAt: number } | undefined;

  constructor(options: CachedParameterOptions) {
    this.options = { cachedMs: CACHED_MS, renewEveryMs: RENEW_EVERY_MS, ...options };
  }

  /** The value as it was read, at most `cachedMs` ago. While it cannot be read anew, the one before holds on. */
  async value(): Promise<string> {
    const { known } = this;
    if (known !== undefined && this.age(known) < this.options.cachedMs) return known.value;
    try {
      return await this.readNow();
    } catch (error) {
      if (known === undefined) throw error;
      return known.value;
    }
  }

  /** The value as it is now, or as it was at most `renewEveryMs` ago. */
  async renewed(): Promise<string> {
    const { known } = this;
    if (known !== undefined && this.age(known) < this.options.renewEveryMs) return known.value;
    return this.readNow();
  }

  /** One read at a time: who asks meanwhile waits for its answer. */
  private readNow(): Promise<string> {
    this.reading ??= this.options
      .read()
      .then((value) => {
        this.known = { value, readAt: this.options.clock.now() };
        return value;
      })
      .finally(() => (this.reading = undefined));
    return this.reading;
  }

  private age({ readAt }: { readonly readAt: number }): number {
    return this.options.clock.now() - readAt;
  }
}

const ANSWER_MS = 3000;
const CACHED_MS = 300_000;
const RENEW_EVERY_MS = 1000;
