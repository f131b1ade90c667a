import { backOffMs } from "../../sim/core/worker/back-off.ts";
import type { Cancel, Clock } from "../clock.ts";
import { EXIT_BAD_INPUT, EXIT_START_ANEW } from "../exit-codes.ts";
import type { Logger } from "../log.ts";
import type { EndOrder, Report } from "./words.ts";

/** A process of this machine's, as its keeper sees it. */
export interface MemberProcess {
  readonly pid: number | undefined;
  order(order: EndOrder): void;
  /** Ends it there and then. */
  kill(): void;
}

export interface MemberEvents {
  said(report: Report): void;
  /** It is gone; undefined when a signal has ended it. */
  ended(exitCode: number | undefined): void;
}

export interface KeeperOptions {
  readonly count: number;
  /** Starts the process of one of the places, from 0. */
  readonly start: (place: number, events: MemberEvents) => MemberProcess;
  /** A process of which nothing is heard for so long is killed, milliseconds. */
  readonly silenceLimitMs: number;
  /** When all have to end, one that is still there after so long is killed, milliseconds. */
  readonly endLimitMs: number;
  /** The same for one that makes room for another. */
  readonly makeRoomLimitMs: number;
  /** The first process of all has begun. */
  readonly begun: (port: number | undefined) => void;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of this machine alone. */
  readonly jitterSeed: number;
}

/**
 * Keeps as many processes at work as there should be, each at a place of its own:
 *
 * - One that ends unasked is replaced, at first almost at once, then after longer and longer waits for as long as its
 *   place's processes do not last.
 * - One that is silent, because code computes in it without a pause, is killed, and so replaced.
 * - One that is worn is told to end only once the next of its place has begun: a port is never without somebody behind it.
 * - One that cannot use what it was started with, its settings or a password that was changed since, ends all of them: the
 *   next would be started with the same.
 *
 * When all have to go, each is told, and whoever has not gone by its time is killed.
 */
export class ProcessKeeper {
  /** Resolves with the exit code when all have gone after {@link end}: 0 when all of them have ended well. */
  readonly ended: Promise<number>;
  private readonly options: KeeperOptions;
  private readonly places: Place[];
  /** Also those that leave, and have no place any more. */
  private readonly members = new Set<Member>();
  private resolve!: (exitCode: number) => void;
  private exitCode = 0;
  private isEnding = false;
  private hasBegun = false;
  private endsAt = Infinity;
  private cancelKill: Cancel = () => undefined;

  constructor(options: KeeperOptions) {
    this.options = options;
    this.places = Array.from({ length: options.count }, (_, index) => ({ index, failures: 0, cancelStart: () => undefined }));
    this.ended = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  /** Processes at work: begun, and not told to end. */
  get working(): number {
    return this.places.filter(({ current }) => current?.hasBegun === true).length;
  }

  get isOver(): boolean {
    return this.isEnding;
  }

  begin(): void {
    for (const place of this.places) this.start(place);
  }

  /** Lets all of them end, within `withinMs` or their own limits, whichever is less. Asking again can only shorten it. */
  end(reason: string, withinMs?: number): void {
    const { clock, endLimitMs, log } = this.options;
    if (!this.isEnding) log.info({ reason, processes: this.members.size }, "ending all processes");
    this.isEnding = true;
    for (const place of this.places) place.cancelStart();
    for (const { process } of this.members) process.order({ type: "end", reason, withinMs, isAlone: false });
    const endsAt = clock.now() + Math.min(endLimitMs, (withinMs ?? Infinity) + KILLED_AFTER_MS);
    if (endsAt < this.endsAt) {
      this.endsAt = endsAt;
      this.cancelKill();
      this.cancelKill = clock.at(endsAt, () => {
        for (const member of this.members) this.kill(member, "a process has not ended in time");
      });
    }
    this.resolveIfOver();
  }

  private start(place: Place): void {
    const { clock } = this.options;
    const events: MemberEvents = { said: (report) => this.said(member, report), ended: (exitCode) => this.memberEnded(member, exitCode) };
    const member: Member = {
      place,
      process: this.options.start(place.index, events),
      startedAt: clock.now(),
      hasBegun: false,
      isLeaving: false,
      cancel: () => undefined,
    };
    this.members.add(member);
    this.options.log.info({ process: place.index, pid: member.process.pid }, "a process was started");
    if (place.current === undefined) place.current = member;
    else place.next = member;
    this.expectWord(member, Math.max(this.options.silenceLimitMs, START_LIMIT_MS));
  }

  private said(member: Member, report: Report): void {
    if (!this.members.has(member)) return;
    if (!member.isLeaving) this.expectWord(member, this.options.silenceLimitMs);
    if (report.type === "begun") this.memberBegun(member, report.port);
    if (report.type === "worn" && !member.isLeaving && !this.isEnding && member.place.next === undefined) {
      this.options.log.info({ process: member.place.index, pid: member.process.pid }, "a process makes room for a new one");
      this.start(member.place);
    }
  }

  private memberBegun(member: Member, port: number | undefined): void {
    const { place } = member;
    member.hasBegun = true;
    if (!this.hasBegun) this.options.begun(port);
    this.hasBegun = true;
    if (place.next !== member) return;
    const former = place.current;
    place.current = member;
    delete place.next;
    if (former !== undefined && !this.isEnding) this.letGo(former);
  }

  /** Tells a process to end whose place has gone to another. */
  private letGo(member: Member): void {
    const { clock, makeRoomLimitMs } = this.options;
    member.isLeaving = true;
    member.cancel();
    member.cancel = clock.at(clock.now() + makeRoomLimitMs, () => this.kill(member, "a process has not ended in time"));
    member.process.order({ type: "end", reason: "it has done its share", withinMs: undefined, isAlone: true });
  }

  private memberEnded(member: Member, exitCode: number | undefined): void {
    if (!this.members.delete(member)) return;
    const { clock, log } = this.options;
    const { place } = member;
    member.cancel();
    const told = { process: place.index, pid: member.process.pid, exitCode };
    if (this.isEnding) this.exitCode = Math.max(this.exitCode, exitCode ?? 1);
    else if (exitCode === EXIT_BAD_INPUT || exitCode === EXIT_START_ANEW) {
      this.exitCode = exitCode;
      this.end("a process cannot use what it was started with");
    } else if (!member.isLeaving) {
      if (member.hasBegun && clock.now() - member.startedAt >= LASTING_MS) place.failures = 0;
      place.failures += 1;
      const waitMs = backOffMs(BACK_OFF, place.failures, this.options.jitterSeed + place.index);
      log.error({ ...told, waitMs }, "a process has ended unasked; another takes its place");
      this.fillAfter(place, member, waitMs);
    } else if (exitCode !== 0) log.warn(told, "a process that made room has not ended well");
    this.resolveIfOver();
  }

  /** One that had begun to take over takes over; else another is started. */
  private fillAfter(place: Place, gone: Member, waitMs: number): void {
    const { clock } = this.options;
    if (place.next === gone) delete place.next;
    else if (place.next === undefined) delete place.current;
    else {
      place.current = place.next;
      delete place.next;
      return;
    }
    place.cancelStart();
    place.cancelStart = clock.at(clock.now() + waitMs, () => {
      if (place.current === undefined || place.next === undefined) this.start(place);
    });
  }

  private expectWord(member: Member, withinMs: number): void {
    const { clock } = this.options;
    member.cancel();
    member.cancel = clock.at(clock.now() + withinMs, () => this.kill(member, "nothing was heard of a process for too long"));
  }

  private kill({ process, place }: Member, why: string): void {
    this.options.log.error({ process: place.index, pid: process.pid }, `${why}: killing it`);
    process.kill();
  }

  private resolveIfOver(): void {
    if (!this.isEnding || this.members.size > 0) return;
    this.cancelKill();
    this.resolve(this.exitCode);
  }
}

interface Place {
  readonly index: number;
  /** Ended in a row, none of which has lasted. */
  failures: number;
  cancelStart: Cancel;
  current?: Member;
  /** Started to take the place of `current` once it has begun. */
  next?: Member;
}

interface Member {
  readonly place: Place;
  readonly process: MemberProcess;
  readonly startedAt: number;
  hasBegun: boolean;
  /** Its place has gone to another. */
  isLeaving: boolean;
  /** Calls off what happens if nothing more is heard of it. */
  cancel: Cancel;
}

const BACK_OFF = { receiveBackOffFirstMs: 200, receiveBackOffMaxMs: 30_000 };
/** Until a process says its first word: a small machine that starts several takes its time. */
const START_LIMIT_MS = 60_000;
/** A process that has lived for so long was no failure of its start. */
const LASTING_MS = 60_000;
/** Left for a process that ends by a shorter limit to have its last calls answered. */
const KILLED_AFTER_MS = 7000;
