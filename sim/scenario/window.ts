import { isoInstant, parseInstant } from "./civil-time.ts";
import { expectedMessages, minuteRatesPerSec } from "./expected-messages.ts";
import { USUAL_START } from "./policy-surroundings.ts";
import type { PolicySpec, Scenario, Traffic } from "./schema.ts";

/** A part of a scenario's time, to be run by itself. */
export interface RunWindow {
  /** Where it begins, seconds from the start of the scenario. */
  readonly fromSec: number;
  /** How long it is, seconds. */
  readonly forSec: number;
  /** Multiplies the scenario's traffic. */
  readonly scale: number;
}

/**
 * The scenario as it is in a window of its time: what has arrived before has not, everything begins as at its start, and a
 * row is taken each second. Schedules and faults keep their time of day; operators' acts, which belong to the whole, are
 * left out. Undefined for users who wait for answers: they have no later beginning.
 */
export function windowed(scenario: Scenario, { fromSec, forSec, scale }: RunWindow): Scenario | undefined {
  const traffic = later(scenario.traffic, fromSec, forSec);
  if (traffic === undefined) return undefined;
  return {
    ...scenario,
    run: { durationSec: Math.max(SHORTEST_RUN_SEC, Math.ceil(forSec)), sampleEverySec: 1 },
    traffic: { ...traffic, scale: traffic.scale * scale },
    policy: scheduledLater(scenario.policy, scenario.traffic, fromSec),
    faults: { ...scenario.faults, windows: faultsLater(scenario.faults.windows, fromSec) },
    acts: fromSec === 0 ? scenario.acts : [],
  };
}

/** Where the busiest `lengthSec` of a scenario begin, seconds, to the minute or a little coarser; the earliest of equals. */
export function busiestFromSec({ traffic, run }: Scenario, lengthSec: number): number {
  const stepSec = MINUTE_SEC * Math.ceil(run.durationSec / MINUTE_SEC / MOST_STEPS);
  const steps = messagesByStep(traffic, run.durationSec, stepSec);
  const length = Math.min(steps.length, Math.max(1, Math.round(lengthSec / stepSec)));
  let sum = 0;
  let [most, busiest] = [-1, 0];
  for (const [index, count] of steps.entries()) {
    sum += count - (steps[index - length] ?? 0);
    if (index < length - 1 || sum <= most * (1 + ROUNDING)) continue;
    most = sum;
    busiest = index - length + 1;
  }
  return Math.max(0, Math.min(busiest * stepSec, run.durationSec - lengthSec));
}

/** The greatest mean rate of a minute in a window of the traffic, a second. */
export function peakRatePerSec(traffic: Traffic, { fromSec, forSec, scale }: RunWindow): number {
  let peak = 0;
  for (let at = fromSec; at < fromSec + forSec; at += MINUTE_SEC) {
    peak = Math.max(peak, expectedMessages(traffic, at, at + MINUTE_SEC) / MINUTE_SEC);
  }
  return peak * scale;
}

function later(traffic: Traffic, fromSec: number, forSec: number): Traffic | undefined {
  if (fromSec === 0) return traffic;
  switch (traffic.kind) {
    case "poisson":
    case "renewal":
    case "mmpp":
      return traffic;
    case "daily":
      return { ...traffic, peakAtHour: (((traffic.peakAtHour - fromSec / HOUR_SEC) % 24) + 24) % 24 };
    case "counts":
    case "timestamps": {
      const { startsAt, shiftSec } = traffic;
      return { ...traffic, startsAt: startsAt === "" ? "" : instantLater(startsAt, fromSec), shiftSec: shiftSec - fromSec };
    }
    case "weekly":
    case "piecewise":
    case "flash-sale":
      return inSteps(traffic, fromSec, forSec);
    case "users":
      return undefined;
    case "sum": {
      const sources = traffic.sources.map((source) => ({ source, moved: later(source.traffic, fromSec, forSec) }));
      const kept = sources.flatMap(({ source, moved }) =>
        moved === undefined || moved.kind === "sum" ? [] : [{ ...source, traffic: moved }],
      );
      return kept.length === sources.length ? { ...traffic, sources: kept } : undefined;
    }
  }
}

/** Its rate as steps, each with the mean of its stretch. */
function inSteps(traffic: Extract<Traffic, { kind: "weekly" | "piecewise" | "flash-sale" }>, fromSec: number, forSec: number): Traffic {
  const steps = Math.min(MOST_STEPS, Math.ceil(forSec / FINEST_STEP_SEC));
  const stepSec = forSec / steps;
  const points = Array.from({ length: steps }, (_, index) => {
    const at = fromSec + index * stepSec;
    return { atSec: index * stepSec, ratePerSec: expectedMessages({ ...traffic, scale: 1 }, at, at + stepSec) / stepSec };
  });
  return { kind: "piecewise", points, between: "steps", repeatEverySec: null, batch: traffic.batch, scale: traffic.scale };
}

function scheduledLater(policy: PolicySpec, traffic: Traffic, fromSec: number): PolicySpec {
  const recorded = "startsAt" in traffic ? traffic.startsAt : "";
  const moved = <Single extends Exclude<PolicySpec, { kind: "composition" }>>(single: Single): Single => {
    if (single.kind !== "scheduled" || fromSec === 0) return single;
    return { ...single, startsAt: instantLater([single.startsAt, recorded, USUAL_START].find((text) => text !== "") ?? "", fromSec) };
  };
  return policy.kind === "composition" ? { ...policy, policies: policy.policies.map(moved) } : moved(policy);
}

function faultsLater(windows: Scenario["faults"]["windows"], fromSec: number): Scenario["faults"]["windows"] {
  return windows.flatMap((fault) => {
    const endSec = fault.fromSec + fault.lengthSec - fromSec;
    const startSec = Math.max(0, fault.fromSec - fromSec);
    return endSec <= startSec ? [] : [{ ...fault, fromSec: startSec, lengthSec: endSec - startSec }];
  });
}

function instantLater(instant: string, bySec: number): string {
  return isoInstant((parseInstant(instant) ?? 0) + Math.round(bySec * 1000));
}

/** Messages expected in each step of the run. */
function messagesByStep(traffic: Traffic, durationSec: number, stepSec: number): Float64Array {
  const steps = new Float64Array(Math.ceil(durationSec / stepSec));
  switch (traffic.kind) {
    case "daily":
    case "weekly": {
      const rates = minuteRatesPerSec(traffic);
      for (let minute = 0; minute < durationSec / MINUTE_SEC; minute += 1) {
        const step = Math.floor((minute * MINUTE_SEC) / stepSec);
        steps[step] = (steps[step] ?? 0) + (rates[minute % rates.length] ?? 0) * MINUTE_SEC;
      }
      return steps;
    }
    case "timestamps":
      for (const recordedSec of traffic.atSec) {
        const step = Math.floor((recordedSec * traffic.stretch + traffic.shiftSec) / stepSec);
        if (step >= 0 && step < steps.length) steps[step] = (steps[step] ?? 0) + traffic.scale;
      }
      return steps;
    case "sum":
      for (const source of traffic.sources) {
        const own = messagesByStep(source.traffic, durationSec, stepSec);
        for (const [step, count] of own.entries()) steps[step] = (steps[step] ?? 0) + count * traffic.scale;
      }
      return steps;
    default:
      return steps.map((_, step) => expectedMessages(traffic, step * stepSec, (step + 1) * stepSec));
  }
}

const HOUR_SEC = 3600;
const MINUTE_SEC = 60;
const MOST_STEPS = 1440;
const FINEST_STEP_SEC = 10;
/** Of a scenario's `run.durationSec`. */
const SHORTEST_RUN_SEC = 60;
/** Sums of the same numbers in another order differ by less than this share. */
const ROUNDING = 1e-9;
