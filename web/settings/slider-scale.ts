/**
 * How a slider's track maps to values. A schema's range spans many powers of ten, of which a hand can use two at a time:
 * the track therefore covers a stretch around an anchor (the value when the scenario was loaded, or when the hand last
 * let go beyond its ends), and the number box takes the whole range.
 */
export interface SliderScale {
  readonly kind: "linear" | "log";
  /** Values at the ends of the track. */
  readonly low: number;
  readonly high: number;
  /** Whether the left end stands for 0, below the logarithmic part. */
  readonly zero: boolean;
  readonly integer: boolean;
}

export interface Range {
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
}

/** Positions on a track run from 0 to this. */
export const TRACK_STEPS = 400;

/** The track covers the anchor divided and multiplied by this. */
const REACH = 10;
/** Up to this many whole numbers a track is linear, and covers them all. */
const LINEAR_UP_TO = 60;
/** Share of a logarithmic track that stands for 0, where 0 is allowed. */
const ZERO_SHARE = 0.04;

export function scaleFor(range: Range, anchor: number): SliderScale {
  const { min, max, integer } = range;
  if ((integer && max - min <= LINEAR_UP_TO) || (min >= 1 && max / min <= 2 * REACH)) {
    return { kind: "linear", low: min, high: max, zero: false, integer };
  }
  if (max <= 1) {
    // A share: from a tenth of a thousandth, or from the least value, to the whole.
    return min > 0
      ? { kind: "linear", low: min, high: max, zero: false, integer }
      : { kind: "log", low: 1e-4, high: max, zero: true, integer };
  }
  const zero = min <= 0;
  const least = zero ? (integer ? 1 : Math.min(0.01, max / 1000)) : min;
  const middle = Math.min(max, Math.max(least, anchor > 0 ? anchor : Math.min(max, least * REACH)));
  const low = Math.max(least, roundOneTwoFive(middle / REACH, "down"));
  const high = Math.min(max, Math.max(roundOneTwoFive(middle * REACH, "up"), integer ? low + REACH : low * REACH));
  return { kind: "log", low, high, zero, integer };
}

/** Where on the track a value is; values beyond an end are at the end. */
export function positionOf(scale: SliderScale, value: number): number {
  const nearest = Math.round(clamp(shareOf(scale, value), 0, 1) * TRACK_STEPS);
  // Where the grain of the rounding changes, the position next to the nearest may be the one that gives the value.
  const exact = [nearest, nearest + 1, nearest - 1].find((position) => valueAt(scale, position) === value);
  return clamp(exact ?? nearest, 0, TRACK_STEPS);
}

function shareOf({ kind, low, high, zero }: SliderScale, value: number): number {
  if (kind === "linear") return (value - low) / (high - low);
  if (zero && value <= 0) return 0;
  const share = Math.log(Math.max(value, low) / low) / Math.log(high / low);
  return zero ? ZERO_SHARE + share * (1 - ZERO_SHARE) : share;
}

/** The value at a position, rounded to about two percent of itself, so that it stays short and still moves smoothly. */
export function valueAt({ kind, low, high, zero, integer }: SliderScale, position: number): number {
  let share = clamp(position / TRACK_STEPS, 0, 1);
  if (kind === "linear") {
    const value = low + share * (high - low);
    return integer ? Math.round(value) : roundTo(value, roundOneTwoFive((high - low) / 100, "down"));
  }
  if (zero) {
    if (share < ZERO_SHARE / 2) return 0;
    share = Math.max(0, (share - ZERO_SHARE) / (1 - ZERO_SHARE));
  }
  const value = low * (high / low) ** share;
  const grain = roundOneTwoFive(value / 50, "down");
  return clamp(roundTo(value, integer ? Math.max(1, grain) : grain), low, high);
}

/** The position a key press moves to: at least one step of the value, so that a whole number never sticks. */
export function positionAfterKey(scale: SliderScale, position: number, direction: 1 | -1): number {
  const before = valueAt(scale, position);
  let next = position + direction;
  while (next > 0 && next < TRACK_STEPS && valueAt(scale, next) === before) next += direction;
  return clamp(next, 0, TRACK_STEPS);
}

/** The nearest of 1, 2, 5, 10, 20, … at or beyond a value. */
function roundOneTwoFive(value: number, direction: "up" | "down"): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const steps = [1, 2, 5, 10].map((step) => Number((step * power).toPrecision(6)));
  if (direction === "up") return steps.find((step) => step >= value * (1 - 1e-9)) ?? value;
  return steps.findLast((step) => step <= value * (1 + 1e-9)) ?? value;
}

function roundTo(value: number, grain: number): number {
  return Number((Math.round(value / grain) * grain).toPrecision(12));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
