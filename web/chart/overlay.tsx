import { useComputed, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Scenario } from "../../sim/index.ts";
import { clockOf, momentText, tickText } from "./clock.ts";
import { guttersFor, shareAt } from "./gutters.ts";
import { OVERLAID, OverlayChart, type OverlaidRun } from "./overlay-chart.tsx";
import { usePalette, useWidth } from "./surroundings.ts";
import { timeTicks } from "./ticks.ts";

interface OverlayProps {
  readonly runs: readonly OverlaidRun[];
  /** Of the first run: its clock is that of the axis. */
  readonly scenario: Scenario;
}

/** Runs of several scenarios over each other, on one time axis. */
export function Overlay({ runs, scenario }: OverlayProps) {
  const stack = useRef<HTMLDivElement>(null);
  const width = useWidth(stack);
  const crosshairMs = useSignal<number | undefined>(undefined);
  const palette = usePalette(stack);
  const shown = useSignal(runs);
  shown.value = runs;
  const gutters = useComputed(() => guttersFor(width.value));
  const clock = clockOf(scenario);
  const subject = useComputed(() => {
    const max = Math.max(1, ...shown.value.map(({ view }) => view.toMs));
    const atMost = Math.max(2, Math.floor((width.value - gutters.value.left - gutters.value.right) / 72));
    return { runs: shown.value, axis: { min: 0, max, ...timeTicks(0, max, atMost, clock.originMs) } };
  });
  const { axis } = subject.value;
  const { left, right } = gutters.value;
  const at = crosshairMs.value;
  return (
    <div
      ref={stack}
      class="stack overlay"
      style={{ "--axis-left": `${String(left)}px`, "--axis-right": `${String(right)}px` }}
      onPointerMove={(event) => {
        const share = shareAt(event.currentTarget, event.clientX, gutters.peek());
        crosshairMs.value = share < 0 || share > 1 ? undefined : share * axis.max;
      }}
      onPointerLeave={() => (crosshairMs.value = undefined)}
    >
      {OVERLAID.map((column) => (
        <OverlayChart key={column} column={column} subject={subject} gutters={gutters} palette={palette} crosshairMs={crosshairMs} />
      ))}
      <div class="time-axis" aria-hidden="true">
        <div class="time-ticks">
          {axis.ticks.map((tick) => (
            <span key={tick} class="time-tick" data-last={tick === axis.max} style={{ "--at": tick / axis.max }}>
              {tickText(clock, tick, axis.stepMs, axis.max)}
            </span>
          ))}
        </div>
      </div>
      {at === undefined ? null : (
        <div class="crosshair" style={{ "--at": at / axis.max }}>
          <span class="crosshair-time" aria-hidden="true">
            {momentText(clock, at)}
          </span>
        </div>
      )}
    </div>
  );
}
