import type { Zoom } from "../state/bench.ts";

/** A part shorter than this shows nothing that a row each second would tell. */
const SHORTEST_MS = 60_000;

/** Movements of the pointer shorter than this are clicks. */
export const SHORTEST_DRAG_PX = 6;

/** The part that is `factor` times as long, around a moment if it is in sight; undefined when that is the whole run. */
export function zoomed(range: Zoom, aroundMs: number | undefined, factor: number, durationMs: number): Zoom | undefined {
  const length = Math.max(Math.min(SHORTEST_MS, durationMs), (range.toMs - range.fromMs) * factor);
  if (length >= durationMs) return undefined;
  const inSight = aroundMs !== undefined && aroundMs >= range.fromMs && aroundMs <= range.toMs;
  const centre = inSight ? aroundMs : (range.fromMs + range.toMs) / 2;
  const fromMs = Math.min(durationMs - length, Math.max(0, centre - length / 2));
  return { fromMs, toMs: fromMs + length };
}

/** The part between two moments in either order; undefined when it is too short to be meant. */
export function zoomBetween(oneMs: number, otherMs: number, range: Zoom): Zoom | undefined {
  const fromMs = Math.max(range.fromMs, Math.min(oneMs, otherMs));
  const toMs = Math.min(range.toMs, Math.max(oneMs, otherMs));
  return toMs - fromMs < SHORTEST_MS ? undefined : { fromMs, toMs };
}
