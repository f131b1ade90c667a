import type { ReadonlySignal } from "@preact/signals";
import type { Drawn } from "./charts.ts";
import { axisTitle, tickText } from "./clock.ts";
import type { Axis } from "./time-chart.ts";

interface TimeAxisProps {
  readonly subject: ReadonlySignal<Drawn | undefined>;
  readonly x: ReadonlySignal<(Axis & { readonly stepMs: number }) | undefined>;
}

/** The one time axis, below all charts. */
export function TimeAxis({ subject, x }: TimeAxisProps) {
  const [now, axis] = [subject.value, x.value];
  if (now === undefined || axis === undefined) return <div class="time-axis" />;
  return (
    <div class="time-axis" aria-hidden="true">
      <div class="time-ticks">
        {axis.ticks.map((tick) => (
          <span key={tick} class="time-tick" data-last={tick === axis.max} style={{ "--at": (tick - axis.min) / (axis.max - axis.min) }}>
            {tickText(now.clock, tick, axis.stepMs, now.scenario.run.durationSec * 1000)}
          </span>
        ))}
      </div>
      <span class="time-title">{axisTitle(now.clock)}</span>
    </div>
  );
}
