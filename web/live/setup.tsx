import { signal, useComputed, useSignal, useSignalEffect, type ReadonlySignal, type Signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import {
  formatDuration,
  formatNumber,
  formatRate,
  peakRatePerSec,
  windowed,
  workersAlone,
  busiestFromSec,
  type Scenario,
} from "../../sim/index.ts";
import { clockOf, shortMoment } from "../chart/clock.ts";
import { useBench } from "../state/bench.ts";
import { FIRST_SEED } from "../state/live-run.ts";
import type { FleetLink, RunWish } from "./fleet-link.ts";
import { Forecast } from "./forecast.ts";
import { NoFleet } from "./no-fleet.tsx";
import { drawnOf, movedCharts, windowAxis } from "./window-axis.ts";
import { WindowStack } from "./window-stack.tsx";
import { HELD_INSTANCES, HELD_PER_SEC, latestFromSec, LENGTHS_SEC, SCALES, usualWindow } from "./wish.ts";

type Wish = Omit<RunWish, "scenario">;

/** Which part of the scenario's time is to be run and how much of its traffic, and what is to be expected of it. */
export function Setup({ link, back }: { readonly link: FleetLink; readonly back: () => void }) {
  const { workbench, zoom, pool } = useBench();
  const scenario = workbench.scenario.value;
  const wish = useMemo(
    () => signal<Wish>({ ...usualWindow(scenario, zoom.peek()), seed: FIRST_SEED, controller: undefined }),
    [scenario, zoom],
  );
  const forecast = useMemo(() => new Forecast(pool), [pool]);
  useEffect(
    () => () => {
      forecast.stop();
    },
    [forecast],
  );
  const moved = useComputed(() => windowed(workersAlone(workbench.scenario.value), wish.value));
  useSignalEffect(() => {
    const [wanted, { seed }] = [moved.value, wish.value];
    if (wanted === undefined) return undefined;
    const timer = setTimeout(() => void forecast.of(wanted, seed), SETTLED_AFTER_MS);
    return () => {
      clearTimeout(timer);
    };
  });
  const drawn = useComputed(() => {
    const charts = forecast.charts.value;
    if (charts === undefined || moved.value === undefined) return undefined;
    const axis = windowAxis(moved.value, wish.value);
    return drawnOf(moved.value, axis, movedCharts(charts, axis), undefined);
  });
  return (
    <>
      <div class="run-head">
        <h1>Run it here</h1>
        {link.told.value === undefined ? null : (
          <button type="button" class="quiet" onClick={back}>
            Back to the last run
          </button>
        )}
      </div>
      <p class="lead">
        <b>{scenario.name}</b>, for real, on this machine: an AWS of its own with queue, alarms and Auto Scaling, a process for each
        instance, and in real time the very worker and policies that were simulated. A job takes its time and does nothing else; nothing
        leaves this machine.
      </p>
      <NoFleet link={link} />
      <WishForm link={link} scenario={scenario} wish={wish} moved={moved} />
      <section aria-labelledby="forecast-title">
        <h2 id="forecast-title">What is to be expected</h2>
        <p class="dim">
          The forecast of this window by itself, with the same seed and so with the same messages. It begins with an empty queue and the
          instances that the scenario begins with.
        </p>
        <WindowStack drawn={drawn} />
      </section>
    </>
  );
}

interface WishFormProps {
  readonly link: FleetLink;
  readonly scenario: Scenario;
  readonly wish: Signal<Wish>;
  readonly moved: ReadonlySignal<Scenario | undefined>;
}

function WishForm({ link, scenario, wish, moved }: WishFormProps) {
  const objections = useSignal<readonly string[]>([]);
  const asking = useSignal(false);
  const { forSec, scale, controller } = wish.value;
  const change = (part: Partial<Wish>) => {
    objections.value = [];
    const next = { ...wish.peek(), ...part };
    wish.value = { ...next, fromSec: Math.min(next.fromSec, latestFromSec(scenario, next.forSec)) };
  };
  const start = async () => {
    asking.value = true;
    objections.value = await link.start({ ...wish.peek(), scenario });
    asking.value = false;
  };
  const lengths = LENGTHS_SEC.filter((sec) => sec <= scenario.run.durationSec);
  return (
    <form
      class="wish"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <Beginning scenario={scenario} wish={wish} change={change} />
      <Choice
        label="For"
        values={lengths}
        value={forSec}
        text={(sec) => formatDuration(sec * 1000)}
        choose={(sec) => change({ forSec: sec })}
      />
      <Choice
        label="Traffic"
        values={SCALES}
        value={scale}
        text={(factor) => (factor === 1 ? "as it is" : `× ${formatNumber(factor)}`)}
        choose={(factor) => change({ scale: factor })}
      />
      <Choice
        label="Who scales"
        values={CONTROLLERS}
        value={controller}
        text={(who) => (who === undefined ? "Auto Scaling, if it can" : "Headroom's scaler")}
        choose={(who) => change({ controller: who })}
      />
      <p class="dim wish-note">
        {moved.value === undefined
          ? "Users who wait for answers have no later beginning: begin at the start."
          : `Up to ${formatRate(peakRatePerSec(scenario.traffic, wish.value))}. Proposed is at most ${formatRate(HELD_PER_SEC)} and work for ${String(HELD_INSTANCES)} instances: what a laptop holds.`}
      </p>
      <button type="submit" class="primary" disabled={link.reach.value !== "here" || asking.value || moved.value === undefined}>
        {asking.value ? "Starting …" : "Run it here"}
      </button>
      {objections.value.length === 0 ? null : (
        <ul class="fault" role="alert">
          {objections.value.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </form>
  );
}

interface ChoiceProps<Value> {
  readonly label: string;
  readonly values: readonly Value[];
  readonly value: Value;
  readonly text: (value: Value) => string;
  readonly choose: (value: Value) => void;
}

function Choice<Value>({ label, values, value, text, choose }: ChoiceProps<Value>) {
  return (
    <label>
      {label}
      <select
        value={String(values.indexOf(value))}
        onChange={(event) => {
          const { selectedIndex } = event.currentTarget;
          if (selectedIndex in values) choose(values[selectedIndex] as Value);
        }}
      >
        {values.map((each, index) => (
          <option key={index} value={String(index)}>
            {text(each)}
          </option>
        ))}
      </select>
    </label>
  );
}

interface BeginningProps {
  readonly scenario: Scenario;
  readonly wish: Signal<Wish>;
  readonly change: (part: Partial<Wish>) => void;
}

/** Where in the scenario's time it begins: by hand, or the busiest stretch of that length. */
function Beginning({ scenario, wish, change }: BeginningProps) {
  const { fromSec, forSec } = wish.value;
  const clock = clockOf(scenario);
  const latest = latestFromSec(scenario, forSec);
  const text = `${shortMoment(clock, fromSec * 1000)} to ${shortMoment(clock, (fromSec + forSec) * 1000)}`;
  return (
    <div class="beginning">
      <label for="begin-at">From</label>
      <output for="begin-at">{text}</output>
      <input
        id="begin-at"
        class="slider"
        type="range"
        min={0}
        max={latest}
        step={60}
        value={fromSec}
        aria-valuetext={text}
        style={{ "--fill": latest === 0 ? 0 : fromSec / latest }}
        disabled={latest === 0}
        onInput={(event) => change({ fromSec: Number(event.currentTarget.value) })}
      />
      <span class="beginning-ways">
        <button type="button" class="quiet" onClick={() => change({ fromSec: busiestFromSec(scenario, forSec) })}>
          The busiest {formatDuration(forSec * 1000)}
        </button>
        <button type="button" class="quiet" onClick={() => change({ fromSec: 0 })}>
          The start
        </button>
      </span>
    </div>
  );
}

/** Undefined for Auto Scaling where it has such policies. */
const CONTROLLERS = [undefined, "headroom"] as const;
/** A hand that moves does not ask for a forecast at every step. */
const SETTLED_AFTER_MS = 200;
