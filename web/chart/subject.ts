import { useComputed, useSignal, useSignalEffect, type ReadonlySignal } from "@preact/signals";
import type { Scenario } from "../../sim/index.ts";
import { useBench, type Zoom } from "../state/bench.ts";
import type { Charts, RunView } from "../worker/sim-api.ts";
import type { Subject } from "./charts.ts";
import { clockOf } from "./clock.ts";

/** A zoom that is still being turned does not ask for detail. */
const DETAIL_AFTER_MS = 120;

/** What the charts show; undefined until there is something. */
export function useSubject(): ReadonlySignal<Subject | undefined> {
  const { live, zoom } = useBench();
  const detail = useDetail();
  return useComputed(() => {
    const view = live.view.value;
    const scenario = live.shown.value;
    if (view === undefined || scenario === undefined) return undefined;
    const base = live.baseView.value;
    const differs = base !== undefined && base.digest !== view.digest;
    const range = rangeOf(scenario, zoom.value ?? partOf(view, scenario));
    const finer = detail.value;
    const covers = finer?.digest === view.digest && finer.range.fromMs === range.fromMs && finer.range.toMs === range.toMs;
    return {
      view: covers ? { ...view, charts: finer.charts } : view,
      base: differs ? base : undefined,
      scenario,
      bands: view.whole ? live.estimates.value?.bands : undefined,
      clock: clockOf(scenario),
      range,
    };
  });
}

interface Detail {
  readonly digest: string;
  readonly range: Zoom;
  readonly charts: Charts;
}

/** Fetches the rows that a long run has between the points of its charts, once a part of it is looked at. */
function useDetail(): ReadonlySignal<Detail | undefined> {
  const { live, client, zoom } = useBench();
  const detail = useSignal<Detail | undefined>(undefined);
  useSignalEffect(() => {
    const [view, scenario, range] = [live.view.value, live.shown.value, zoom.value];
    if (view === undefined || scenario === undefined || range === undefined || !view.whole || !isThinned(view)) return undefined;
    const within = rangeOf(scenario, range);
    const timer = setTimeout(() => {
      void client.detail(view.digest, within.fromMs, within.toMs).then((charts) => {
        if (charts !== undefined) detail.value = { digest: view.digest, range: within, charts };
      });
    }, DETAIL_AFTER_MS);
    return () => {
      clearTimeout(timer);
    };
  });
  return detail;
}

/** A preview of a small part fills the charts with that part; of a larger one it lies in its place in the whole. */
function partOf({ whole, fromMs, toMs }: RunView, { run }: Scenario): Zoom | undefined {
  return whole || toMs - fromMs >= run.durationSec * 1000 * SMALL_PART ? undefined : { fromMs, toMs };
}

/** In less than this share of the axis a part could not be read. */
const SMALL_PART = 0.2;

function isThinned(view: RunView): boolean {
  return Object.values(view.charts).some((chart) => chart.timeMs.length < view.rows);
}

function rangeOf({ run }: Scenario, zoom: Zoom | undefined): Zoom {
  const endMs = run.durationSec * 1000;
  if (zoom === undefined || zoom.fromMs >= endMs) return { fromMs: 0, toMs: endMs };
  return { fromMs: Math.max(0, zoom.fromMs), toMs: Math.min(endMs, zoom.toMs) };
}
