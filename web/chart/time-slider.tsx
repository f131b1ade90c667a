import { useComputed, type ReadonlySignal, type Signal } from "@preact/signals";
import { CHARTS, rowAt, type Drawn } from "./charts.ts";
import { momentText } from "./clock.ts";
import type { Axis } from "./time-chart.ts";

interface TimeSliderProps {
  readonly drawn: ReadonlySignal<Drawn | undefined>;
  readonly x: ReadonlySignal<Axis | undefined>;
  readonly crosshairMs: Signal<number | undefined>;
  /** What it is, and which further keys it knows. */
  readonly label: string;
  /** Told of every key, before the slider moves. */
  readonly pressed?: (event: KeyboardEvent, axis: Axis) => void;
}

/** Share of the time axis that a large step of the keyboard moves the crosshair by. */
const LARGE_STEP = 0.05;

/** The crosshair for the keyboard and for screen readers: a slider over the time axis that reads all values out. */
export function TimeSlider({ drawn, x, crosshairMs, label, pressed }: TimeSliderProps) {
  const text = useComputed(() => {
    const [now, atMs] = [drawn.value, crosshairMs.value];
    if (now === undefined) return "no run yet";
    if (atMs === undefined) return "no time chosen; press an arrow key";
    return `${momentText(now.clock, atMs)}: ${valuesAt(now, atMs)}`;
  });
  const moved = (event: KeyboardEvent) => {
    const [axis, now] = [x.peek(), drawn.peek()];
    if (axis === undefined || now === undefined) return;
    pressed?.(event, axis);
    const next = afterKey(event.key, event.shiftKey, crosshairMs.peek() ?? axis.min, axis, now);
    if (next === undefined) return;
    event.preventDefault();
    crosshairMs.value = next === "none" ? undefined : Math.min(axis.max, Math.max(axis.min, next));
  };
  const axis = x.value;
  return (
    <div
      class="time-slider"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={Math.round((axis?.min ?? 0) / 1000)}
      aria-valuemax={Math.round((axis?.max ?? 0) / 1000)}
      aria-valuenow={Math.round((crosshairMs.value ?? axis?.min ?? 0) / 1000)}
      aria-valuetext={text.value}
      onKeyDown={moved}
    />
  );
}

/** Where a key moves the crosshair to; undefined for a key that does not. */
function afterKey(key: string, large: boolean, atMs: number, axis: Axis, { scenario }: Drawn): number | "none" | undefined {
  const smallStep = Math.max(scenario.run.sampleEverySec * 1000, (axis.max - axis.min) / 500);
  const largeStep = (axis.max - axis.min) * LARGE_STEP;
  const step = large ? largeStep : smallStep;
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return atMs - step;
    case "ArrowRight":
    case "ArrowUp":
      return atMs + step;
    case "PageDown":
      return atMs - largeStep;
    case "PageUp":
      return atMs + largeStep;
    case "Home":
      return axis.min;
    case "End":
      return axis.max;
    case "Escape":
      return "none";
    default:
      return undefined;
  }
}

function valuesAt({ view }: Drawn, atMs: number): string {
  return CHARTS.flatMap(({ name, series }) => {
    const columns = view.charts[name];
    const row = rowAt(columns, atMs);
    return series.map(
      ({ column, label, text }) => `${label.toLowerCase()} ${row === undefined ? "–" : text(columns.values[column]?.[row] ?? NaN)}`,
    );
  }).join(", ");
}
