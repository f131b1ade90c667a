import { formatCount, formatDuration, formatNumber, formatRate, type Scenario } from "../../sim/index.ts";
import type { BandColumn, ChartColumn, ChartColumns, ChartName, Envelope, RunView } from "../worker/sim-api.ts";
import type { Clock } from "./clock.ts";
import { withAlpha, type ColorName, type Palette } from "./palette.ts";
import { amountTicks, countTicks, durationTicks, timeTicks } from "./ticks.ts";
import type { Axis, Drawing, Line, Point } from "./time-chart.ts";

/** What each chart shows, in the order of the stack. */
export const CHARTS: readonly ChartAbout[] = [
  {
    name: "traffic",
    title: "Arrivals and throughput",
    unit: "messages/s",
    series: [
      { column: "arrivalRatePerSec", label: "Arrivals", color: "arrivals", text: formatRate },
      { column: "throughputPerSec", label: "Throughput", color: "throughput", text: formatRate },
    ],
    ticks: (max) => amountTicks(max, 3),
    tickText: formatNumber,
  },
  {
    name: "backlog",
    title: "Backlog and in flight",
    unit: "messages",
    series: [
      { column: "backlog", label: "Backlog", color: "backlog", text: formatNumber },
      { column: "inFlight", label: "In flight", color: "in-flight", text: formatNumber },
    ],
    ticks: (max) => countTicks(max, 3),
    tickText: shortNumber,
  },
  {
    name: "age",
    title: "Age of the oldest message",
    unit: "",
    series: [{ column: "ageOfOldestMs", label: "Age", color: "age", text: formatDuration }],
    ticks: (max) => durationTicks(max, 3),
    tickText: (value) => (value === 0 ? "0" : formatDuration(value)),
  },
  {
    name: "capacity",
    title: "Instances",
    unit: "",
    series: [
      { column: "desired", label: "Desired", color: "desired", text: formatNumber },
      { column: "inService", label: "In service", color: "in-service", text: formatNumber },
      { column: "warming", label: "Warming", color: "warming", text: formatNumber },
      { column: "pending", label: "Pending", color: "pending", text: formatNumber },
      { column: "draining", label: "Draining", color: "draining", text: formatNumber },
    ],
    ticks: (max) => countTicks(max, 3),
    tickText: formatNumber,
  },
];

export interface ChartAbout {
  readonly name: ChartName;
  readonly title: string;
  readonly unit: string;
  readonly series: readonly SeriesAbout[];
  readonly ticks: (max: number) => number[];
  readonly tickText: (value: number) => string;
}

export interface SeriesAbout {
  readonly column: ChartColumn;
  readonly label: string;
  readonly color: ColorName;
  readonly text: (value: number) => string;
}

/** What is drawn: a run, another one to compare it with, and the scenario they are of. */
export interface Drawn {
  readonly view: Pick<RunView, "charts">;
  readonly base: Pick<RunView, "charts"> | undefined;
  readonly scenario: Scenario;
  readonly clock: Clock;
  /** What several runs stayed within; undefined while there is one run. */
  readonly bands: Envelope | undefined;
  /** The part in sight; the whole run unless zoomed in. */
  readonly range: Range;
}

/** What the workbench draws: a simulated run, and that of the scenario as it was loaded if the two differ. */
export interface Subject extends Drawn {
  readonly view: RunView;
  readonly base: RunView | undefined;
}

export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The times that the whole stack spans, and their marks. */
export function timeAxis({ range, clock }: Drawn, widthPx: number): Axis & { readonly stepMs: number; readonly widthPx: number } {
  const { fromMs, toMs } = range;
  const { ticks, stepMs } = timeTicks(fromMs, toMs, Math.max(2, Math.floor(widthPx / 72)), clock.originMs);
  return { min: fromMs, max: toMs, ticks, stepMs, widthPx };
}

export function drawingOf(chart: ChartAbout, subject: Drawn, x: Axis, palette: Palette): Drawing {
  const lines = linesOf(chart.name, subject, palette);
  const highest = Math.max(0, ...lines.map((line) => highestOf(line.points)));
  const ticks = chart.ticks(highest);
  return { lines, x, y: { min: 0, max: ticks.at(-1) ?? 1, ticks, text: chart.tickText } };
}

function linesOf(chart: ChartName, subject: Drawn, palette: Palette): Line[] {
  const { view, base, scenario, range } = subject;
  const columns = view.charts[chart];
  const line = (column: ChartColumn, label: string, color: ColorName, more: Partial<Line> = {}): Line => ({
    key: column,
    label,
    color: palette[color],
    width: 1.5,
    points: pointsOf(columns, columns.values[column], range),
    ...more,
  });
  const baseLine = (column: ChartColumn, more: Partial<Line> = {}): Line[] =>
    base === undefined
      ? []
      : [
          {
            key: `base ${column}`,
            label: "",
            color: palette.base,
            width: 1,
            points: pointsOf(base.charts[chart], base.charts[chart].values[column], range),
            ...more,
          },
        ];

  switch (chart) {
    case "traffic":
      return [
        line("arrivalRatePerSec", "arrivals", "arrivals"),
        ...baseLine("arrivalRatePerSec"),
        line("throughputPerSec", "throughput", "throughput", {
          width: 1,
          fill: { color: withAlpha(palette.throughput, 0.18), to: "zero" },
        }),
      ];
    case "backlog":
      return [
        line("inFlight", "in flight", "in-flight"),
        line("backlog", "backlog", "backlog", { fill: { color: withAlpha(palette.backlog, 0.1), to: "zero" } }),
        ...baseLine("backlog"),
        ...band("backlog", subject, palette.backlog),
      ];
    case "age": {
      const age = line("ageOfOldestMs", "age", "age", { fill: { color: withAlpha(palette.age, 0.1), to: "zero" } });
      return [
        ...objective(subject, highestOf(age.points), palette),
        age,
        ...baseLine("ageOfOldestMs"),
        ...band("ageOfOldestMs", subject, palette.age),
      ];
    }
    case "capacity":
      return [
        line("desired", "desired", "desired", { width: 1.25, stepped: "before" }),
        ...baseLine("inService", { stepped: "before", color: palette.desired, dash: [1, 3] }),
        ...capacityAreas(columns, range, palette),
        rule("max", `max ${formatNumber(scenario.fleet.max)}`, scenario.fleet.max, subject, palette.base, [2, 3]),
        rule("min", `min ${formatNumber(scenario.fleet.min)}`, scenario.fleet.min, subject, palette.base, [2, 3]),
      ];
  }
}

/** Between the least and the greatest of all runs, as steps, stretch by stretch; behind the line of the run that is shown. */
function band(column: BandColumn, { bands, range }: Drawn, color: string): Line[] {
  if (bands === undefined) return [];
  const { timeMs, values } = bands;
  const points = (heights: Float64Array): Point[] => {
    const found: Point[] = [];
    for (let i = 0; i < heights.length; i += 1) {
      const [from, to, y] = [timeMs[i] as number, timeMs[i + 1] as number, heights[i] as number];
      if (to < range.fromMs || from > range.toMs) continue;
      found.push({ x: from, y }, { x: to, y });
    }
    return found;
  };
  const edge = { label: "", color, width: 0 };
  return [
    { ...edge, key: `band high ${column}`, fill: { color: withAlpha(color, 0.22), to: "next" }, points: points(values[column].high) },
    { ...edge, key: `band low ${column}`, points: points(values[column].low) },
  ];
}

/** The areas lie on each other: ready at the bottom, then what warms up, what is being launched, what drains. */
function capacityAreas(columns: ChartColumns, range: Range, palette: Palette): Line[] {
  const { inService, warming, pending, draining } = columns.values;
  const size = columns.timeMs.length;
  const zero = new Float64Array(size);
  const ready = (inService ?? zero).map((value, row) => value - (warming?.[row] ?? 0));
  const layers: [ChartColumn, string, ColorName, Float64Array][] = [
    ["inService", "in service", "in-service", ready],
    ["warming", "warming", "warming", warming ?? zero],
    ["pending", "pending", "pending", pending ?? zero],
    ["draining", "draining", "draining", draining ?? zero],
  ];
  const sum = new Float64Array(size);
  const areas = layers.map(([column, label, color, values]): Line => {
    for (let row = 0; row < size; row += 1) sum[row] = (sum[row] as number) + (values[row] as number);
    const present = values.some((value) => value > 0);
    return {
      key: `area ${column}`,
      label: column === "inService" && present ? label : "",
      color: palette[color],
      width: 0,
      stepped: "before",
      fill: { color: palette[color], to: column === "inService" ? "zero" : "next" },
      points: pointsOf(columns, sum, range),
    };
  });
  return areas.reverse();
}

/** The limit, where it is near enough to what was measured to share an axis with it. */
function objective(subject: Drawn, highest: number, palette: Palette): Line[] {
  const { measure, limitSec } = subject.scenario.objective;
  const limitMs = limitSec * 1000;
  if (measure !== "age" || limitMs > highest * MOST_HEADROOM) return [];
  return [rule("objective", `limit ${formatDuration(limitMs)}`, limitMs, subject, palette.objective, [5, 3])];
}

/** Beyond this many times what was measured, the limit would press the measured line flat. */
const MOST_HEADROOM = 6;

function rule(key: string, label: string, value: number, { range }: Drawn, color: string, dash: readonly number[]): Line {
  const points = [
    { x: range.fromMs, y: value },
    { x: range.toMs, y: value },
  ];
  return { key, label, color, width: 1, dash, points };
}

/** The points in sight, and the next one on either side, so that lines run on to the edges. */
export function pointsOf(columns: ChartColumns, values: Float64Array | undefined, { fromMs, toMs }: Range): Point[] {
  if (values === undefined) return [];
  const { timeMs } = columns;
  const first = rowAt(columns, fromMs) ?? 0;
  const last = Math.min(timeMs.length - 1, (rowAt(columns, toMs) ?? -1) + 1);
  const points = new Array<Point>(Math.max(0, last - first + 1));
  for (let i = 0; i < points.length; i += 1) points[i] = { x: timeMs[first + i] as number, y: values[first + i] as number };
  return points;
}

export function highestOf(points: readonly Point[]): number {
  let highest = 0;
  for (const { y } of points) if (y > highest) highest = y;
  return highest;
}

/** Short enough for an axis: "12 k", "1.5 M". */
export function shortNumber(value: number): string {
  if (value >= 1e6) return `${formatNumber(value / 1e6)} M`;
  return value >= 10_000 ? `${formatNumber(value / 1000)} k` : formatNumber(value);
}

/** What a chart says, for those who do not see it. */
export function summaryText(chart: ChartName, { view }: Subject, moment: (atMs: number) => string): string {
  const { summary } = view;
  const columns = view.charts[chart];
  const peak = (column: ChartColumn, text: (value: number) => string) => {
    const row = rowOfMax(columns.values[column]);
    return row === undefined ? "nothing" : `at most ${text(columns.values[column]?.[row] ?? NaN)} at ${moment(columns.timeMs[row] ?? 0)}`;
  };
  switch (chart) {
    case "traffic":
      return `Arrivals ${peak("arrivalRatePerSec", formatRate)}, throughput ${peak("throughputPerSec", formatRate)}; ${formatCount(summary.messages.sent, "message")} in all.`;
    case "backlog":
      return `Backlog ${peak("backlog", (value) => formatCount(value, "message"))}, ${formatNumber(summary.backlog.mean)} on average; in flight ${peak("inFlight", formatNumber)}.`;
    case "age":
      return `The oldest message was ${peak("ageOfOldestMs", formatDuration)} old; p99 ${formatDuration(summary.ageOfOldestMs.p99)}.`;
    case "capacity":
      return `In service ${peak("inService", (value) => formatCount(value, "instance"))}, ${formatNumber(summary.inService.mean)} on average; ${formatNumber(summary.launches)} launches and ${formatNumber(summary.terminations)} terminations.`;
  }
}

function rowOfMax(values: Float64Array | undefined): number | undefined {
  if (values === undefined || values.length === 0) return undefined;
  let best = 0;
  for (let row = 1; row < values.length; row += 1) if ((values[row] as number) > (values[best] as number)) best = row;
  return best;
}

/** The row at or before a time. */
export function rowAt({ timeMs }: ChartColumns, atMs: number): number | undefined {
  let low = 0;
  let high = timeMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timeMs[middle] as number) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : low - 1;
}
