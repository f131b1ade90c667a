import { applyLimits, instancesFor } from "./limits.ts";
import type { Datapoint, Decision, Observation, Policy, Reason } from "./policy.ts";

/**
 * Predictive scaling (predictive-scaling-policy-overview): launches ahead of a load that comes every day.
 *
 * The baker who bakes for the morning does not count the people already waiting. From what arrived in each hour of the
 * past, at least a day and at most fourteen, comes a forecast of each coming hour; the group is given what that hour
 * needs before it begins, ahead by the scheduling buffer. It only ever scales out; scaling in, and whatever the forecast
 * misses, is left to a policy beside it (composition.ts), which does not go below the forecast while its hour lasts.
 *
 * AWS does not publish its forecasting. This one is the mean of the same hour of the day over the days recorded; from
 * the eighth day on, when the same hour of the same weekday is known, the mean of the two. It is refreshed every six
 * hours, as AWS does, with what was counted since.
 *
 * Awkward cases: with less than a day of history there is no forecast. An hour that is under way still counts for the
 * whole of it. A forecast above the maximum is cut to it, or, with `increase`, raises the maximum by up to a share
 * beyond the forecast, and the maximum stays raised.
 */
export interface PredictiveSettings {
  /** Messages that arrived in each hour before `now` 0, oldest first; the last ends at 0. */
  readonly hourlyHistory: readonly number[];
  /** Messages an instance is to be given in an hour. */
  readonly messagesPerInstanceHour: number;
  readonly schedulingBufferMs: number;
  /** Only says what it would do. */
  readonly forecastOnly: boolean;
  /** `increase` lets the maximum grow with the forecast. */
  readonly maxCapacityBreach: "honor" | "increase";
  /** With `increase`: share beyond the forecast, 0 to 1, that the maximum is raised to. */
  readonly maxCapacityBuffer: number;
}

export interface PredictiveState {
  /** Messages counted in the hours from `firstHour` on, at most fourteen days of them. */
  readonly counted: readonly number[];
  readonly firstHour: number;
  /** Start of the newest datapoint that has been counted, milliseconds. */
  readonly countedTo: number;
  /** Hours that were known at the last refresh. */
  readonly refreshedAtHour: number;
}

export function predictive(settings: PredictiveSettings): Policy<PredictiveState> {
  return {
    kind: "predictive",
    scaleIn: "never",
    initial: () => ({ counted: [], firstHour: 0, countedTo: -Infinity, refreshedAtHour: 0 }),
    decide(before, observation, now) {
      const state = counting(before, observation.published?.sent ?? [], now);
      const { capacity } = observation;
      const hour = Math.floor(now / HOUR_MS);
      const ahead = Math.floor((now + settings.schedulingBufferMs) / HOUR_MS);
      const counted = state.counted.slice(0, state.refreshedAtHour - state.firstHour);
      const history = [...settings.hourlyHistory.slice(-MOST_HOURS), ...counted].slice(-MOST_HOURS);
      const load = Math.max(forecastOf(history, state.refreshedAtHour, hour), forecastOf(history, state.refreshedAtHour, ahead));
      const nextReviewAt = now + REVIEW_EVERY_MS;
      if (!(load >= 0))
        return { state, decision: holding(capacity.desired, nextReviewAt, "no-data", "Less than a day of history: no forecast.") };
      const needed = instancesFor(load, settings.messagesPerInstanceHour);
      const text = `The forecast is ${Math.round(load)} messages an hour, ${needed} instances at ${settings.messagesPerInstanceHour} each`;
      if (settings.forecastOnly) return { state, decision: holding(capacity.desired, nextReviewAt, "hold", `${text}; forecast only.`) };
      return { state, decision: forecasting({ settings, observation, needed, text, now }) };
    },
  };
}

function forecasting(about: {
  settings: PredictiveSettings;
  observation: Observation;
  needed: number;
  text: string;
  now: number;
}): Decision {
  const { settings, observation, needed, text, now } = about;
  const { capacity } = observation;
  const raised =
    settings.maxCapacityBreach === "increase" && needed > capacity.max
      ? Math.ceil(needed * (1 + settings.maxCapacityBuffer) - 1e-9)
      : capacity.max;
  const limited = applyLimits(Math.max(needed, capacity.desired), { ...capacity, max: raised }, {}, now);
  const out = limited.desired > capacity.desired;
  const reason: Reason = {
    code: out ? "forecast" : "hold",
    text: `${text}${out ? "." : `; ${capacity.desired} are asked for.`}`,
    evidence: { arithmetic: text },
  };
  const decision: Decision = { ...limited, reason, nextReviewAt: now + REVIEW_EVERY_MS, atLeast: Math.min(needed, raised) };
  return raised === capacity.max ? decision : { ...decision, resize: { max: raised } };
}

function holding(desired: number, nextReviewAt: number, code: Reason["code"], text: string): Decision {
  return { desired, reason: { code, text }, limitedBy: undefined, nextReviewAt };
}

/** Adds the datapoints published since to the hours that they belong to. */
function counting(before: PredictiveState, sent: readonly Datapoint[], now: number): PredictiveState {
  const complete = Math.floor(now / HOUR_MS);
  const firstHour = Math.max(before.firstHour, complete - MOST_HOURS - REFRESH_HOURS);
  const counted = before.counted.slice(firstHour - before.firstHour);
  while (counted.length <= complete - firstHour) counted.push(0);
  let { countedTo } = before;
  for (const { at, value } of sent) {
    if (at <= countedTo || at < 0) continue;
    countedTo = at;
    const hour = Math.floor(at / HOUR_MS) - firstHour;
    if (hour >= 0) counted[hour] = (counted[hour] ?? 0) + value;
  }
  const known = complete - (complete % REFRESH_HOURS);
  // The newest minutes of an hour are published after its end, hence a refresh a little later.
  const settled = now % HOUR_MS >= SETTLED_MS || complete % REFRESH_HOURS !== 0;
  return { counted, firstHour, countedTo, refreshedAtHour: settled ? known : before.refreshedAtHour };
}

/** Load of an hour (0 for the one that begins at `now` 0) from a history that ends at hour `end`; NaN when unknown. */
function forecastOf(history: readonly number[], end: number, hour: number): number {
  const daily = meanBack(history, end - hour, 24);
  const weekly = meanBack(history, end - hour, 168);
  return Number.isNaN(weekly) ? daily : (daily + weekly) / 2;
}

/** Mean of the hours that lie whole multiples of `every` before an hour that is `−offset` hours after the history's end. */
function meanBack(history: readonly number[], offset: number, every: number): number {
  let sum = 0;
  let count = 0;
  const target = history.length - offset;
  for (let index = target - every; index >= 0; index -= every) {
    if (index >= history.length) continue;
    sum += history[index] as number;
    count += 1;
  }
  return count === 0 ? NaN : sum / count;
}

const HOUR_MS = 3_600_000;
const SETTLED_MS = 300_000;
const REVIEW_EVERY_MS = 60_000;
const REFRESH_HOURS = 6;
/** 14 days. */
const MOST_HOURS = 336;
