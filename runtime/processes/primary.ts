import cluster, { type Worker as ClusterWorker } from "node:cluster";
import { randomInt } from "node:crypto";
import type { Registry } from "prom-client";
import { REAL_CLOCK } from "../clock.ts";
import type { Logger } from "../log.ts";
import { pause } from "../pause.ts";
import { ProcessKeeper, type MemberEvents, type MemberProcess } from "./keeper.ts";
import { Member } from "./member.ts";
import { PLACE_VARIABLE } from "./settings.ts";
import { SharedFigures } from "./shared-figures.ts";
import { isFrame, type Counts, type Figures, type Frame, type Questions, type Report } from "./words.ts";

export interface PrimaryOptions {
  readonly processes: number;
  /** What one of the places is told beside the primary's own environment. */
  readonly environmentOf: (place: number) => Readonly<Record<string, string>>;
  readonly silenceLimitMs: number;
  readonly endLimitMs: number;
  readonly makeRoomLimitMs: number;
  /** The first process has begun. */
  readonly begun: (port: number | undefined) => void;
  /** A process, by a number of its own, is busy, or no longer is. */
  readonly busyChanged?: (process: number, isBusy: boolean) => void;
  /** Answers {@link Questions}.count; not needed where nobody asks that. */
  readonly count?: (caller: string) => Questions["count"]["answer"];
  /** The counts of a process that has counted nothing yet. */
  readonly nothing?: Counts;
  readonly log: Logger;
}

/** This process as one of several: undefined when it is the primary, which starts them. */
export function memberHere(): Member | undefined {
  return cluster.isPrimary ? undefined : new Member(Number(process.env[PLACE_VARIABLE]));
}

/**
 * The first process of a program that runs as several: it starts the others by the very command line that it was started
 * with, shares out the port that they listen on (node:cluster; it takes the connections, and hands each to the next process
 * in turn that is not kept from its work), keeps them going, and sums their figures.
 */
export class Primary {
  readonly keeper: ProcessKeeper;
  private readonly options: PrimaryOptions;
  private readonly figures: SharedFigures<ClusterWorker>;
  private readonly workers = new Set<ClusterWorker>();
  /** Who has been asked, and what is done at the answer. */
  private readonly answers = new Map<number, { readonly worker: ClusterWorker; readonly answered: () => void }>();
  private asked = 0;

  constructor(options: PrimaryOptions) {
    this.options = options;
    this.figures = new SharedFigures(options.nothing ?? {});
    // Figures hold what JSON has no word for.
    cluster.setupPrimary({ serialization: "advanced" });
    this.keeper = new ProcessKeeper({
      count: options.processes,
      start: (place, events) => this.start(place, events),
      silenceLimitMs: options.silenceLimitMs,
      endLimitMs: options.endLimitMs,
      makeRoomLimitMs: options.makeRoomLimitMs,
      begun: options.begun,
      clock: REAL_CLOCK,
      log: options.log,
      jitterSeed: randomInt(2 ** 31),
    });
  }

  /** Asks all processes what they have counted; those that do not answer soon are taken at their last word. */
  async look(): Promise<{ readonly registry: Registry; readonly counts: Counts; readonly views: readonly unknown[] }> {
    const enough = new AbortController();
    const all = Promise.all([...this.workers].map((worker) => this.askFigures(worker)));
    await Promise.race([all, pause(REAL_CLOCK, ANSWER_MS, enough.signal)]);
    enough.abort();
    return { registry: this.figures.registry(), counts: this.figures.counts(), views: this.figures.views() };
  }

  private start(place: number, events: MemberEvents): MemberProcess {
    // To itself each is one process, with its share of what is divided.
    const worker = cluster.fork({ ...this.options.environmentOf(place), PROCESSES: "1", [PLACE_VARIABLE]: String(place) });
    let hasEnded = false;
    const ended = (exitCode: number | undefined) => {
      if (hasEnded) return;
      hasEnded = true;
      this.workers.delete(worker);
      this.figures.ended(worker);
      this.options.busyChanged?.(worker.id, false);
      for (const [id, asked] of this.answers) if (asked.worker === worker) this.answered(id);
      events.ended(exitCode);
    };
    worker.on("message", (message: unknown) => {
      if (isFrame(message)) this.heard(worker, message, (report) => this.said(report, worker, events));
    });
    worker.once("exit", (code: number | null) => ended(code ?? undefined));
    // It could not be started, or not be reached any more: in the latter case its end is told as well.
    worker.on("error", (error) => {
      this.options.log.warn({ err: error, process: place }, "a process cannot be reached");
      if (worker.process.pid === undefined) ended(undefined);
    });
    return {
      pid: worker.process.pid,
      order: (order) => send(worker, { frame: "said", word: order }),
      kill: () => worker.process.kill("SIGKILL"),
    };
  }

  private said(report: Report, worker: ClusterWorker, events: MemberEvents): void {
    if (report.type === "begun") this.workers.add(worker);
    if (report.type === "ending") {
      this.workers.delete(worker);
      this.figures.heard(worker, report.figures);
    }
    events.said(report);
    if (report.type === "busy") this.options.busyChanged?.(worker.id, report.isBusy);
  }

  private heard(worker: ClusterWorker, frame: Frame, said: (report: Report) => void): void {
    switch (frame.frame) {
      case "said":
        if (frame.word.type !== "end") said(frame.word);
        return;
      case "asked":
        void this.answerTo(frame.what as keyof Questions, frame.about).then((answer) =>
          send(worker, { frame: "answered", id: frame.id, answer }),
        );
        return;
      case "answered":
        // One that has said its last word counts nothing any more.
        if (this.workers.has(worker)) this.figures.heard(worker, frame.answer as Figures);
        this.answered(frame.id);
    }
  }

  private async answerTo(what: keyof Questions, about: unknown): Promise<unknown> {
    switch (what) {
      case "metrics":
        return (await this.look()).registry.metrics();
      case "count":
        return this.options.count?.(String(about));
    }
  }

  private answered(id: number): void {
    this.answers.get(id)?.answered();
    this.answers.delete(id);
  }

  private askFigures(worker: ClusterWorker): Promise<void> {
    this.asked += 1;
    const id = this.asked;
    return new Promise((resolve) => {
      this.answers.set(id, { worker, answered: resolve });
      send(worker, { frame: "asked", id, what: "figures", about: undefined });
    });
  }
}

function send(worker: ClusterWorker, frame: Frame): void {
  // Whether it arrives is seen by what comes back; that a process has gone is told by its end.
  if (worker.isConnected()) worker.send(frame, () => undefined);
}

const ANSWER_MS = 2000;
