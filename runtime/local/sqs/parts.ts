import type { PayloadStore } from "./payload-store.ts";
import type { Polls } from "./polls.ts";
import type { Queues } from "./queues.ts";
import type { Held } from "./receiving.ts";
import type { Sender } from "./sending.ts";

/** What the operations of SQS work with. */
export interface SqsParts {
  readonly accountId: string;
  readonly queues: Queues;
  readonly store: PayloadStore;
  readonly polls: Polls;
  readonly sender: Sender;
  readonly held: Held;
  /** Lets all that is due happen, and tells the time. Every operation begins with it. */
  readonly settle: () => number;
}
