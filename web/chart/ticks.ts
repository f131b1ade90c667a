/** Where the marks of an axis stand. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28, 91].map((n) => n * DAY),
];

/**
 * Times in [fromMs, toMs] on whole seconds, minutes, hours or days of the clock; at most `atMost` of them.
 *
 * @param originMs What the clock shows at time 0, so that the marks of a recording fall on whole hours.
 */
export function timeTicks(
  fromMs: number,
  toMs: number,
  atMost: number,
  originMs = 0,
): { readonly ticks: number[]; readonly stepMs: number } {
  const stepMs = TIME_STEPS.find((step) => (toMs - fromMs) / step <= atMost) ?? 364 * DAY;
  const first = Math.ceil((fromMs + originMs) / stepMs) * stepMs - originMs;
  return { ticks: everyFrom(first, toMs, stepMs), stepMs };
}

/** 0 and round numbers up to at least `max`; about `wanted` of them. */
export function amountTicks(max: number, wanted: number): number[] {
  if (!(max > 0)) return [0, 1];
  const rough = max / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  return upTo(max, step);
}

/** As {@link amountTicks} for whole things: no half instances. */
export function countTicks(max: number, wanted: number): number[] {
  const ticks = amountTicks(Math.max(1, max), wanted);
  return ticks.every(Number.isInteger) ? ticks : upTo(Math.max(1, max), Math.max(1, Math.ceil((ticks[1] ?? 1) - (ticks[0] ?? 0))));
}

/** As {@link amountTicks} for lengths of time in milliseconds: 0, 5 min, 10 min, … */
export function durationTicks(maxMs: number, wanted: number): number[] {
  if (!(maxMs > SECOND)) return amountTicks(maxMs, wanted);
  const step = TIME_STEPS.find((candidate) => maxMs / candidate <= wanted + 0.5);
  return step === undefined ? amountTicks(maxMs / DAY, wanted).map((days) => days * DAY) : upTo(maxMs, step);
}

/** Round numbers within [min, max] for a scale of equal ratios, 1, 2, 5, 10, …; at most `atMost` of them. `min` is above 0. */
export function ratioTicks(min: number, max: number, atMost: number): number[] {
  const first = Math.floor(Math.log10(min));
  const powers = Array.from({ length: Math.max(1, Math.ceil(Math.log10(max)) - first + 1) }, (_, index) => 10 ** (first + index));
  return fewest(
    [[1, 2, 5], [1, 3], [1]].map((factors) => powers.flatMap((power) => factors.map((factor) => Number((factor * power).toPrecision(12))))),
    { min, max, atMost },
  );
}

/** As {@link ratioTicks} for lengths of time in milliseconds: 10 s, 1 min, 10 min, 1 h, … */
export function durationRatioTicks(minMs: number, maxMs: number, atMost: number): number[] {
  const below = [0.01, 0.1, 1, 10, 100];
  const fine = [...below.flatMap((ms) => [1, 2, 5].map((factor) => ms * factor)), ...TIME_STEPS];
  const rough = [...below, ...[1, 5, 30].map((n) => n * SECOND), ...[1, 5, 30].map((n) => n * MINUTE), HOUR, 6 * HOUR, DAY, 7 * DAY];
  const few = [0.1, 10, SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 14 * DAY];
  return fewest([fine, rough, few], { min: minMs, max: maxMs, atMost });
}

/** Of rows of marks, from the finest to the roughest, the first that is no longer than wanted; else the roughest. */
function fewest(
  rows: readonly (readonly number[])[],
  { min, max, atMost }: { readonly min: number; readonly max: number; readonly atMost: number },
): number[] {
  const inside = rows.map((row) => row.filter((tick) => tick >= min && tick <= max));
  return inside.find((row) => row.length <= atMost) ?? inside.at(-1) ?? [];
}

function upTo(max: number, step: number): number[] {
  const steps = Math.max(1, Math.ceil(max / step - 1e-9));
  return Array.from({ length: steps + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

function everyFrom(first: number, last: number, step: number): number[] {
  const ticks: number[] = [];
  for (let tick = first; tick <= last; tick += step) ticks.push(tick);
  return ticks;
}
