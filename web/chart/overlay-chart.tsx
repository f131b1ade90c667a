import { useSignalEffect, type ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { RunView } from "../worker/sim-api.ts";
import { CHARTS, highestOf, pointsOf, rowAt, type SeriesAbout } from "./charts.ts";
import type { Gutters } from "./gutters.ts";
import type { ColorName, Palette } from "./palette.ts";
import { TimeChart, type Axis, type Drawing, type Line } from "./time-chart.ts";

/** The quantities that a comparison overlays, each named by the column that carries it. */
export const OVERLAID = ["ageOfOldestMs", "backlog", "inService"] as const;
export type Overlaid = (typeof OVERLAID)[number];

/** A run and the letter that stands for it. */
export interface OverlaidRun {
  readonly letter: string;
  readonly view: RunView;
}

export interface OverlaySubject {
  readonly runs: readonly OverlaidRun[];
  readonly axis: Axis;
}

interface OverlayChartProps {
  readonly column: Overlaid;
  readonly subject: ReadonlySignal<OverlaySubject | undefined>;
  readonly gutters: ReadonlySignal<Gutters>;
  readonly palette: ReadonlySignal<Palette | undefined>;
  readonly crosshairMs: ReadonlySignal<number | undefined>;
}

/** One quantity of several runs over each other. */
export function OverlayChart({ column, subject, gutters, palette, crosshairMs }: OverlayChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<TimeChart | undefined>(undefined);
  const { chart, series } = aboutOf(column);
  useSignalEffect(() => {
    const [now, colors, room] = [subject.value, palette.value, gutters.value];
    if (now === undefined || colors === undefined || canvas.current === null) return;
    drawn.current ??= new TimeChart(canvas.current);
    const { axis: text, grid, baseline, font } = colors;
    drawn.current.draw(overlayOf(column, now, colors), { text, grid, baseline, font, ...room });
  });
  useEffect(
    () => () => {
      drawn.current?.destroy();
      drawn.current = undefined;
    },
    [],
  );
  const runs = subject.value?.runs ?? [];
  const atMs = crosshairMs.value;
  const values = runs.map(({ letter, view }) => {
    const columns = view.charts[chart.name];
    const row = atMs === undefined ? undefined : rowAt(columns, atMs);
    const points = columns.values[column] ?? new Float64Array();
    const value = atMs === undefined ? points.reduce((most, point) => Math.max(most, point), 0) : (points[row ?? -1] ?? NaN);
    return { letter, text: atMs === undefined ? `max ${series.text(value)}` : series.text(value) };
  });
  const id = `overlay-${column}`;
  return (
    <figure class="chart" data-chart={column} aria-labelledby={id}>
      <figcaption id={id} class="chart-head">
        <span class="chart-title">
          {column === "inService" ? "Instances in service" : column === "backlog" ? "Backlog, messages" : chart.title}
        </span>
        <span class="readouts" aria-hidden="true">
          {values.map(({ letter, text }, index) => (
            <span key={letter} class="readout">
              <span class="swatch" data-series={`side-${String(index)}`} />
              {letter} <b>{text}</b>
            </span>
          ))}
        </span>
      </figcaption>
      <div class="plot">
        <canvas ref={canvas} role="img" aria-label={values.map(({ letter, text }) => `${letter}: ${text}`).join("; ")} />
      </div>
    </figure>
  );
}

/** So that lines can be told apart without their colours. */
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

function overlayOf(column: Overlaid, { runs, axis }: OverlaySubject, palette: Palette): Drawing {
  const { chart } = aboutOf(column);
  const lines = runs.map(({ letter, view }, index): Line => {
    const columns = view.charts[chart.name];
    const range = { fromMs: axis.min, toMs: Math.min(axis.max, view.toMs) };
    return {
      key: letter,
      label: letter,
      color: palette[`side-${String(index)}` as ColorName],
      width: 1.5,
      dash: DASHES[index] ?? [],
      ...(column === "inService" && { stepped: "before" as const }),
      points: pointsOf(columns, columns.values[column], range),
    };
  });
  const ticks = chart.ticks(Math.max(0, ...lines.map(({ points }) => highestOf(points))));
  return { lines, x: axis, y: { min: 0, max: ticks.at(-1) ?? 1, ticks, text: chart.tickText } };
}

function aboutOf(column: Overlaid): { readonly chart: (typeof CHARTS)[number]; readonly series: SeriesAbout } {
  for (const chart of CHARTS) {
    const series = chart.series.find((candidate) => candidate.column === column);
    if (series !== undefined) return { chart, series };
  }
  throw new Error(`No chart shows ${column}.`);
}
