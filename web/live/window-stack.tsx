import { useComputed, useSignal, type ReadonlySignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ChartPanel } from "../chart/chart-panel.tsx";
import { CHARTS, rowAt, timeAxis, type ChartAbout, type Drawn } from "../chart/charts.ts";
import { PlainCrosshair, pointerMoves } from "../chart/plain-crosshair.tsx";
import { useStackFrame, type StackFrame } from "../chart/stack-frame.ts";
import { TimeSlider } from "../chart/time-slider.tsx";
import { TimeAxis } from "../chart/time-axis.tsx";
import type { Axis } from "../chart/time-chart.ts";

/** The charts of a window on one time axis: what was measured over its forecast, or the forecast alone. */
export function WindowStack({ drawn }: { readonly drawn: ReadonlySignal<Drawn | undefined> }) {
  const stack = useRef<HTMLDivElement>(null);
  const frame = useStackFrame(stack);
  const crosshairMs = useSignal<number | undefined>(undefined);
  const { width, gutters } = frame;
  const x = useComputed(() => {
    const { left, right } = gutters.value;
    return drawn.value === undefined ? undefined : timeAxis(drawn.value, width.value - left - right);
  });
  const { left, right } = gutters.value;
  const [now, axis] = [drawn.value, x.value];
  return (
    <div
      ref={stack}
      class="stack window-stack"
      style={{ "--axis-left": `${String(left)}px`, "--axis-right": `${String(right)}px` }}
      {...pointerMoves({ crosshairMs, axis: x, gutters })}
    >
      {CHARTS.map((chart) => (
        <WindowPanel key={chart.name} chart={chart} drawn={drawn} x={x} frame={frame} crosshairMs={crosshairMs} />
      ))}
      <TimeAxis subject={drawn} x={x} />
      <TimeSlider drawn={drawn} x={x} crosshairMs={crosshairMs} label="Time under the crosshair" />
      {now === undefined || axis === undefined ? null : <PlainCrosshair atMs={crosshairMs.value} axis={axis} clock={now.clock} />}
    </div>
  );
}

interface WindowPanelProps {
  readonly chart: ChartAbout;
  readonly drawn: ReadonlySignal<Drawn | undefined>;
  readonly x: ReadonlySignal<Axis | undefined>;
  readonly frame: StackFrame;
  readonly crosshairMs: ReadonlySignal<number | undefined>;
}

function WindowPanel({ chart, drawn, x, frame, crosshairMs }: WindowPanelProps) {
  const { gutters, palette } = frame;
  const summary = useComputed(() => (drawn.value === undefined ? "" : spoken(chart, drawn.value)));
  return <ChartPanel {...{ chart, subject: drawn, summary, x, gutters, palette, crosshairMs }} baseLabel="forecast" atRest="newest" />;
}

/** The newest values, and the forecast's at the same time. */
function spoken({ name, title, series }: ChartAbout, { view, base }: Drawn): string {
  const columns = view.charts[name];
  const last = columns.timeMs.length - 1;
  const told = series.map(({ column, label, text }) => {
    const forecast = base?.charts[name];
    const row = forecast === undefined ? undefined : rowAt(forecast, columns.timeMs[last] ?? 0);
    const beside = row === undefined ? "" : ` (forecast ${text(forecast?.values[column]?.[row] ?? NaN)})`;
    return `${label.toLowerCase()} ${text(columns.values[column]?.[last] ?? NaN)}${beside}`;
  });
  return `${title}, at the end of the line: ${told.join(", ")}.`;
}
