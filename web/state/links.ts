import type { Scenario } from "../../sim/index.ts";
import { valueAtPath, withValueAt } from "./path.ts";

/**
 * Changes a value, and what has to move with it: a lognormal time keeps its shape (the ratio of its 95th percentile to
 * its median) when the median moves, so that one slider makes it longer or shorter.
 */
export function withEdit(scenario: Scenario, path: string, value: unknown): Scenario {
  const changed = withValueAt(scenario, path, value);
  if (!path.endsWith(".medianSec") || typeof value !== "number") return changed;
  const p95Path = path.replace(/medianSec$/, "p95Sec");
  const [median, p95] = [valueAtPath(scenario, path), valueAtPath(scenario, p95Path)];
  if (typeof median !== "number" || typeof p95 !== "number" || median <= 0 || p95 < median) return changed;
  return withValueAt(changed, p95Path, Number(((p95 / median) * value).toPrecision(3)));
}

/**
 * Values of another kind of the same thing: what has the same name is kept, a length of time keeps its middle, the rest
 * takes the schema's defaults.
 *
 * @param names Of the fields of that kind.
 */
export function valuesOfKind(
  kind: string,
  names: readonly string[],
  previous: unknown,
  defaults: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const before = (typeof previous === "object" && previous !== null ? previous : {}) as Record<string, unknown>;
  const guesses = guessesFrom(middleOf(before));
  // null is a value: "none".
  const valueOf = (name: string) => [before, defaults, guesses].find((values) => values[name] !== undefined)?.[name];
  return { kind, ...Object.fromEntries(names.map((name) => [name, valueOf(name)])) };
}

function middleOf(duration: Readonly<Record<string, unknown>>): number {
  const { sec, meanSec, medianSec, minSec, maxSec } = duration;
  if (typeof minSec === "number" && typeof maxSec === "number") return (minSec + maxSec) / 2;
  return [sec, meanSec, medianSec].find((value) => typeof value === "number") ?? 1;
}

/** For the fields of lengths of time, which have no defaults of their own. */
function guessesFrom(middleSec: number): Readonly<Record<string, number>> {
  const round = (value: number) => Math.max(0.001, Number(value.toPrecision(3)));
  return {
    sec: round(middleSec),
    meanSec: round(middleSec),
    medianSec: round(middleSec),
    p95Sec: round(middleSec * 2),
    minSec: round(middleSec / 2),
    maxSec: round(middleSec * 1.5),
    variation: 1,
    shape: 2,
  };
}
