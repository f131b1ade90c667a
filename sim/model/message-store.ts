import { grown } from "../kernel/grown.ts";

/**
 * Every message that some queue holds, as a struct of arrays: a message is the index of its place. Places are used
 * again, so memory follows the largest number of messages alive at once, 37 bytes each, never the number sent.
 *
 * The links belong to the queue that holds the message (`queue.ts`).
 */
export class MessageStore {
  /** When it was sent: the lower 32 bits of the milliseconds, which tell {@link ageMs} since no queue keeps a message for 49 days. */
  sentAt: Uint32Array = new Uint32Array(INITIAL);
  /** How long an attempt at it takes, milliseconds: drawn at the send, so that every policy meets the same work. */
  serviceMs: Int32Array = new Int32Array(INITIAL);
  /** ApproximateReceiveCount. */
  receiveCount: Int32Array = new Int32Array(INITIAL);
  /**
   * Number of the receive whose handle is valid. It goes up at every receive and when the place is freed, so that a
   * handle from before never fits.
   */
  receipt: Int32Array = new Int32Array(INITIAL);
  /** {@link DELAYED}, {@link VISIBLE} or {@link IN_FLIGHT}. */
  state: Uint8Array = new Uint8Array(INITIAL);
  /** What it is for good, in one word: see {@link traitsOf}. */
  traits: Int32Array = new Int32Array(INITIAL);
  /** In flight or delayed: its timer. Visible: the visible message before it, or NONE. */
  timerOrPrevious: Int32Array = new Int32Array(INITIAL);
  /** Visible: the visible message after it, or NONE. In flight: the lower 32 bits of the time of its receive. */
  nextOrReceivedAt: Int32Array = new Int32Array(INITIAL);
  /** Messages of a queue in the order in which they were sent. */
  nextAlive: Int32Array = new Int32Array(INITIAL);
  previousAlive: Int32Array = new Int32Array(INITIAL);

  // Empty unless a queue keeps them.

  /** Message group (FIFO) or tenant (fair queues), NONE for a message without one. */
  group: Int32Array = new Int32Array(0);
  /** Order of sending within a FIFO queue; compared by difference, so that it may wrap. */
  sequence: Int32Array = new Int32Array(0);
  /** When a dead letter was moved to the queue that holds it: the lower 32 bits of the milliseconds. */
  movedAt: Uint32Array = new Uint32Array(0);

  /** Sizes are the upper bits of traits, so the largest traits are those of the largest message. */
  private largestTraits = 0;
  private free = NONE;
  private used = 0;

  /** Size of the largest message so far: where ten of it fit one chunk, nobody needs to add sizes up. */
  get largestKib(): number {
    return sizeKibOf(this.largestTraits);
  }

  /** Takes a place for a message that has just been sent. */
  add(sentAt: number, serviceMs: number, traits: number): number {
    let message = this.free;
    if (message === NONE) {
      if (this.used === this.sentAt.length) this.grow();
      message = this.used;
      this.used += 1;
    } else {
      this.free = this.nextAlive[message] as number;
    }
    this.sentAt[message] = sentAt;
    this.serviceMs[message] = serviceMs;
    this.traits[message] = traits;
    if (traits > this.largestTraits) this.largestTraits = traits;
    this.receiveCount[message] = 0;
    return message;
  }

  /** Time since it was sent. */
  ageMs(message: number, now: number): number {
    return (now - (this.sentAt[message] as number)) >>> 0;
  }

  /** Time since a dead letter was moved. */
  msSinceMove(message: number, now: number): number {
    return (now - (this.movedAt[message] as number)) >>> 0;
  }

  /** Keeps a group for each message from now on; those alive already have none. */
  keepGroups(): void {
    if (this.group.length === 0) this.group = new Int32Array(this.sentAt.length).fill(NONE);
  }

  /** Keeps a place in the order of sending for each message from now on. */
  keepSequence(): void {
    if (this.sequence.length === 0) this.sequence = new Int32Array(this.sentAt.length);
  }

  /** Keeps the time of the move for each dead letter from now on. */
  keepMoves(): void {
    if (this.movedAt.length === 0) this.movedAt = new Uint32Array(this.sentAt.length);
  }

  /** Gives the place of a message that no queue holds any more back. */
  remove(message: number): void {
    this.receipt[message] = ((this.receipt[message] as number) + 1) | 0;
    this.nextAlive[message] = this.free;
    this.free = message;
  }

  private grow(): void {
    const size = Math.ceil(this.sentAt.length * GROWTH);
    this.sentAt = grown(this.sentAt, size);
    this.serviceMs = grown(this.serviceMs, size);
    this.receiveCount = grown(this.receiveCount, size);
    this.receipt = grown(this.receipt, size);
    this.state = grown(this.state, size);
    this.traits = grown(this.traits, size);
    this.timerOrPrevious = grown(this.timerOrPrevious, size);
    this.nextOrReceivedAt = grown(this.nextOrReceivedAt, size);
    this.nextAlive = grown(this.nextAlive, size);
    this.previousAlive = grown(this.previousAlive, size);
    if (this.group.length > 0) this.group = grown(this.group, size, NONE);
    if (this.sequence.length > 0) this.sequence = grown(this.sequence, size);
    if (this.movedAt.length > 0) this.movedAt = grown(this.movedAt, size);
  }
}

/**
 * Traits of a message: the index of its class in the scenario's list (0 to 255, 0 where there is only one), whether it
 * fails at every attempt, and its size in KiB, rounded up: SQS bills by chunks of 64 KiB and allows 1 MiB
 * (quotas-messages).
 */
export function traitsOf(messageClass: number, isPoison: boolean, sizeKib: number): number {
  return (sizeKib << SIZE_BIT) | (isPoison ? POISON_BIT : 0) | messageClass;
}

export function classOf(traits: number): number {
  return traits & CLASS_MASK;
}

export function isPoison(traits: number): boolean {
  return (traits & POISON_BIT) !== 0;
}

export function sizeKibOf(traits: number): number {
  return traits >> SIZE_BIT;
}

const CLASS_MASK = 0xff;
const POISON_BIT = 0x100;
const SIZE_BIT = 9;

/** No message, no timer, no call. */
export const NONE = -1;

export const DELAYED = 0;
export const VISIBLE = 1;
export const IN_FLIGHT = 2;

const INITIAL = 1024;
/** Below doubling, so that a deep backlog leaves less memory unused. */
const GROWTH = 1.5;
