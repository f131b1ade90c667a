import { useComputed, useSignalEffect, type ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { SEEDS } from "../state/live-run.ts";
import { drawingOf, rowAt, type ChartAbout, type Drawn, type SeriesAbout } from "./charts.ts";
import { DrawQueue } from "./draw-queue.ts";
import type { Gutters } from "./gutters.ts";
import type { Palette } from "./palette.ts";
import { TimeChart, type Axis, type Look } from "./time-chart.ts";

interface ChartPanelProps {
  readonly chart: ChartAbout;
  readonly subject: ReadonlySignal<Drawn | undefined>;
  /** What it says, for those who do not see it. */
  readonly summary: ReadonlySignal<string>;
  readonly crosshairMs: ReadonlySignal<number | undefined>;
  /** What the run is that this one is compared with. */
  readonly baseLabel: string;
  /** Read out while there is no crosshair: the greatest value, or the newest. */
  readonly atRest?: "greatest" | "newest";
  readonly x: ReadonlySignal<Axis | undefined>;
  readonly gutters: ReadonlySignal<Gutters>;
  readonly palette: ReadonlySignal<Palette | undefined>;
}

/** Charts that show how far the runs lie apart. */
const BANDED: ReadonlySet<string> = new Set(["backlog", "age"]);

const DRAWING = new DrawQueue();

/** One chart: its title and unit, the values under the crosshair, the plot. */
export function ChartPanel(props: ChartPanelProps) {
  const { chart, subject, x, gutters, palette, summary } = props;
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

  const id = `chart-${chart.name}`;
  return (
    <figure class="chart" data-chart={chart.name} aria-labelledby={id}>
      <figcaption id={id} class="chart-head">
        <span class="chart-title">
          {chart.title}
          {chart.unit === "" ? null : <span class="chart-unit">, {chart.unit}</span>}
        </span>
        <Readouts {...props} />
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

/** The series by name and colour, with their values under the crosshair, or else their greatest or newest. */
function Readouts({ chart, subject, crosshairMs, baseLabel, atRest = "greatest" }: ChartPanelProps) {
  const values = useComputed(() => {
    const now = subject.value;
    if (now === undefined) return [];
    const columns = now.view.charts[chart.name];
    const atMs = crosshairMs.value;
    const row = atMs === undefined ? undefined : rowAt(columns, atMs);
    return chart.series.map(({ column, text }) => {
      const values = columns.values[column];
      if (values === undefined) return "–";
      if (atMs === undefined) return atRest === "greatest" ? `max ${text(greatest(values))}` : text(values.at(-1) ?? NaN);
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
          {baseLabel}
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
