import { setMaxListeners } from "node:events";
import type { PlannedMessage, PlannedUsers, TrafficPlan } from "../../../sim/index.ts";
import type { Clock } from "../../clock.ts";
import { pause } from "../../pause.ts";
import type { Tally } from "./tally.ts";
import type { LoadTarget } from "./target.ts";

/**
 * Sends a planned traffic to a real target.
 *
 * Arrivals of the open loop are sent when they are due, whatever became of those before. When so many are unanswered that
 * the machine would suffer, further ones wait, and their wait counts as latency. Users of the closed loop ask, wait for
 * the answer or until their patience ends, think, and ask again.
 */
export class LoadGenerator {
  private readonly options: GeneratorOptions;
  private startedAt = 0;
  private number = 0;
  private unanswered = 0;
  private readonly answers = new Set<Promise<void>>();
  private freed: (() => void) | undefined;

  constructor(options: GeneratorOptions) {
    this.options = options;
  }

  /** Sends until the plan ends or the signal is aborted, and waits for the answers, for {@link LAST_ANSWERS_MS} at most. */
  async run(signal: AbortSignal): Promise<void> {
    const { plan, clock } = this.options;
    this.startedAt = clock.now();
    // A listener a user.
    setMaxListeners(0, signal);
    const users = plan.users.flatMap((group) => Array.from({ length: group.users }, (_, index) => this.user(group, index, signal)));
    await Promise.all([this.openLoop(signal), ...users]);
    const over = new AbortController();
    await Promise.race([Promise.allSettled([...this.answers]), pause(clock, LAST_ANSWERS_MS, over.signal)]);
    over.abort();
  }

  private async openLoop(signal: AbortSignal): Promise<void> {
    const { plan, clock, tally } = this.options;
    for (let next = plan.next(); next !== undefined; next = plan.next()) {
      const dueAt = this.startedAt + next.at;
      if (dueAt > clock.now()) await pause(clock, dueAt - clock.now(), signal);
      if (this.unanswered >= MOST_UNANSWERED) await this.someAnswer(signal);
      if (signal.aborted) return;
      tally.due += 1;
      void this.send(next, dueAt);
    }
  }

  private async user(group: PlannedUsers, index: number, signal: AbortSignal): Promise<void> {
    const { plan, clock, tally } = this.options;
    await pause(clock, group.startAtMs + Math.ceil(index * group.spawnEveryMs), signal);
    for (;;) {
      const at = clock.now() - this.startedAt;
      if (signal.aborted || at >= group.stopAtMs) return;
      tally.due += 1;
      await this.ask(plan.question(group, at), group.patienceMs, signal);
      await pause(clock, Math.max(1, group.thinkTime.nextMs()), signal);
    }
  }

  /** Waits for the answer; at most as long as the user's patience lasts, and not when the run is stopped. */
  private async ask(question: PlannedMessage, patienceMs: number, signal: AbortSignal): Promise<void> {
    const { clock, tally } = this.options;
    const leaving = new AbortController();
    const stopWaiting = new AbortController();
    const stop = () => stopWaiting.abort();
    signal.addEventListener("abort", stop);
    const answer = { hasCome: false };
    void this.send(question, clock.now(), leaving.signal).then(() => {
      answer.hasCome = true;
      stop();
    });
    await pause(clock, patienceMs, stopWaiting.signal);
    signal.removeEventListener("abort", stop);
    if (answer.hasCome || signal.aborted) return;
    tally.gaveUp += 1;
    leaving.abort();
  }

  private send(message: PlannedMessage, dueAt: number, leave?: AbortSignal): Promise<void> {
    const answer = this.sendAndCount(message, dueAt, leave);
    this.answers.add(answer);
    return answer.finally(() => this.answers.delete(answer));
  }

  private async sendAndCount(message: PlannedMessage, dueAt: number, leave?: AbortSignal): Promise<void> {
    const { target, clock, tally } = this.options;
    const sentAt = clock.now();
    tally.sending(dueAt, sentAt);
    this.unanswered += 1;
    const code = await target.send({ ...message, number: this.number++ }, leave);
    this.unanswered -= 1;
    this.freed?.();
    // Who has left is counted as one who gave up.
    if (leave?.aborted !== true) tally.answered(code, { dueAt, sentAt, now: clock.now() });
  }

  private someAnswer(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.freed = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}

export interface GeneratorOptions {
  readonly plan: Pick<TrafficPlan, "next" | "question" | "users">;
  readonly target: LoadTarget;
  readonly clock: Clock;
  readonly tally: Tally;
}

/** Of the open loop. Each holds a body and a promise. */
const MOST_UNANSWERED = 10_000;
/** After the last message was sent. */
const LAST_ANSWERS_MS = 10_000;
