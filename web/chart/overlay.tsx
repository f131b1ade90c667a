import { useComputed, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Scenario } from "../../sim/index.ts";
import { clockOf, tickText } from "./clock.ts";
import { OVERLAID, OverlayChart, type OverlaidRun } from "./overlay-chart.tsx";
import { PlainCrosshair, pointerMoves } from "./plain-crosshair.tsx";
import { useStackFrame } from "./stack-frame.ts";
import { timeTicks } from "./ticks.ts";

interface OverlayProps {
  readonly runs: readonly OverlaidRun[];
  /** Of the first run: its clock is that of the axis. */
  readonly scenario: Scenario;
}

/** Runs of several scenarios over each other, on one time axis. */
export function Overlay({ runs, scenario }: OverlayProps) {
  const stack = useRef<HTMLDivElement>(null);
  const { width, gutters, palette } = useStackFrame(stack);
  const crosshairMs = useSignal<number | undefined>(undefined);
  const shown = useSignal(runs);
  shown.value = runs;
  const clock = clockOf(scenario);
  const subject = useComputed(() => {
    const max = Math.max(1, ...shown.value.map(({ view }) => view.toMs));
    const atMost = Math.max(2, Math.floor((width.value - gutters.value.left - gutters.value.right) / 72));
    return { runs: shown.value, axis: { min: 0, max, ...timeTicks(0, max, atMost, clock.originMs) } };
  });
  const span = useComputed(() => subject.value.axis);
  const { axis } = subject.value;
  const { left, right } = gutters.value;
  return (
    <div
      ref={stack}
      class="stack overlay"
      style={{ "--axis-left": `${String(left)}px`, "--axis-right": `${String(right)}px` }}
      {...pointerMoves({ crosshairMs, axis: span, gutters })}
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
      <PlainCrosshair atMs={crosshairMs.value} axis={axis} clock={clock} />
    </div>
  );
}
