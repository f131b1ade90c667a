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

function upTo(max: number, step: number): number[] {
  const steps = Math.max(1, Math.ceil(max / step - 1e-9));
  return Array.from({ length: steps + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

function everyFrom(first: number, last: number, step: number): number[] {
  const ticks: number[] = [];
  for (let tick = first; tick <= last; tick += step) ticks.push(tick);
  return ticks;
}
