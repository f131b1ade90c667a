import type { AwsFailure } from "../../aws/errors.ts";
import type { Cancel, Clock } from "../../clock.ts";
import type { Logger } from "../../log.ts";
import type { Database } from "./database.ts";

/** Sends up to ten job ids, each in its trace if it has one; tells the failure of each, undefined where it was taken. */
export type SendJobs = (
  jobIds: readonly string[],
  traceIds: readonly (string | undefined)[],
) => Promise<readonly (AwsFailure | undefined)[]>;

export interface OutboxOptions {
  readonly database: Database;
  /** Waits until the database is fit for use. */
  readonly prepared: () => Promise<void>;
  readonly send: SendJobs;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Sends what jobs were saved to be sent. A note leaves the outbox in the transaction in which its message was sent: when
 * the process dies in between, the note is still there, and the message goes out once more. So each job is sent at least
 * once, which is what a queue promises anyway.
 *
 * However many processes do this at once, each takes notes that no other has in hand (FOR UPDATE SKIP LOCKED).
 */
export class Outbox {
  private readonly options: OutboxOptions;
  private cancel: Cancel = () => undefined;
  private sending: Promise<void> | undefined;
  private isAskedAgain = false;
  private isOver = false;

  constructor(options: OutboxOptions) {
    this.options = options;
  }

  /** There may be something to send; from then on it also looks by itself, for what others have left behind. */
  look(): void {
    if (this.isOver) return;
    if (this.sending !== undefined) {
      this.isAskedAgain = true;
      return;
    }
    this.cancel();
    this.isAskedAgain = false;
    this.sending = this.sendAll().then((nextLookMs) => {
      this.sending = undefined;
      if (this.isAskedAgain) this.look();
      else if (!this.isOver) this.cancel = this.options.clock.at(this.options.clock.now() + nextLookMs, () => this.look());
    });
  }

  /** Ends after what is being sent. */
  async end(): Promise<void> {
    this.isOver = true;
    this.cancel();
    await this.sending;
  }

  /** Sends until nothing is left. Returns when to look again, milliseconds from now. */
  private async sendAll(): Promise<number> {
    try {
      await this.options.prepared();
      while (!this.isOver) {
        const { sent, failure } = await this.sendSome();
        if (failure !== undefined) throw failure;
        if (sent < BATCH) return LOOK_EVERY_MS;
      }
    } catch (error) {
      this.options.log.warn({ err: error }, "the outbox cannot be sent now; it is tried again");
      return BACK_OFF_MS;
    }
    return LOOK_EVERY_MS;
  }

  private sendSome(): Promise<{ readonly sent: number; readonly failure: AwsFailure | undefined }> {
    return this.options.database.transaction(async (statements) => {
      const notes = await statements.query<{ readonly id: string; readonly job_id: string; readonly trace_id: string | null }>(
        "SELECT id, job_id, trace_id FROM outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED",
        [BATCH],
      );
      if (notes.length === 0) return { sent: 0, failure: undefined };
      const failures = await this.options.send(
        notes.map(({ job_id: jobId }) => jobId),
        notes.map(({ trace_id: traceId }) => traceId ?? undefined),
      );
      const sent = notes.filter((_, index) => failures[index] === undefined);
      await statements.query("DELETE FROM outbox WHERE id = ANY($1::bigint[])", [sent.map(({ id }) => id)]);
      return { sent: sent.length, failure: failures.find((failure) => failure !== undefined) };
    });
  }
}

/** Entries of one SendMessageBatch. */
const BATCH = 10;
const LOOK_EVERY_MS = 1000;
const BACK_OFF_MS = 5000;
