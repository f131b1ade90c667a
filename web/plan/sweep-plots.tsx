import { figureOf, formatCount, formatDuration, formatNumber, formatUsd } from "../../sim/index.ts";
import { shortNumber } from "../chart/charts.ts";
import type { ColorName, Palette } from "../chart/palette.ts";
import type { Guide, PointDrawing, PointSet, TextAxis } from "../chart/point-chart.ts";
import { PointPlot } from "../chart/point-plot.tsx";
import { amountTicks, countTicks, durationRatioTicks, durationTicks, ratioTicks } from "../chart/ticks.ts";
import type { SweepPoint } from "../worker/plan-api.ts";
import { Legend } from "./legend.tsx";
import type { Swept } from "./sweep-run.ts";

interface SweepPlotsProps {
  readonly swept: Swept;
  readonly chosen: number | undefined;
  readonly choose: (value: number) => void;
}

/** A figure over the values of a setting. */
interface About {
  readonly name: "measuredMs" | "costPerMonthUsd";
  readonly title: string;
  readonly unit: string;
  readonly text: (value: number) => string;
}

/** Values that span more than this are drawn by their logarithm; so the values of a sweep are spaced. */
const WIDE_RANGE = 10;
/** Times that span more than this are drawn by their logarithm. */
const WIDE_TIMES = 30;
const TICK_PX = 72;

/** How late messages are and what it costs, over the values of a setting. */
export function SweepPlots({ swept, chosen, choose }: SweepPlotsProps) {
  const { percentile, measure } = swept.scenario.objective;
  const run = swept.points.filter(({ outcomes }) => outcomes.length > 0);
  if (run.length === 0) return <p>None of these values is allowed: the table says why.</p>;
  const plots: readonly About[] = [
    { name: "measuredMs", title: `p${String(percentile)} of the ${measure}`, unit: "time", text: formatDuration },
    { name: "costPerMonthUsd", title: "Cost", unit: "dollars a month", text: formatUsd },
  ];
  const { title, unit } = swept.setting.field;
  return (
    <>
      <div class="sweep-plots">
        {plots.map((about) => (
          <PointPlot
            key={about.name}
            name={`sweep-${about.name}`}
            title={about.title}
            unit={about.unit}
            below={`${title}${unit === undefined ? "" : `, ${unit}`}${isWide(swept) ? ", logarithmic" : ""}`}
            words={wordsOf(about, run, swept)}
            drawing={(palette, widthPx) => drawingOf(about, { run, swept, chosen }, palette, widthPx)}
            onPoint={() => undefined}
            onPick={({ key, index }) => {
              const value = pointsOf(key, run)[index]?.value;
              if (value !== undefined) choose(value);
            }}
          />
        ))}
      </div>
      <Legend shapes={["held", "missed"]} />
    </>
  );
}

interface Shown {
  readonly run: readonly SweepPoint[];
  readonly swept: Swept;
  readonly chosen: number | undefined;
}

function drawingOf(about: About, { run, swept, chosen }: Shown, palette: Palette, widthPx: number): PointDrawing {
  const limitMs = swept.scenario.objective.limitSec * 1000;
  const isMeasured = about.name === "measuredMs";
  const x = valueAxis(swept, Math.max(2, Math.floor((widthPx - 72) / TICK_PX)));
  const spreads = run.map((point) => spreadOf(point, about));
  const tops = [...spreads.map(({ high }) => high), ...(isMeasured ? [limitMs] : [])].filter(Number.isFinite);
  const means = [...spreads.map(({ y }) => y), limitMs].filter((value) => Number.isFinite(value) && value > 0);
  const isLog = isMeasured && Math.max(...means) / Math.min(...means) > WIDE_TIMES;
  const y = isLog ? logTimeAxis(means) : amountAxis(Math.max(...tops), about);
  const place = isLog ? (ms: number) => Math.min(y.max, Math.max(y.min, Math.log10(Math.max(1, ms)))) : (value: number) => value;
  const set = (key: keyof typeof LOOKS): PointSet => ({
    ...LOOKS[key],
    color: palette[LOOKS[key].color],
    key,
    points: pointsOf(key, run, chosen).flatMap((point) => {
      const { y: mean, low, high } = spreadOf(point, about);
      if (!Number.isFinite(mean)) return [];
      return [{ x: x.place(point.value), y: place(mean), ...(key !== "chosen" && { spread: { low: place(low), high: place(high) } }) }];
    }),
  });
  const guides: Guide[] = [
    ...(isMeasured ? [{ axis: "y" as const, at: place(limitMs), label: `limit ${formatDuration(limitMs)}` }] : []),
    ...(x.holds(swept.setting.value) ? [{ axis: "x" as const, at: x.place(swept.setting.value), label: "as it is" }] : []),
  ];
  return { sets: [set("all"), set("missed"), set("held"), set("chosen")], guides, x: x.axis, y };
}

const LOOKS = {
  all: { shape: "disc", color: "base", radius: 0, joined: true },
  missed: { shape: "cross", color: "missed", radius: 4 },
  held: { shape: "disc", color: "held", radius: 4 },
  chosen: { shape: "ring", color: "chosen", radius: 9 },
} as const satisfies Readonly<Record<string, Omit<PointSet, "key" | "color" | "points"> & { readonly color: ColorName }>>;

function pointsOf(key: string, run: readonly SweepPoint[], chosen?: number): readonly SweepPoint[] {
  if (key === "chosen") return run.filter(({ value }) => value === chosen);
  return key === "all" ? run : run.filter(({ held }) => held === (key === "held"));
}

/** The mean of a figure, and its 95 % interval; of one run the interval is the figure. */
function spreadOf(point: SweepPoint, { name }: About): { readonly y: number; readonly low: number; readonly high: number } {
  const { mean, halfWidth } = figureOf(point, name);
  const half = Number.isFinite(halfWidth) ? halfWidth : 0;
  return { y: mean, low: Math.max(0, mean - half), high: mean + half };
}

function isWide({ points }: Swept): boolean {
  const [least, most] = [points[0]?.value ?? 0, points.at(-1)?.value ?? 0];
  return least > 0 && most / least >= WIDE_RANGE;
}

/** The axis of the setting's values. */
function valueAxis(swept: Swept, atMost: number) {
  const [least, most] = [swept.points[0]?.value ?? 0, swept.points.at(-1)?.value ?? 1];
  const isLog = isWide(swept);
  const place = isLog ? (value: number) => Math.log10(value) : (value: number) => value;
  const room = (place(most) - place(least)) * 0.04 || 1;
  const ticks = isLog
    ? ratioTicks(least, most, atMost)
    : (swept.setting.field.integer ? countTicks : amountTicks)(most, atMost - 1).filter((tick) => tick >= least && tick <= most);
  const axis: TextAxis = {
    min: place(least) - room,
    max: place(most) + room,
    ticks: ticks.map(place),
    text: (value) => shortNumber(isLog ? Number((10 ** value).toPrecision(6)) : value),
  };
  return { axis, place, holds: (value: number) => value >= least && value <= most };
}

function amountAxis(most: number, { name, text }: About): TextAxis {
  const ticks = name === "measuredMs" ? durationTicks(most, 4) : amountTicks(most, 4);
  return { min: 0, max: ticks.at(-1) ?? 1, ticks, text };
}

function logTimeAxis(timesMs: readonly number[]): TextAxis {
  const [minMs, maxMs] = [Math.max(1, Math.min(...timesMs) / 1.5), Math.max(...timesMs) * 1.5];
  return {
    min: Math.log10(minMs),
    max: Math.log10(maxMs),
    ticks: durationRatioTicks(minMs, maxMs, 6).map((ms) => Math.log10(ms)),
    text: (value) => formatDuration(Math.round(10 ** value)),
  };
}

function wordsOf(about: About, run: readonly SweepPoint[], { setting }: Swept): string {
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined) return "";
  const tell = (point: SweepPoint) => `${about.text(figureOf(point, about.name).mean)} at ${formatNumber(point.value)}`;
  const held = run.filter((point) => point.held).length;
  return `${about.title} over ${setting.name}: from ${tell(first)} to ${tell(last)}. ${formatCount(held, "value")} of ${String(run.length)} held the objective.`;
}
