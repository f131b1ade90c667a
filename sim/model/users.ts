import type { Calendar } from "../kernel/calendar.ts";
import type { DurationSampler } from "../kernel/distributions.ts";
import { Histogram } from "../measure/histogram.ts";
import { NONE } from "./message-store.ts";

/**
 * Users in a closed loop: each asks, waits for the answer, thinks, and asks again, so that a slow service slows its own
 * traffic down. Who has waited longer than a group's patience gives up and goes on as after an answer.
 *
 * A question is known by its user and a number that goes up with each; an answer to one given up is nobody's.
 */
export class Users {
  readonly groups: readonly UserGroupFigures[];

  private readonly calendar: Calendar;
  private readonly wakes: number;
  private readonly settings: readonly UserGroup[];
  private readonly ask: AskUser;

  private readonly groupOf: Uint8Array;
  private readonly question: Int32Array;
  private readonly isWaiting: Uint8Array;
  private readonly askedAt: Float64Array;
  private readonly timer: Int32Array;

  /** @param options `wakes` is the kind under which it schedules its one event a user, whose subject is the user. */
  constructor(options: { calendar: Calendar; wakes: number; groups: readonly UserGroup[]; ask: AskUser }) {
    const { calendar, wakes, groups } = options;
    this.calendar = calendar;
    this.wakes = wakes;
    this.settings = groups;
    this.ask = options.ask;
    this.groups = groups.map(() => ({ asked: 0, answered: 0, refused: 0, gaveUp: 0, responseMs: new Histogram() }));
    const count = groups.reduce((sum, { users }) => sum + users, 0);
    this.groupOf = new Uint8Array(count);
    this.question = new Int32Array(count);
    this.isWaiting = new Uint8Array(count);
    this.askedAt = new Float64Array(count);
    this.timer = new Int32Array(count).fill(NONE);
    let user = 0;
    for (const [group, { users, startAtMs, spawnEveryMs }] of groups.entries()) {
      for (let spawned = 0; spawned < users; spawned += 1, user += 1) {
        this.groupOf[user] = group;
        this.wakeAt(user, startAtMs + Math.ceil(spawned * spawnEveryMs));
      }
    }
  }

  /** A user has thought, or waited, long enough. */
  userWakes(user: number, now: number): void {
    const group = this.groupOf[user] as number;
    const { stopAtMs, patienceMs } = this.settings[group] as UserGroup;
    const figures = this.groups[group] as UserGroupFigures;
    this.timer[user] = NONE;
    if (this.isWaiting[user] === 1) {
      figures.gaveUp += 1;
      this.think(user, now);
      return;
    }
    if (now >= stopAtMs) return;
    figures.asked += 1;
    this.isWaiting[user] = 1;
    this.askedAt[user] = now;
    this.question[user] = (this.question[user] as number) + 1;
    this.wakeAt(user, now + patienceMs);
    this.ask(user, this.question[user], group, now);
  }

  /** The answer to a question: `isServed` or refused. Nothing happens when nobody waits for it any more. */
  answered(user: number, question: number, isServed: boolean, now: number): void {
    if (this.isWaiting[user] === 0 || this.question[user] !== question) return;
    const figures = this.groups[this.groupOf[user] as number] as UserGroupFigures;
    if (isServed) {
      figures.answered += 1;
      figures.responseMs.record(now - (this.askedAt[user] as number));
    } else {
      figures.refused += 1;
    }
    this.calendar.cancel(this.timer[user] as number);
    this.think(user, now);
  }

  /** Whether users of this one's group wait until their message's job is done. */
  waitsUntilServed(user: number): boolean {
    return (this.settings[this.groupOf[user] as number] as UserGroup).waitsUntilServed;
  }

  private think(user: number, now: number): void {
    this.isWaiting[user] = 0;
    // A tick at least: a user who neither waits nor thinks would ask for ever within one tick.
    const thinkMs = Math.max(1, (this.settings[this.groupOf[user] as number] as UserGroup).thinkTime.nextMs());
    this.wakeAt(user, now + thinkMs);
  }

  private wakeAt(user: number, at: number): void {
    this.timer[user] = this.calendar.schedule(at, this.wakes, user);
  }
}

/** Times in milliseconds. */
export interface UserGroup {
  readonly users: number;
  /** The first user comes at `startAtMs`, each further one `spawnEveryMs` later. */
  readonly startAtMs: number;
  readonly spawnEveryMs: number;
  /** From then on nobody asks. */
  readonly stopAtMs: number;
  readonly patienceMs: number;
  readonly waitsUntilServed: boolean;
  readonly thinkTime: DurationSampler;
}

export interface UserGroupFigures {
  asked: number;
  answered: number;
  refused: number;
  gaveUp: number;
  /** From question to answer, milliseconds. */
  readonly responseMs: Histogram;
}

/** Passes a user's question on; the answer may come at once. */
export type AskUser = (user: number, question: number, group: number, now: number) => void;
