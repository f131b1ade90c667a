import { z } from "zod";
import { actFaults } from "./act-rules.ts";
import { alarmFaults } from "./alarm-rules.ts";
import { expectedMessages } from "./expected-messages.ts";
import { amount, type Fault } from "./faults.ts";
import { dotted, fieldAt, memberOf, type Path } from "./fields.ts";
import { fleetDurations, fleetFaults } from "./fleet-rules.ts";
import { lambdaFaults } from "./lambda-rules.ts";
import { policyFaults } from "./policy-rules.ts";
import { scenarioSchema } from "./schema.ts";
import { durationPaths, meanServiceSec, trafficPaths, workloadFaults } from "./workload-rules.ts";

/**
 * The rules between fields. They are tried together with the rules of the fields themselves: each reads what it needs
 * and holds its tongue when a part of that is missing or faulty on its own.
 *
 * @param faulty Paths of the fields that have a fault already.
 */
export function crossFieldFaults(document: unknown, faulty: ReadonlySet<string>): Fault[] {
  const fields = new SaneFields(document, faulty);
  const orders = [...ORDERS, ...ordersOf(document)].flatMap((order) => outOfOrder(fields, order));
  const hasMean = !orders.some(({ path }) => path.startsWith("work."));
  return [
    ...orders,
    ...workloadFaults(fields, document),
    ...fleetFaults(fields, document),
    ...lambdaFaults(fields, document),
    ...sampling(fields),
    ...policyFaults(document),
    ...alarmFaults(fields, document),
    ...actFaults(fields, document),
    ...tooManyMessages(document, hasMean),
  ];
}

/** A run of more messages takes an hour and more even at a million a second. */
const MOST_MESSAGES = 2e9;
/** Messages held at the same time; each takes about 40 bytes. */
const MOST_MESSAGES_HELD = 5e7;
/** Rows of a result; each takes about 120 bytes. */
const MOST_ROWS = 1_000_000;

/** Fields as they will be, defaults filled in, as far as they have no fault of their own. */
class SaneFields {
  private readonly document: unknown;
  private readonly faulty: ReadonlySet<string>;

  constructor(document: unknown, faulty: ReadonlySet<string>) {
    this.document = document;
    this.faulty = faulty;
  }

  /** The value given, else its default; undefined when there is none, or it is faulty. */
  value(path: Path): unknown {
    let value = this.document;
    for (const [index, step] of path.entries()) {
      const here = path.slice(0, index + 1);
      if (value === null || this.faulty.has(dotted(here))) return undefined;
      value = memberOf(value, step) ?? fieldAt(here, this.document)?.default;
    }
    return value;
  }

  number(path: Path): number | undefined {
    const value = this.value(path);
    return typeof value === "number" ? value : undefined;
  }

  isGiven(path: Path): boolean {
    return path.reduce<unknown>((value, step) => memberOf(value, step), this.document) !== undefined;
  }

  unit(path: Path): string | undefined {
    return fieldAt(path, this.document)?.unit;
  }
}

/** `path` must not be below `than` (or, if `strictly`, must be above it). The fault is laid at `path`. */
interface Order {
  readonly greater: Path;
  readonly lesser: Path;
  /** Which of the two the fault is laid at. */
  readonly blame: "greater" | "lesser";
  readonly strictly?: true;
  /** What happens otherwise. */
  readonly otherwise: string;
}

/** Orders within what a document may have several of: lengths of time, sources of traffic. */
function ordersOf(document: unknown): Order[] {
  const durations: readonly Path[] = [...durationPaths(document), ...fleetDurations(document)];
  return [
    ...durations.flatMap((path): Order[] => [
      {
        greater: [...path, "maxSec"],
        lesser: [...path, "minSec"],
        blame: "greater",
        otherwise: "the longest time cannot be below the shortest",
      },
      {
        greater: [...path, "p95Sec"],
        lesser: [...path, "medianSec"],
        blame: "greater",
        otherwise: "95 of 100 times are at most the 95th percentile, so it cannot be below the median",
      },
    ]),
    ...trafficPaths(document).flatMap((path): Order[] => [
      {
        greater: [...path, "peakRatePerSec"],
        lesser: [...path, "baseRatePerSec"],
        blame: "greater",
        otherwise: "a peak cannot lie below the base",
      },
      {
        greater: [...path, "batch", "max"],
        lesser: [...path, "batch", "min"],
        blame: "greater",
        otherwise: "the largest batch cannot be below the smallest",
      },
    ]),
  ];
}

const ORDERS: readonly Order[] = [
  {
    greater: ["fleet", "backOffMaxSec"],
    lesser: ["fleet", "backOffFirstSec"],
    blame: "greater",
    otherwise: "the longest wait cannot be below the first",
  },
  { greater: ["fleet", "max"], lesser: ["fleet", "min"], blame: "greater", otherwise: "the group could have no size at all" },
  { greater: ["fleet", "initial"], lesser: ["fleet", "min"], blame: "greater", otherwise: "the group would start below its minimum" },
  { greater: ["fleet", "max"], lesser: ["fleet", "initial"], blame: "lesser", otherwise: "the group would start above its maximum" },
  {
    greater: ["worker", "receiveBackOffMaxSec"],
    lesser: ["worker", "receiveBackOffFirstSec"],
    blame: "greater",
    otherwise: "the longest wait cannot be below the first",
  },
  {
    greater: ["worker", "heartbeat", "extendToSec"],
    lesser: ["worker", "heartbeat", "everySec"],
    blame: "lesser",
    strictly: true,
    otherwise: "the message would be visible again before its next heartbeat",
  },
  {
    greater: ["queue", "visibilityTimeoutSec"],
    lesser: ["worker", "heartbeat", "everySec"],
    blame: "lesser",
    strictly: true,
    otherwise: "the message would be visible again before its first heartbeat",
  },
];

function outOfOrder(fields: SaneFields, { greater, lesser, blame, strictly, otherwise }: Order): Fault[] {
  const high = fields.number(greater);
  const low = fields.number(lesser);
  if (high === undefined || low === undefined) return [];
  if (strictly === true ? high > low : high >= low) return [];
  const unit = fields.unit(greater);
  const isDefault = (path: Path) => (fields.isGiven(path) ? "" : " by default");
  const [path, other, value, bound] = blame === "greater" ? [greater, lesser, high, low] : [lesser, greater, low, high];
  const relation = blame === "greater" ? "below" : strictly === true ? "not below" : "above";
  const to = strictly === true ? { raise: "above", lower: "below" } : { raise: "to at least", lower: "to at most" };
  return [
    {
      code: "contradiction",
      path: dotted(path),
      value,
      bound: blame === "greater" ? { min: bound } : { max: bound },
      ...(unit === undefined ? {} : { unit }),
      problem: `${amount(value, unit)}${isDefault(path)} is ${relation} ${dotted(other)}, ${amount(bound, unit)}${isDefault(other)}: ${otherwise}`,
      mend: `raise ${dotted(greater)} ${to.raise} ${amount(low, unit)} or lower ${dotted(lesser)} ${to.lower} ${amount(high, unit)}`,
    },
  ];
}

function sampling(fields: SaneFields): Fault[] {
  const duration = fields.number(["run", "durationSec"]);
  const sample = fields.number(["run", "sampleEverySec"]);
  if (duration === undefined || sample === undefined) return [];
  const fault = (code: Fault["code"], bound: Fault["bound"], problem: string, mend: string): Fault[] => [
    { code, path: "run.sampleEverySec", value: sample, ...(bound === undefined ? {} : { bound }), unit: "s", problem, mend },
  ];
  if (sample > duration) {
    const problem = `${String(sample)} s is above run.durationSec, ${String(duration)} s: the result would have no row`;
    return fault("contradiction", { max: duration }, problem, `lower it to at most ${String(duration)} s`);
  }
  if (duration / sample <= MOST_ROWS) return [];
  const least = Math.ceil(duration / MOST_ROWS);
  const problem = `a row every ${String(sample)} s of ${String(duration)} s makes ${String(Math.floor(duration / sample))} rows, and a result has at most ${String(MOST_ROWS)}`;
  return fault("too-much", { min: least }, problem, `raise it to at least ${String(least)} s`);
}

function tooManyMessages(document: unknown, hasMean: boolean): Fault[] {
  // Each section on its own: a fault elsewhere does not matter here.
  const { traffic, run } = scenarioSchema.shape;
  const [sent, span] = [z.safeParse(traffic, memberOf(document, "traffic")), z.safeParse(run, memberOf(document, "run"))];
  if (!sent.success || !span.success) return [];
  const { durationSec } = span.data;
  const messages = expectedMessages(sent.data, 0, durationSec);
  const perSec = messages / durationSec;
  if (messages > MOST_MESSAGES) {
    const problem = `${about(messages)} messages would be sent in ${String(durationSec)} s, and a run has at most ${about(MOST_MESSAGES)}`;
    const times = String(Math.ceil(messages / MOST_MESSAGES));
    return [tooMuch(messages, MOST_MESSAGES, problem, `divide traffic.scale or run.durationSec by ${times}`)];
  }
  const held = hasMean ? backlogAtLeast(document, perSec, durationSec) : 0;
  if (!(held > MOST_MESSAGES_HELD)) return [];
  const problem = `${about(held)} messages would pile up even with fleet.max instances at work, and a run holds at most ${about(MOST_MESSAGES_HELD)} at a time`;
  return [tooMuch(held, MOST_MESSAGES_HELD, problem, "lower the traffic or run.durationSec, or raise fleet.max or worker.slots")];
}

function tooMuch(value: number, max: number, problem: string, mend: string): Fault {
  return { code: "too-much", path: "traffic", value, bound: { max }, unit: "messages", problem, mend };
}

/** What piles up with every instance at work all the time: what arrives less what all slots can do; 0 where that is not known. */
function backlogAtLeast(document: unknown, perSec: number, durationSec: number): number {
  const { work, queue, worker, fleet } = scenarioSchema.shape;
  const section = <S extends z.core.$ZodType>(schema: S, name: string) => z.safeParse(schema, memberOf(document, name));
  const [jobs, kept, slots, group] = [section(work, "work"), section(queue, "queue"), section(worker, "worker"), section(fleet, "fleet")];
  if (!jobs.success || !kept.success || !slots.success || !group.success) return 0;
  const donePerSec = (group.data.max * slots.data.slots) / (meanServiceSec(jobs.data) ?? 0);
  // A mean of 0 s and no slots at all leave no number.
  return Math.max(0, (perSec - donePerSec) * Math.min(durationSec, kept.data.retentionSec)) || 0;
}

function about(count: number): string {
  if (count >= 1e12) return "more than 1000 billion";
  return count >= 1e9
    ? `${String(Number((count / 1e9).toPrecision(3)))} billion`
    : `${String(Number((count / 1e6).toPrecision(3)))} million`;
}
