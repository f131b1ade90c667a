import { useComputed } from "@preact/signals";
import { formatDuration } from "../../sim/index.ts";
import { clockOf, shortMoment } from "../chart/clock.ts";
import { useBench } from "../state/bench.ts";
import { SEEDS, type LiveRun } from "../state/live-run.ts";

/** What is shown and how exact it is; while something takes long, how far it is and a way to stop it. */
export function RunState() {
  const { live, workbench } = useBench();
  const text = useComputed(() => {
    const faults = workbench.faults.value.length;
    if (faults === 0 || live.busy.value) return stateText(live);
    return `Shown is the run before: ${faults === 1 ? "a setting has a fault" : `${String(faults)} settings have faults`}`;
  });
  const share = useComputed(() => {
    const progress = live.progress.value;
    return progress?.share ?? 0;
  });
  const canRun = useComputed(() => !live.busy.value && ["stopped", "preview", "single", "failed"].includes(live.phase.value));
  const slow = live.slow.value && live.busy.value;
  return (
    <div class="run-state" data-busy={live.busy.value}>
      <span class="run-text" title={live.view.value === undefined ? undefined : tookText(live)}>
        {text}
      </span>
      {slow ? (
        <>
          <progress max={1} value={share.value} aria-label="Simulating" />
          <button
            type="button"
            class="quiet"
            onClick={() => {
              live.stop();
            }}
          >
            Stop
          </button>
        </>
      ) : null}
      {canRun.value ? (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            workbench.settle();
          }}
        >
          Run
        </button>
      ) : null}
    </div>
  );
}

function stateText(live: LiveRun): string {
  const [phase, view, estimates, progress] = [live.phase.value, live.view.value, live.estimates.value, live.progress.value];
  if (live.busy.value && live.slow.value && progress !== undefined) {
    const share = `${String(Math.floor(progress.share * 100))} %${leftText(progress.leftMs)}`;
    return progress.of === "first run" ? share : `${String(SEEDS.length)} runs, ${share}`;
  }
  if (live.busy.value && live.stale.value) return "Simulating …";
  switch (phase) {
    case "starting":
      return "Simulating …";
    case "preview":
      return view === undefined ? "Preview" : `Preview: ${partText(live)}`;
    case "single":
      return live.busy.value ? "One run; more to come" : "One run, no intervals";
    case "exact":
      return estimates === undefined ? "" : `Mean of ${String(estimates.runs)} runs ± 95 %; charts show run\u00A01`;
    case "stopped":
      return "Stopped: settings not simulated yet";
    case "failed":
      return "The simulation failed";
  }
}

/** From here on it is said how long it takes, and from there how it would be quicker. */
const LONG_MS = 5000;
const VERY_LONG_MS = 120_000;

function leftText(leftMs: number | undefined): string {
  if (leftMs === undefined || leftMs < LONG_MS) return "";
  const left = `, about ${formatDuration(Math.ceil(leftMs / 1000) * 1000)} left`;
  return leftMs < VERY_LONG_MS ? left : `${left}. Stop, or lower traffic or duration`;
}

/** "the busiest 6 h, from 22 Apr 16:40". */
function partText(live: LiveRun): string {
  const [view, scenario] = [live.view.value, live.shown.value];
  if (view === undefined || scenario === undefined) return "";
  const clock = clockOf(scenario);
  const length = formatDuration(view.toMs - view.fromMs);
  return clock.kind === "elapsed" ? `only ${length}` : `the busiest ${length}, from ${shortMoment(clock, view.fromMs)}`;
}

function tookText(live: LiveRun): string {
  const view = live.view.value;
  return view === undefined ? "" : `Run 1, seed ${String(view.seed)}, took ${formatDuration(view.tookMs)}; digest ${view.digest}`;
}
