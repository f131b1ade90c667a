import { assertNever } from "../core/assert.ts";
import type { Calendar } from "../kernel/calendar.ts";
import type { FleetModel, RefreshPreferences } from "../model/fleet.ts";
import type { QueueModel, QueueSettings } from "../model/queue-model.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { Controller } from "./controller.ts";
import { EVENT } from "./events.ts";

/** Does by hand what a scenario's acts say, at their time, and has each logged among the decisions. */
export class Operator {
  private readonly acts: readonly Act[];
  private readonly calendar: Calendar;
  private readonly controller: Controller;
  private readonly fleet: FleetModel;
  private readonly queue: QueueModel;
  private readonly deadLetters: QueueModel;

  constructor(parts: {
    acts: readonly Act[];
    calendar: Calendar;
    controller: Controller;
    fleet: FleetModel;
    queue: QueueModel;
    deadLetters: QueueModel;
  }) {
    this.acts = parts.acts;
    this.calendar = parts.calendar;
    this.controller = parts.controller;
    this.fleet = parts.fleet;
    this.queue = parts.queue;
    this.deadLetters = parts.deadLetters;
    for (const [index, { atSec }] of this.acts.entries()) this.schedule(Math.round(atSec * SEC), index);
  }

  /** @param subject An act by its place in the list; beyond the list's end, the effect of one that takes its time. */
  actDue(subject: number, now: number): void {
    const { acts, queue } = this;
    const isEffect = subject >= acts.length;
    const act = acts[isEffect ? subject - acts.length : subject] as Act;
    if (!isEffect) this.carryOut(act, subject, now);
    else if (act.kind === "set-queue") queue.setAttributes(attributesOf(act), now);
  }

  private carryOut(act: Act, index: number, now: number): void {
    const { controller, fleet, queue, deadLetters } = this;
    switch (act.kind) {
      case "resize": {
        const { min, max, desired } = act;
        controller.resized({ min: min ?? undefined, max: max ?? undefined, desired: desired ?? undefined }, now);
        break;
      }
      case "deploy":
        this.attempt("starts a deployment", "starts no deployment: there is none to start, or one is under way", now, () =>
          fleet.deploy(act.maxPercent / 100, now),
        );
        break;
      case "instance-refresh":
        this.attempt("starts an instance refresh", "starts no instance refresh: there is none to start, or one is under way", now, () =>
          fleet.refresh(preferencesOf(act), now),
        );
        break;
      case "suspend":
        this.tell(`suspends ${act.process}`, now, () => {
          fleet.suspend(act.process);
        });
        break;
      case "resume":
        this.tell(`resumes ${act.process}`, now, () => {
          fleet.resume(act.process, now);
        });
        break;
      case "end-retained":
        controller.operated(() => `An operator ends ${counted(fleet.endRetained(now))} that the terminate hook had retained.`, now);
        break;
      case "redrive": {
        const what = `starts to move ${String(deadLetters.visible)} dead letters back, ${String(act.perSec)} a second`;
        this.attempt(what, "starts no redrive: one is under way", now, () => deadLetters.startMoveTask(queue, act.perSec, now));
        break;
      }
      case "cancel-redrive":
        this.attempt("ends the redrive", "ends no redrive: none is under way", now, () => deadLetters.cancelMoveTask());
        break;
      case "purge":
        this.purge(act.queue, now);
        break;
      case "set-queue": {
        const set = Object.entries(act).filter(([name, value]) => value !== null && !NO_ATTRIBUTES.has(name));
        this.tell(`sets the queue's ${set.map(([name, value]) => `${name} to ${String(value)}`).join(", ")}`, now, () => {
          this.schedule(now + act.effectiveAfterSec * SEC, this.acts.length + index);
        });
        break;
      }
      default:
        assertNever(act);
    }
  }

  private purge(which: "main" | "dead-letters", now: number): void {
    const queue = which === "main" ? this.queue : this.deadLetters;
    const name = which === "main" ? "the queue" : "the dead-letter queue";
    const what = `purges ${name} of ${String(queue.visible + queue.inFlight + queue.delayed)} messages`;
    this.attempt(what, `cannot purge ${name}: it was purged less than a minute ago`, now, () => queue.purge(now));
  }

  /** Tries something that leaves the desired capacity as it is, and has it logged how that went. */
  private attempt(what: string, otherwise: string, now: number, act: () => boolean): void {
    this.controller.operated(() => `An operator ${act() ? what : otherwise}.`, now);
  }

  private tell(what: string, now: number, act: () => void): void {
    this.controller.operated(() => {
      act();
      return `An operator ${what}.`;
    }, now);
  }

  private schedule(at: number, subject: number): void {
    this.calendar.scheduleControl(at, EVENT.actDue, subject);
  }
}

type Act = Scenario["acts"][number];

function attributesOf(act: Act & { kind: "set-queue" }): Partial<QueueSettings> {
  const { visibilityTimeoutSec, retentionSec, delaySec, maxReceiveCount } = act;
  return {
    ...(visibilityTimeoutSec !== null && { visibilityTimeoutMs: visibilityTimeoutSec * SEC }),
    ...(retentionSec !== null && { retentionMs: retentionSec * SEC }),
    ...(delaySec !== null && { delayMs: delaySec * SEC }),
    ...(maxReceiveCount !== null && { maxReceiveCount }),
  };
}

function preferencesOf(act: Act & { kind: "instance-refresh" }): RefreshPreferences {
  const { minHealthyPercent, maxHealthyPercent, protectedInstances } = act;
  return {
    ...(minHealthyPercent !== null && { minHealthyShare: minHealthyPercent / 100 }),
    ...(maxHealthyPercent !== null && { maxHealthyShare: maxHealthyPercent / 100 }),
    protectedInstances,
  };
}

function counted(instances: number): string {
  return instances === 1 ? "1 instance" : `${String(instances)} instances`;
}

const NO_ATTRIBUTES: ReadonlySet<string> = new Set(["kind", "atSec", "effectiveAfterSec"]);
const SEC = 1000;
