import { useSignal } from "@preact/signals";
import { formatCount, formatDuration, formatUsd, type Scenario } from "../../sim/index.ts";
import type { Palette } from "../chart/palette.ts";
import type { PointDrawing, PointSet } from "../chart/point-chart.ts";
import { PointPlot } from "../chart/point-plot.tsx";
import { amountTicks, durationRatioTicks } from "../chart/ticks.ts";
import type { TriedPoint } from "../worker/plan-api.ts";
import { Legend } from "./legend.tsx";

interface TriedPlotProps {
  readonly points: readonly TriedPoint[];
  /** The scenario as it is. */
  readonly now: TriedPoint | undefined;
  /** The proposal that is looked at. */
  readonly chosen: TriedPoint | undefined;
  readonly objective: Scenario["objective"];
}

/** Room beside the outermost points, as a factor. */
const ROOM = 1.25;
/** Width that a mark of the axis needs, pixels. */
const TICK_PX = 64;
/** Times are drawn by their logarithm: what is less than a millisecond stands at it. */
const logOf = (ms: number) => Math.log10(Math.max(1, ms));

/** Every variant that was tried, by what it costs and how late messages are. */
export function TriedPlot({ points, now, chosen, objective }: TriedPlotProps) {
  const under = useSignal<TriedPoint | undefined>(undefined);
  const drawable = points.filter(({ measuredMs }) => Number.isFinite(measuredMs));
  const held = drawable.filter((point) => point.held);
  const missed = drawable.filter((point) => !point.held);
  const limitMs = objective.limitSec * 1000;
  const sets: Readonly<Record<string, readonly TriedPoint[]>> = {
    missed,
    held,
    now: now === undefined ? [] : [now],
    chosen: chosen === undefined ? [] : [chosen],
  };
  const drawing = (palette: Palette, widthPx: number): PointDrawing => {
    const all = [...drawable, ...(sets["now"] ?? []), ...(sets["chosen"] ?? [])];
    const times = [limitMs, ...all.map(({ measuredMs }) => Math.max(1, measuredMs))];
    const [minMs, maxMs] = [Math.min(...times) / ROOM, Math.max(...times) * ROOM];
    const ticks = amountTicks(Math.max(...all.map(({ costPerMonthUsd }) => costPerMonthUsd)), 5);
    const set = (key: string, about: Omit<PointSet, "key" | "points">, label?: string): PointSet => ({
      ...about,
      key,
      points: (sets[key] ?? []).map(({ measuredMs, costPerMonthUsd }) => ({
        x: logOf(measuredMs),
        y: costPerMonthUsd,
        ...(label !== undefined && { label }),
      })),
    });
    return {
      sets: [
        set("missed", { shape: "cross", color: palette.missed, radius: 4 }),
        set("held", { shape: "disc", color: palette.held, radius: 4 }),
        set("now", { shape: "square", color: palette.desired, radius: 7 }, "as it is"),
        set("chosen", { shape: "ring", color: palette.chosen, radius: 8 }, "proposed"),
      ],
      guides: [{ axis: "x", at: logOf(limitMs), label: `limit ${formatDuration(limitMs)}` }],
      x: {
        min: logOf(minMs),
        max: logOf(maxMs),
        ticks: durationRatioTicks(Math.max(1, minMs), maxMs, Math.max(2, Math.floor(widthPx / TICK_PX) - 1)).map(logOf),
        text: (value) => formatDuration(Math.round(10 ** value)),
      },
      y: { min: 0, max: ticks.at(-1) ?? 1, ticks, text: formatUsd },
    };
  };
  return (
    <div class="tried">
      <PointPlot
        name="tried"
        title="What was tried"
        unit="dollars a month"
        below={`p${String(objective.percentile)} of the ${objective.measure}, logarithmic`}
        words={wordsOf(held, missed.length)}
        drawing={drawing}
        onPoint={(picked) => (under.value = picked && sets[picked.key]?.[picked.index])}
      />
      <Legend shapes={["held", "missed", ...(now === undefined ? [] : (["now"] as const))]} />
      <p class="readout-line" aria-hidden="true">
        {under.value === undefined ? "" : tell(under.value)}
      </p>
    </div>
  );
}

function tell({ settings, costPerMonthUsd, measuredMs, held }: TriedPoint): string {
  return `${settings}: ${formatUsd(costPerMonthUsd)} a month, ${formatDuration(measuredMs)}, ${held ? "holds" : "misses"}`;
}

function wordsOf(held: readonly TriedPoint[], missed: number): string {
  const cheapest = held.reduce<TriedPoint | undefined>(
    (least, point) => (least === undefined || point.costPerMonthUsd < least.costPerMonthUsd ? point : least),
    undefined,
  );
  const counts = `${formatCount(held.length + missed, "variant")} tried; ${String(held.length)} of them held the objective in the runs of the search.`;
  return cheapest === undefined ? counts : `${counts} The cheapest: ${tell(cheapest)}.`;
}
