import { formatDuration, formatNumber, type Scenario } from "../../../sim/index.ts";
import type { LocalRun, Snapshot } from "./local-run.ts";

/** Shows a run while it goes: one screen that is drawn anew on a terminal, a line every few seconds elsewhere. */
export class LiveView {
  private readonly run: LocalRun;
  private readonly scenario: Scenario;
  private readonly forMs: number;
  private readonly output: ViewOutput;
  private readonly timer: NodeJS.Timeout;
  private before: Snapshot;
  private drawnLines = 0;
  private toldAnswers = 0;
  private toldFailures = 0;

  constructor(options: { run: LocalRun; scenario: Scenario; forMs: number; output: ViewOutput }) {
    this.run = options.run;
    this.scenario = options.scenario;
    this.forMs = options.forMs;
    this.output = options.output;
    this.before = this.run.snapshot();
    this.timer = setInterval(() => this.show(), this.output.isTerminal ? REDRAW_MS : LINE_MS);
  }

  end(): void {
    clearInterval(this.timer);
  }

  private show(): void {
    const now = this.run.snapshot();
    const text = this.output.isTerminal ? this.screen(now) : this.line(now);
    this.output.write(text);
    this.before = now;
  }

  private line(now: Snapshot): string {
    const changes = this.run.answers.filter(({ before, desired }) => before !== desired);
    const news = [
      ...changes.slice(this.toldAnswers).map(({ before, desired, reason }) => `  ${before} → ${desired} instances: ${reason.text}`),
      ...this.run.failures.slice(this.toldFailures).map((failure) => `  ${failure}`),
    ];
    this.toldAnswers = changes.length;
    this.toldFailures = this.run.failures.length;
    const { queue } = now;
    const queueText = `${queue.visible} visible, ${queue.inFlight} in flight, oldest ${formatDuration(queue.ageOfOldestMs)}`;
    const fleetText = `${now.ready} ready of ${now.inService} in service, ${now.pending} pending, ${now.desired} desired`;
    return `${[`${clock(now.at)}  ${rates(now, this.before)}  ${queueText}  ${fleetText}`, ...news].join("\n")}\n`;
  }

  private screen(now: Snapshot): string {
    const { queue } = now;
    const last = this.run.answers.at(-1);
    const lines = [
      `${this.scenario.name}   ${clock(now.at)} of ${clock(this.forMs)}   ${this.run.parts.host.url}`,
      "",
      ...(this.run.parts.api === undefined ? [] : [`API        ${this.run.parts.api.url}`]),
      `Traffic    ${rates(now, this.before)}`,
      `Queue      ${bar(queue.visible)} ${formatNumber(queue.visible)} visible, ${formatNumber(queue.inFlight)} in flight, ${formatNumber(queue.delayed)} delayed`,
      `           oldest ${formatDuration(queue.ageOfOldestMs)}, ${formatNumber(now.deadLetters)} dead letters`,
      `Instances  ${"■".repeat(now.ready)}${"□".repeat(Math.max(0, now.inService - now.ready))}${"·".repeat(now.pending)} ${now.ready} ready, ${now.inService} in service, ${now.pending} pending, ${now.terminating} on their way out`,
      `           ${now.desired} desired`,
      "",
      "Decisions",
      ...this.run.answers
        .filter(({ before, desired }) => before !== desired)
        .slice(-SHOWN_DECISIONS)
        .map(({ before, desired, reason }) => `  ${before} → ${desired}  ${reason.text}`),
      ...(last === undefined || last.before !== last.desired ? [] : [`  now: ${last.reason.text}`]),
      ...this.run.failures.slice(-SHOWN_FAILURES).map((failure) => `  ! ${failure}`),
    ];
    const up = this.drawnLines === 0 ? "" : `\u001b[${this.drawnLines}A`;
    this.drawnLines = lines.length;
    const width = this.output.columns();
    return `${up}${lines.map((line) => `\u001b[2K${line.slice(0, width)}`).join("\n")}\n\u001b[0J`;
  }
}

export interface ViewOutput {
  readonly isTerminal: boolean;
  readonly columns: () => number;
  readonly write: (text: string) => void;
}

function rates(now: Snapshot, before: Snapshot): string {
  const elapsedSec = Math.max(0.001, (now.at - before.at) / 1000);
  const perSec = (count: (snapshot: Snapshot) => number) => ((count(now) - count(before)) / elapsedSec).toFixed(1);
  return `${perSec(({ queue }) => queue.sent)}/s in, ${perSec(({ queue }) => queue.deleted)}/s done`;
}

/** `00:05:30`. */
function clock(ms: number): string {
  const sec = Math.max(0, Math.floor(ms / 1000));
  return [Math.floor(sec / 3600), Math.floor(sec / 60) % 60, sec % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** A bar that grows with the logarithm: one mark for each doubling. */
function bar(count: number): string {
  return "▆".repeat(count <= 0 ? 0 : 1 + Math.floor(Math.log2(count))).padEnd(BAR_WIDTH);
}

const REDRAW_MS = 500;
const LINE_MS = 5000;
const SHOWN_DECISIONS = 5;
const SHOWN_FAILURES = 3;
const BAR_WIDTH = 16;
