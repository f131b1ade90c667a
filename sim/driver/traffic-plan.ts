import type { DurationSampler } from "../kernel/distributions.ts";
import type { RandomStream } from "../kernel/random.ts";
import { RandomStreams } from "../kernel/random.ts";
import { Arrivals } from "../model/arrivals.ts";
import type { Scenario } from "../scenario/schema.ts";
import { classesOf, type MessageClass } from "./message-classes.ts";
import { MessageDraws } from "./message-draws.ts";
import { groupsOf, type MessageGroups } from "./message-groups.ts";
import { trafficSources } from "./traffic-sources.ts";

/**
 * The traffic of a scenario as a plan for whoever sends real messages: when each is due, and what it is. With the same
 * seed these are the very arrivals, classes, service times, poison and groups of the simulated run, as long as nobody in
 * it waits for answers; the order in which users ask is the real service's.
 */
export class TrafficPlan {
  readonly users: readonly PlannedUsers[];

  private readonly arrivals: Arrivals;
  private readonly sourceClass: readonly number[];
  private readonly classes: readonly MessageClass[];
  private readonly draws: MessageDraws;
  private readonly failures: RandomStream;
  private readonly groups: MessageGroups | undefined;

  /** @param endMs Nothing is due from then on. */
  constructor(scenario: Pick<Scenario, "traffic" | "work" | "queue">, seed: number, endMs: number) {
    const streams = new RandomStreams(seed);
    const { open, users } = trafficSources(
      scenario.traffic,
      streams,
      "arrivals",
      scenario.work.classes.map(({ name }) => name),
    );
    this.arrivals = new Arrivals(
      open.map(({ arrivals }) => arrivals),
      endMs,
    );
    this.sourceClass = open.map(({ messageClass }) => messageClass);
    this.classes = classesOf(scenario.work);
    this.draws = new MessageDraws(this.classes, streams);
    this.failures = streams.stream("planned failures");
    this.groups = groupsOf(scenario, streams);
    this.users = users.map(({ stopAtMs, ...group }) => ({ ...group, stopAtMs: Math.min(stopAtMs, endMs) }));
  }

  /** The next message that comes whatever happens to others; undefined when there is none before the end. */
  next(): PlannedMessage | undefined {
    const at = this.arrivals.next();
    if (at === Infinity) return undefined;
    const { source, sizeKib } = this.arrivals;
    return this.message(this.sourceClass[source] as number, at, sizeKib);
  }

  /** What a user asks for at `at`. */
  question({ messageClass }: PlannedUsers, at: number): PlannedMessage {
    return this.message(messageClass, at, 0);
  }

  private message(givenClass: number, at: number, sizeKib: number): PlannedMessage {
    const { draws } = this;
    draws.draw(givenClass);
    const { name, sizeKib: classSizeKib, failureProbability } = this.classes[draws.messageClass] as MessageClass;
    return {
      at,
      className: name,
      serviceMs: draws.serviceMs,
      sizeBytes: (sizeKib === 0 ? classSizeKib : sizeKib) * KIB,
      failedAttempts: draws.poison === 1 ? Infinity : this.failedAttempts(failureProbability),
      group: this.groups?.groupAt(at),
    };
  }

  /** How many attempts fail before one does not. */
  private failedAttempts(probability: number): number {
    let failed = 0;
    while (probability > 0 && failed < MOST_FAILED && this.failures.uniform() < probability) failed += 1;
    return failed;
  }
}

export interface PlannedMessage {
  /** When it is due, milliseconds from the start. */
  readonly at: number;
  readonly className: string;
  /** How long its job takes, milliseconds. */
  readonly serviceMs: number;
  /** In whole KiB. */
  readonly sizeBytes: number;
  /** Attempts that fail before one does well; Infinity for poison. */
  readonly failedAttempts: number;
  /** Its message group; undefined on a queue without groups. */
  readonly group: number | undefined;
}

/** Users in a closed loop. Times in milliseconds from the start. */
export interface PlannedUsers {
  readonly users: number;
  /** The first comes at `startAtMs`, each further one `spawnEveryMs` later. */
  readonly startAtMs: number;
  readonly spawnEveryMs: number;
  readonly stopAtMs: number;
  readonly patienceMs: number;
  readonly thinkTime: DurationSampler;
  readonly messageClass: number;
}

const KIB = 1024;
/** An attempt that always fails is poison by another name. */
const MOST_FAILED = 1000;
