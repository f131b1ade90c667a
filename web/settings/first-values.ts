import type { Scenario } from "../../sim/index.ts";
import type { Variant } from "./fields.ts";

/**
 * What a kind has in its lists when somebody chooses it, where the schema gives no list to begin with: something that
 * works, near to what was there.
 */
export function firstValues(kind: string, before: unknown, scenario: Scenario): Readonly<Record<string, unknown>> {
  return FIRST[kind]?.(before, scenario) ?? {};
}

/** A recording needs its file; every other kind can be chosen. */
export function canBeChosen({ kind, fields }: Variant): boolean {
  return kind in FIRST || fields.every((field) => (field.type !== "list" && field.type !== "records") || field.hasDefault);
}

type First = (before: unknown, scenario: Scenario) => Readonly<Record<string, unknown>>;

const FIRST: Readonly<Partial<Record<string, First>>> = {
  step: () => ({
    rules: [
      { ...alarm("above", 100), ...BY_CHANGE, aggregation: "average", steps: steps([0, 100, 1], [100, null, 3]) },
      { ...alarm("below", 50, 5), ...BY_CHANGE, aggregation: "average", steps: steps([null, 0, -1]) },
    ],
  }),
  simple: () => ({
    rules: [
      { ...alarm("above", 100), ...BY_CHANGE, adjustment: 1 },
      { ...alarm("below", 50, 5), ...BY_CHANGE, adjustment: -1 },
    ],
  }),
  scheduled: (_, { fleet }) => ({
    actions: [
      { cron: "0 8 * * *", zone: "UTC", min: fleet.max, max: null, desired: null },
      { cron: "0 18 * * *", zone: "UTC", min: fleet.min, max: null, desired: null },
    ],
  }),
  composition: (before) => ({
    policies: [(before as { readonly kind?: unknown }).kind === "none" ? { kind: "ec2-target-tracking" } : before],
  }),
  sum: (before) => ({ sources: [{ traffic: before, messageClass: null }] }),
  histogram: (before) => {
    const sec = middleOf(before);
    return { edgesSec: [sec / 2, sec, sec * 2].map((edge) => Number(edge.toPrecision(3))), weights: [1, 1] };
  },
};

const BY_CHANGE = { adjustmentType: "change", minMagnitude: 0 };

function alarm(comparison: "above" | "below", threshold: number, periods = 1) {
  return {
    metric: "visible / inService",
    comparison,
    threshold,
    datapointsToAlarm: periods,
    evaluationPeriods: periods,
    missingData: "missing",
  };
}

function steps(...bounds: readonly (readonly [number | null, number | null, number])[]) {
  return bounds.map(([lower, upper, adjustment]) => ({ lower, upper, adjustment }));
}

/** Of a length of time of another kind. */
function middleOf(before: unknown): number {
  const { sec, meanSec, medianSec, minSec } = (before ?? {}) as Readonly<Record<string, unknown>>;
  const known = [sec, meanSec, medianSec, minSec].find((value) => typeof value === "number" && value > 0);
  return typeof known === "number" ? known : 1;
}

/**
 * One more thing for a list: like the last one, which is nearer to what is wanted than one that a schema makes up, but
 * with a name of its own, and later where it has a time.
 */
export function anotherLike(items: readonly unknown[], blank: () => unknown): unknown {
  const last = items.at(-1);
  if (typeof last !== "object" || last === null) return last ?? blank();
  const changed: Record<string, unknown> = { ...last };
  const names = new Set(items.map((item) => (item as { readonly name?: unknown }).name));
  const { name } = changed;
  if (typeof name === "string") changed["name"] = freshName(name, names);
  for (const time of ["atSec", "fromSec"]) {
    const [before, now] = items.slice(-2).map((item) => (item as Readonly<Record<string, unknown>>)[time]);
    const [earlier, later] = now === undefined ? [0, before] : [before, now];
    if (typeof later === "number") changed[time] = later + (typeof earlier === "number" && later > earlier ? later - earlier : HOUR_SEC);
  }
  return changed;
}

const HOUR_SEC = 3600;

function freshName(name: string, taken: ReadonlySet<unknown>): string {
  const stem = name.replace(/ \d+$/, "");
  for (let number = 2; ; number += 1) if (!taken.has(`${stem} ${String(number)}`)) return `${stem} ${String(number)}`;
}
