/** Room left and right of every plot, so that the charts, the lane and the axis stand exactly above each other. */
export interface Gutters {
  readonly left: number;
  readonly right: number;
}

const WIDE: Gutters = { left: 56, right: 92 };
/** On a phone the names of the lines stand above the plot only. */
const NARROW: Gutters = { left: 48, right: 10 };
const NARROW_BELOW_PX = 560;

export function guttersFor(widthPx: number): Gutters {
  return widthPx < NARROW_BELOW_PX ? NARROW : WIDE;
}

/** Where on the time axis a place of the screen is: 0 at its left end, 1 at its right one. */
export function shareAt(stack: Element, clientX: number, { left, right }: Gutters): number {
  const box = stack.getBoundingClientRect();
  return (clientX - box.left - left) / (box.width - left - right);
}
