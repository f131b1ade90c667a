import { useComputed, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { formatCount, formatDuration, formatNumber, formatRate } from "../../sim/index.ts";
import { clockOf, momentText } from "../chart/clock.ts";
import { useBench } from "../state/bench.ts";
import type { RunView } from "../worker/sim-api.ts";
import { Player, SPEEDS_SEC } from "./player.ts";
import { systemAt, type Box, type SystemState } from "./system-state.ts";
import "./picture.css";

/** The system at the moment under the crosshair: what comes, what waits, who works on it. It can be played like a film. */
export default function Picture() {
  const { live, crosshairMs } = useBench();
  const player = useMemo(
    () =>
      new Player(
        () => live.view.peek()?.toMs ?? 0,
        () => matchMedia("(prefers-reduced-motion: reduce)").matches,
      ),
    [live],
  );
  useEffect(() => {
    player.seek(startOf(live.view.peek()));
    return () => {
      player.pause();
      crosshairMs.value = undefined;
    };
  }, [player, live, crosshairMs]);
  // The crosshair of the charts is the play head.
  useSignalEffect(() => {
    crosshairMs.value = player.atMs.value;
  });
  const atMs = useComputed(() => (player.playing.value ? player.atMs.value : (crosshairMs.value ?? player.atMs.value)));
  const state = useComputed(() => {
    const [view, scenario] = [live.view.value, live.shown.value];
    return view === undefined || scenario === undefined ? undefined : systemAt(view, scenario, Math.max(view.fromMs, atMs.value));
  });
  return (
    <div class="picture" data-playing={player.playing.value}>
      <PlayerBar player={player} atMs={atMs.value} />
      {state.value === undefined ? <p class="dim">No run yet.</p> : <System state={state.value} />}
    </div>
  );
}

/** Where there is something to see: shortly before the oldest message was oldest. */
function startOf(view: RunView | undefined): number {
  const worstMs = view?.summary.worstAgeAtMs ?? NaN;
  return view === undefined || !Number.isFinite(worstMs) ? 0 : Math.max(view.fromMs, worstMs - (view.toMs - view.fromMs) / 50);
}

function PlayerBar({ player, atMs }: { readonly player: Player; readonly atMs: number }) {
  const { live } = useBench();
  const [view, scenario] = [live.view.value, live.shown.value];
  const endMs = view?.toMs ?? 1;
  const stepMs = (scenario?.run.sampleEverySec ?? 60) * 1000;
  const moment = scenario === undefined ? "" : momentText(clockOf(scenario), atMs);
  const playing = player.playing.value;
  return (
    <div class="player">
      <button
        type="button"
        class="icon"
        aria-label="One step back"
        onClick={() => {
          player.seek(atMs - stepMs);
        }}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M11 3.5 5.5 8l5.5 4.5zM4 3.5v9" />
        </svg>
      </button>
      <button
        type="button"
        class="icon"
        aria-label={playing ? "Pause" : "Play"}
        onClick={() => {
          player.toggle();
        }}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d={playing ? "M5 3.5v9M11 3.5v9" : "M4.5 3 13 8l-8.5 5z"} />
        </svg>
      </button>
      <button
        type="button"
        class="icon"
        aria-label="One step forward"
        onClick={() => {
          player.seek(atMs + stepMs);
        }}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M5 3.5 10.5 8 5 12.5zM12 3.5v9" />
        </svg>
      </button>
      <input
        type="range"
        class="slider"
        min={0}
        max={endMs}
        step={stepMs}
        value={atMs}
        style={{ "--fill": atMs / endMs }}
        aria-label="Moment of the run"
        aria-valuetext={moment}
        onInput={(event) => {
          player.seek(Number(event.currentTarget.value));
        }}
      />
      <output class="player-moment">{moment}</output>
      <select
        aria-label="Length of the film"
        value={String(player.lengthSec.value)}
        onChange={(event) => (player.lengthSec.value = Number(event.currentTarget.value))}
      >
        {SPEEDS_SEC.map((sec) => (
          <option key={sec} value={String(sec)}>
            in {formatDuration(sec * 1000)}
          </option>
        ))}
      </select>
    </div>
  );
}

function System({ state }: { readonly state: SystemState }) {
  const { live } = useBench();
  const [view, scenario] = [live.view.value, live.shown.value];
  if (view === undefined || scenario === undefined) return null;
  const { messages } = view.summary;
  const { downstream, queue } = scenario;
  return (
    <div class="system" role="img" aria-label={wordsOf(state)}>
      <div class="part">
        <p class="part-title">Producers</p>
        <p class="part-value">{formatRate(state.arrivalRatePerSec)}</p>
      </div>
      <Pipe rate={state.arrivalRatePerSec} />
      <div class="part part-queue">
        <p class="part-title">Queue</p>
        <div class="level">
          <div class="level-fill" style={{ "--share": Math.sqrt(state.backlogShare) }} />
        </div>
        <p class="part-value">{formatNumber(state.backlog)} waiting</p>
        <p class="part-note">oldest {formatDuration(state.ageOfOldestMs)}</p>
        {queue.maxReceiveCount === 0 ? null : (
          <p class="part-note">
            DLQ after {formatCount(queue.maxReceiveCount, "receive")}: {formatNumber(messages.dead)} in this run
          </p>
        )}
      </div>
      <Pipe rate={state.throughputPerSec} />
      <div class="part part-fleet">
        <p class="part-title">
          Fleet, {formatCount(state.boxes.length + state.moreInstances, "instance")}, {formatNumber(state.desired)} desired
        </p>
        <div class="boxes">
          {state.boxes.map((box, index) => (
            <InstanceBox key={index} box={box} />
          ))}
          {state.moreInstances === 0 ? null : <span class="dim">and {formatNumber(state.moreInstances)} more</span>}
        </div>
        <p class="part-note">
          {formatNumber(state.inFlight)} in flight <Legend />
        </p>
      </div>
      <Pipe rate={state.throughputPerSec} />
      <div class="part">
        <p class="part-title">{downstream === null ? "Done" : "Downstream"}</p>
        <p class="part-value">{formatRate(state.throughputPerSec)}</p>
      </div>
    </div>
  );
}

const STATES: Readonly<Record<Box["state"], string>> = {
  ready: "in service",
  warming: "warming",
  pending: "pending",
  draining: "draining",
};
/** More slots than these are shown as one bar. */
const MOST_SLOTS = 8;

function InstanceBox({ box }: { readonly box: Box }) {
  const { state, slots, busy } = box;
  return (
    <span class="box" data-state={state}>
      {slots > MOST_SLOTS ? (
        <span class="slot-bar" style={{ "--share": busy / slots }} />
      ) : (
        Array.from({ length: slots }, (_, slot) => <span key={slot} class="slot" data-busy={slot < busy} />)
      )}
    </span>
  );
}

function Legend() {
  return (
    <span class="legend" aria-hidden="true">
      {Object.entries(STATES).map(([state, word]) => (
        <span key={state}>
          <span class="legend-box box" data-state={state} />
          {word}
        </span>
      ))}
    </span>
  );
}

/** Messages under way between two parts; the more there are, the thicker. */
function Pipe({ rate }: { readonly rate: number }) {
  return (
    <span
      class="pipe"
      aria-hidden="true"
      data-flowing={rate > 0}
      style={{ "--width": `${String(1 + Math.min(5, Math.log10(1 + rate) * 2))}px` }}
    />
  );
}

function wordsOf({ arrivalRatePerSec, backlog, ageOfOldestMs, inFlight, boxes, moreInstances, throughputPerSec }: SystemState): string {
  const counts = Object.entries(STATES)
    .map(([state, word]) => ({ count: boxes.filter((box) => box.state === state).length, word }))
    .filter(({ count }) => count > 0)
    .map(({ count, word }) => `${String(count)} ${word}`);
  const fleet = [...counts, ...(moreInstances > 0 ? [`${String(moreInstances)} more`] : [])].join(", ");
  return `${formatRate(arrivalRatePerSec)} arrive; ${formatCount(backlog, "message")} wait, the oldest ${formatDuration(ageOfOldestMs)}; ${formatNumber(inFlight)} in flight on ${fleet === "" ? "no instances" : fleet}; ${formatRate(throughputPerSec)} done.`;
}
