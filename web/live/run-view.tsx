import { useComputed, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { formatDuration, type MeasuredPhase } from "../../sim/index.ts";
import { useBench } from "../state/bench.ts";
import { Addresses } from "./addresses.tsx";
import { Decisions } from "./decisions.tsx";
import { FigureTiles } from "./figure-tiles.tsx";
import type { FleetLink } from "./fleet-link.ts";
import { Forecast } from "./forecast.ts";
import { NoFleet } from "./no-fleet.tsx";
import { RunResult } from "./run-result.tsx";
import { goesOn, type Told } from "./told.ts";
import { drawnOf, measuredCharts, movedCharts, windowAxis } from "./window-axis.ts";
import { WindowStack } from "./window-stack.tsx";

interface RunViewProps {
  readonly link: FleetLink;
  readonly told: Told;
  /** The user wants to run something else. */
  readonly again: () => void;
}

/** A run that goes on or was last: what it does, drawn over its forecast, and at its end the two beside each other. */
export function RunView(props: RunViewProps) {
  const { link, told } = props;
  const { run } = told;
  const { pool } = useBench();
  const forecast = useMemo(() => new Forecast(pool), [pool]);
  useEffect(
    () => () => {
      forecast.stop();
    },
    [forecast],
  );
  useSignalEffect(() => {
    const scenario = link.scenario.value;
    if (scenario !== undefined) void forecast.of(scenario, run.seed);
  });
  const axis = useComputed(() => (link.scenario.value === undefined ? undefined : windowAxis(link.scenario.value, run)));
  const expected = useComputed(() => {
    const [charts, where] = [forecast.charts.value, axis.value];
    return charts === undefined || where === undefined ? undefined : movedCharts(charts, where);
  });
  const drawn = useComputed(() => {
    const [now, scenario, where] = [link.told.value, link.scenario.value, axis.value];
    if (now === undefined || scenario === undefined || where === undefined) return undefined;
    // Stopped before its time: what is left of the window would press what there is flat.
    const endMs = now.run.result === null ? where.endMs : where.startMs + now.run.result.forMs;
    return drawnOf(scenario, { ...where, endMs }, measuredCharts(now.rows, where), expected.value);
  });
  return (
    <>
      <RunHead {...props} />
      <NoFleet link={link} />
      {run.failure === null ? null : (
        <p class="fault" role="alert">
          The run broke off: {run.failure}
        </p>
      )}
      {goesOn(run) ? <Addresses run={run} /> : null}
      {run.leftOut.length === 0 ? null : (
        <div class="left-out dim">
          <p>What of the scenario is not there on this machine:</p>
          <ul>
            {run.leftOut.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
      {run.result === null ? null : <RunResult told={told} result={run.result} scenario={link.scenario.value} />}
      <section aria-labelledby="over-time-title">
        <h2 id="over-time-title">{goesOn(run) ? "Now" : "Over time"}</h2>
        {goesOn(run) ? <FigureTiles drawn={drawn} /> : null}
        <p class="dim">What is measured, each second, over the forecast of the same window: the same messages, simulated, as thin lines.</p>
        <WindowStack drawn={drawn} />
      </section>
      <Decisions told={told} axis={axis.value} />
    </>
  );
}

function RunHead({ link, told, again }: RunViewProps) {
  const { run, rows } = told;
  const { notices } = useBench();
  const stop = async () => {
    const lines = await link.stop();
    if (lines.length > 0) notices.add({ kind: "problem", title: "It could not be stopped.", lines });
  };
  const ranMs = run.result?.forMs ?? rows.at(-1)?.timeMs ?? 0;
  const text = `${formatDuration(Math.round(ranMs / 1000) * 1000)} of ${formatDuration(run.forSec * 1000)}`;
  return (
    <div class="run-head">
      <h1>{run.name}</h1>
      <p class="run-phase" data-phase={run.phase}>
        <b role="status">{PHASES[run.phase]}</b>
        {run.phase === "running" ? (
          <>
            <progress max={run.forSec * 1000} value={ranMs} aria-label="Time run" /> <span class="dim">{text}</span>
          </>
        ) : null}
        {goesOn(run) || ranMs === 0 ? null : <span class="dim">after {text}</span>}
      </p>
      {goesOn(run) ? (
        <button type="button" class="action" disabled={run.phase === "stopping"} onClick={() => void stop()}>
          Stop
        </button>
      ) : (
        <button type="button" class="primary" onClick={again}>
          Set up another run
        </button>
      )}
    </div>
  );
}

const PHASES: Readonly<Record<MeasuredPhase, string>> = {
  starting: "Starting: queue and processes are being made …",
  running: "Running",
  stopping: "Stopping: processes are being ended …",
  ended: "Ended",
  failed: "Broke off",
};
