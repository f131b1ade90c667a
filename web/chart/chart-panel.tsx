import { useComputed, useSignalEffect, type ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { SEEDS } from "../state/live-run.ts";
import { useBench } from "../state/bench.ts";
import { drawingOf, rowAt, summaryText, type ChartAbout, type SeriesAbout, type Subject } from "./charts.ts";
import { momentText } from "./clock.ts";
import { DrawQueue } from "./draw-queue.ts";
import type { Gutters } from "./gutters.ts";
import type { Palette } from "./palette.ts";
import { TimeChart, type Axis, type Look } from "./time-chart.ts";

interface ChartPanelProps {
  readonly chart: ChartAbout;
  readonly subject: ReadonlySignal<Subject | undefined>;
  readonly x: ReadonlySignal<Axis | undefined>;
  readonly gutters: ReadonlySignal<Gutters>;
  readonly palette: ReadonlySignal<Palette | undefined>;
}

/** Charts that show how far the runs lie apart. */
const BANDED: ReadonlySet<string> = new Set(["backlog", "age"]);

const DRAWING = new DrawQueue();

/** One chart: its title and unit, the values under the crosshair, the plot. */
export function ChartPanel({ chart, subject, x, gutters, palette }: ChartPanelProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<TimeChart | undefined>(undefined);

  useSignalEffect(() => {
    const [now, axis, colors, room] = [subject.value, x.value, palette.value, gutters.value];
    if (now === undefined || axis === undefined || colors === undefined) return;
    DRAWING.put(chart.name, () => {
      if (canvas.current === null) return;
      drawn.current ??= new TimeChart(canvas.current);
      drawn.current.draw(drawingOf(chart, now, axis, colors), lookOf(colors, room));
    });
  });
  useEffect(
    () => () => {
      DRAWING.drop(chart.name);
      drawn.current?.destroy();
      drawn.current = undefined;
    },
    [chart.name],
  );

  const summary = useComputed(() => {
    const now = subject.value;
    return now === undefined ? "" : summaryText(chart.name, now, (atMs) => momentText(now.clock, atMs));
  });
  const id = `chart-${chart.name}`;
  return (
    <figure class="chart" data-chart={chart.name} aria-labelledby={id}>
      <figcaption id={id} class="chart-head">
        <span class="chart-title">
          {chart.title}
          {chart.unit === "" ? null : <span class="chart-unit">, {chart.unit}</span>}
        </span>
        <Readouts chart={chart} subject={subject} />
      </figcaption>
      <div class="plot">
        <canvas ref={canvas} role="img" aria-label={summary} />
      </div>
    </figure>
  );
}

function lookOf(palette: Palette, { left, right }: Gutters): Look {
  return { text: palette.axis, grid: palette.grid, baseline: palette.baseline, font: palette.font, left, right };
}

/** The series by name and colour, with their values under the crosshair, or their greatest. */
function Readouts({ chart, subject }: Pick<ChartPanelProps, "chart" | "subject">) {
  const { crosshairMs } = useBench();
  const values = useComputed(() => {
    const now = subject.value;
    if (now === undefined) return [];
    const columns = now.view.charts[chart.name];
    const atMs = crosshairMs.value;
    const row = atMs === undefined ? undefined : rowAt(columns, atMs);
    return chart.series.map(({ column, text }) => {
      const values = columns.values[column];
      if (values === undefined) return "–";
      if (atMs === undefined) return `max ${text(greatest(values))}`;
      return row === undefined ? "–" : text(values[row] ?? NaN);
    });
  });
  return (
    <span class="readouts" aria-hidden="true">
      {chart.series.map((series, index) => (
        <Readout key={series.column} series={series} value={values.value[index] ?? ""} />
      ))}
      {subject.value?.bands === undefined || !BANDED.has(chart.name) ? null : (
        <span class="readout" title="From the least to the greatest of all runs">
          <span class="swatch" data-series="band" />
          {SEEDS.length} runs
        </span>
      )}
      {subject.value?.base === undefined ? null : (
        <span class="readout">
          <span class="swatch" data-series="base" />
          as loaded
        </span>
      )}
    </span>
  );
}

function Readout({ series, value }: { readonly series: SeriesAbout; readonly value: string }) {
  return (
    <span class="readout">
      <span class="swatch" data-series={series.color} />
      {series.label} <b>{value}</b>
    </span>
  );
}

function greatest(values: Float64Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}
