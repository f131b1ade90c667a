import type { ReadonlySignal, Signal } from "@preact/signals";
import { momentText, type Clock } from "./clock.ts";
import { shareAt, type Gutters } from "./gutters.ts";
import type { Axis } from "./time-chart.ts";

type Span = Pick<Axis, "min" | "max">;

interface Pointed {
  readonly crosshairMs: Signal<number | undefined>;
  readonly axis: ReadonlySignal<Span | undefined>;
  readonly gutters: ReadonlySignal<Gutters>;
}

/** Makes the pointer move the crosshair over a stack. */
export function pointerMoves({ crosshairMs, axis, gutters }: Pointed) {
  return {
    onPointerMove: (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
      const span = axis.peek();
      const share = shareAt(event.currentTarget, event.clientX, gutters.peek());
      crosshairMs.value = span === undefined || share < 0 || share > 1 ? undefined : span.min + share * (span.max - span.min);
    },
    onPointerLeave: () => (crosshairMs.value = undefined),
  };
}

/** One line through all charts of a stack, and its time. */
export function PlainCrosshair({ atMs, axis, clock }: { readonly atMs: number | undefined; readonly axis: Span; readonly clock: Clock }) {
  if (atMs === undefined) return null;
  return (
    <div class="crosshair" style={{ "--at": (atMs - axis.min) / (axis.max - axis.min) }}>
      <span class="crosshair-time" aria-hidden="true">
        {momentText(clock, atMs)}
      </span>
    </div>
  );
}
