import type { PlannedMessage } from "../../../sim/index.ts";

/** A message on its way out. */
export interface LoadMessage extends PlannedMessage {
  /** Counts the messages of this run, from 0. */
  readonly number: number;
}

/** Where load goes to. */
export interface LoadTarget {
  /**
   * Resolves with "ok" when the message was taken, else with a code: of AWS, of HTTP, or of the system. Never rejects.
   * `signal` ends the wait of a sender who has lost patience.
   */
  send(message: LoadMessage, signal?: AbortSignal): Promise<"ok" | (string & {})>;
  close(): void;
}
