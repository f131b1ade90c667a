import { fitRate } from "./arrival-rate.ts";
import { applyLimits, instancesFor } from "./limits.ts";
import type { Decision, Evidence, NamedReading, Observation, Policy, Reason } from "./policy.ts";

/**
 * Headroom's own policy: it is given what the messages are promised ("99 of 100 within 60 s") and asks for the fewest
 * instances that keep the promise.
 *
 * A host who expects guests does not count plates per person. He asks: how many are coming, how fast do I cook, how long
 * until a second cook is here, and how long may anyone wait? Four figures that a controller can read answer that:
 * arrivals (as metered, a minute or two old), the time of a job (as workers report it), the launch delay (as the group's
 * last launches took), and the backlog (as the queue says now).
 *
 * What is launched now works a launch delay L from now. By then the queue holds
 * `Q = backlog + (arrivals − what works now) × L`. With μ messages a second per instance, n instances are enough if
 *
 * 1. **the deadline holds when they arrive**: `Q / (n μ)` is at most a share of the wait that is allowed;
 * 2. **the queue then settles**: over a span H they work off what would be waiting beyond the *standing wait*,
 *    `n μ (H + W) ≥ Q + arrivals × H`. W is the part of the allowed wait that is not needed to survive a surge until
 *    help arrives, half of (allowed − L). A queue that waits a little is what lets instances run full: with W = 0 the
 *    fleet has to follow every ripple of the load;
 * 3. **chance is covered**: a spare of slots above the offered load a, the smaller of what Erlang's square root asks for
 *    (z √a) and of what the tail of the wait asks for (in heavy traffic P(wait > t) ≈ e^(−(c − a) t / S), so
 *    c − a = ln(1 / (1 − p)) S / t): with a long limit nearly nothing, with a short one the square root.
 *
 * The arrivals are those expected when the launch is done: level and trend of the last minutes (arrival-rate.ts). And
 * messages are whole: there is no use for more slots than there will be messages.
 *
 * **In.** A launch that turns out to be needless costs an instance its launch delay; an instance kept too long costs the
 * time it is kept. So one is given up only if the fleet would do without it for `launchPrice` launch delays (rules 1 and 2
 * with that much more span, and with nobody counted on but who stays), and only after having been superfluous for one (the skier's rule: rent until the rent has cost as
 * much as buying). Two things keep an instance whatever the arithmetic says. Where a launch takes longer than may be waited, the
 * first message after a quiet time would come too late: so one instance stays, and is asked for before there is anything
 * to do. And a job that takes longer than a stop leaves it would have to begin again somewhere else: so with such jobs as
 * many stay as hold what is in flight, and one goes only after having been superfluous for a job besides the launch delay.
 *
 * Awkward cases. Without figures of its own yet, it goes by the expected ones of its settings; without counts of arrivals
 * it does not scale in. From zero one message is enough to ask for an instance. A
 * message in flight may be one whose worker died; what it keeps standing is let go when its visibility timeout ends. A limit below the launch delay cannot be kept against a sudden surge by launching, by
 * this policy or any other: only a minimum can. Messages that are retried do not count as arrivals, so that many failures
 * are seen in the backlog only. A service time that depends on the number of instances (a slow database) breaks rule 1:
 * more instances do not help, and the maximum is what stops it.
 *
 * Sources: Halfin and Whitt 1981 for the square root, https://doi.org/10.1287/opre.29.3.567; Little 1961 for the rest.
 */
export interface HeadroomSettings {
  /** The age that is promised, milliseconds. */
  readonly limitMs: number;
  /** The share of messages that it is promised to, 0 to 1. */
  readonly share: number;
  readonly slotsPerInstance: number;
  /** Until workers report one, milliseconds. */
  readonly expectedServiceMs: number;
  /** Until launches have been seen, milliseconds. */
  readonly expectedLaunchMs: number;
  /** Time a slot stands empty between two jobs: the receive, milliseconds. */
  readonly refillMs: number;
  /** How long an instance that has to go may work on, milliseconds: a longer job would be cut off, and begun again elsewhere. */
  readonly stopMs: number;
  /** Launch delays that a needless launch is weighed as. */
  readonly launchPrice: number;
  readonly reviewEveryMs: number;
  /** Period of the arrivals as published, milliseconds. */
  readonly periodMs: number;
}

export interface HeadroomState {
  /** What would have been enough at the reviews of the time that an instance has to have been superfluous, oldest first. */
  readonly enough: readonly { readonly at: number; readonly value: number }[];
}

export function headroom(settings: HeadroomSettings): Policy<HeadroomState> {
  return {
    kind: "headroom",
    scaleIn: "by-agreement",
    initial: () => ({ enough: [] }),
    decide(before, observation, now) {
      const { capacity, backlog } = observation;
      const nextReviewAt = now + settings.reviewEveryMs;
      if (backlog === undefined) {
        const reason: Reason = { code: "no-data", text: "The queue could not be read; nothing scales." };
        return { state: before, decision: { ...applyLimits(capacity.desired, capacity, {}, now), reason, nextReviewAt } };
      }
      const view = viewOf(settings, observation, backlog.value, now);
      const needed = neededFor(view, settings);
      const enoughNow = Math.max(needed, enoughFor(view, settings));
      const enough = [...before.enough.filter(({ at }) => now - at <= view.regretMs), { at: now, value: enoughNow }];
      const proposal = propose(view, needed, enough, observation);
      const decision: Decision = { ...applyLimits(proposal.desired, capacity, {}, now), reason: proposal.reason, nextReviewAt };
      return { state: { enough }, decision };
    },
  };
}

/** The figures of one review. Times in milliseconds, rates in messages a millisecond. */
interface View {
  readonly backlog: number;
  readonly serviceMs: number;
  readonly launchMs: number;
  /** Whether arrivals were published lately. */
  readonly knowsArrivals: boolean;
  /** How long an instance has to have been superfluous before it is given up. */
  readonly regretMs: number;
  /** A launch, and the review that it waits for. */
  readonly reactionMs: number;
  /** Messages a millisecond that an instance does. */
  readonly perInstance: number;
  /** Arrivals expected until, and when, a launch decided now is done. */
  readonly meanRate: number;
  readonly rateThen: number;
  /** Waiting when a launch decided now is done. */
  readonly backlogThen: number;
  /** Longest wait allowed, and the standing wait within it. */
  readonly allowedMs: number;
  readonly standingMs: number;
  readonly spanMs: number;
  /** Instances without which a message would come too late, or a long job be lost. */
  readonly least: number;
  /** Instances that have a slot for every message there will be. */
  readonly most: number;
}

function viewOf(settings: HeadroomSettings, observation: Observation, backlog: number, now: number): View {
  const { telemetry, published, capacity } = observation;
  const serviceMs = telemetry?.serviceTimeMs?.value ?? settings.expectedServiceMs;
  const launchMs = telemetry?.launchDelayMs?.value ?? settings.expectedLaunchMs;
  const reactionMs = launchMs + settings.reviewEveryMs;
  const perInstance = settings.slotsPerInstance / (serviceMs + settings.refillMs);
  const counts = (published?.sent ?? []).filter(({ at }) => now - at <= STALE_MS);
  const arrivals = fitRate(counts, settings.periodMs, now);
  const aheadMs = Math.max(0, now - arrivals.at) + reactionMs;
  const rateThen = Math.max(0, arrivals.perMs + arrivals.trend * aheadMs);
  const meanRate = Math.max(0, arrivals.perMs + arrivals.trend * (aheadMs - reactionMs / 2));
  const working = Math.min(telemetry?.working?.value ?? capacity.inService, capacity.desired);
  const backlogThen = Math.max(0, backlog + (meanRate - working * perInstance) * reactionMs);
  // A message is as old as its wait and its job; the job takes up to twice its mean, as far as we know.
  const allowedMs = Math.max(settings.limitMs - 2 * serviceMs, settings.limitMs / 4);
  const standingMs = Math.max(0, (allowedMs - reactionMs) * STANDING_SHARE);
  const spanMs = Math.max(SHORTEST_SPAN_MS, 2 * reactionMs);
  const knowsArrivals = counts.length > 0;
  const standby = allowedMs < reactionMs ? 1 : 0;
  const inFlight = observation.inFlight?.value ?? 0;
  const isCutOff = serviceMs > settings.stopMs;
  const atWork = isCutOff ? Math.ceil(inFlight / settings.slotsPerInstance) : 0;
  return {
    backlog,
    serviceMs,
    launchMs,
    regretMs: isCutOff ? launchMs + serviceMs : launchMs,
    reactionMs,
    knowsArrivals,
    perInstance,
    meanRate,
    rateThen,
    backlogThen,
    allowedMs,
    standingMs,
    spanMs,
    least: Math.max(standby, Math.min(atWork, capacity.desired)),
    most: Math.ceil((backlog + inFlight + meanRate * (reactionMs + serviceMs)) / settings.slotsPerInstance),
  };
}

/** Instances that are needed once a launch decided now is done, by the three rules at the head of this file. */
function neededFor(view: View, settings: HeadroomSettings): number {
  const { backlogThen, perInstance, rateThen, allowedMs, standingMs, spanMs } = view;
  const deadline = backlogThen / (perInstance * allowedMs * DEADLINE_SHARE);
  const settled = (backlogThen + rateThen * spanMs) / (perInstance * (spanMs + standingMs));
  return bounded(Math.max(deadline, settled + spareOf(view, settings)), view);
}

/**
 * Instances that would be enough if the group had no more from now on: what is waiting now has not been worked off by
 * those that would go, and there has to be no launch for as long as the price of one says.
 */
function enoughFor(view: View, settings: HeadroomSettings): number {
  const { backlog, perInstance, rateThen, meanRate, allowedMs, standingMs, spanMs, launchMs, reactionMs } = view;
  const rate = Math.max(rateThen, meanRate);
  const deadlineMs = allowedMs * DEADLINE_SHARE;
  const now = backlog / (perInstance * deadlineMs);
  const then = (backlog + rate * reactionMs) / (perInstance * (deadlineMs + reactionMs));
  const longMs = spanMs + Math.max(settings.launchPrice * launchMs, reactionMs);
  const settled = (backlog + rate * longMs) / (perInstance * (longMs + standingMs));
  return bounded(Math.max(now, then, settled + spareOf(view, settings)), view);
}

function bounded(instances: number, { backlog, least, most }: View): number {
  return instancesFor(Math.max(Math.min(instances, most), backlog > 0 ? ANY : 0, least), 1);
}

/** Rule 3, in instances. */
function spareOf({ rateThen, serviceMs, allowedMs }: View, { share, slotsPerInstance }: HeadroomSettings): number {
  const load = rateThen * serviceMs;
  const tail = (logOf(1 / (1 - share)) * serviceMs) / (allowedMs * DEADLINE_SHARE);
  return load === 0 ? 0 : Math.min(SQUARE_ROOT * Math.sqrt(load), tail) / slotsPerInstance;
}

function propose(
  view: View,
  needed: number,
  enough: HeadroomState["enough"],
  observation: Observation,
): { desired: number; reason: Reason } {
  const { capacity } = observation;
  const { desired } = capacity;
  const arithmetic = sentence(view, needed);
  const evidence: Evidence = { arithmetic, readings: readingsOf(observation) };
  if (needed > desired) return { desired: needed, reason: { code: "out", text: `${arithmetic}; ${desired} are asked for.`, evidence } };
  if (!view.knowsArrivals) {
    return {
      desired,
      reason: {
        code: "no-data",
        text: `${arithmetic}, as far as is known: no arrivals were published lately, and nothing scales in.`,
        evidence,
      },
    };
  }
  const kept = enough.reduce((most, { value }) => Math.max(most, value), capacity.min);
  if (kept < desired) {
    const text = `${arithmetic}; no more than ${kept} would have been needed for ${seconds(view.regretMs)} s, the time of ${view.regretMs > view.launchMs ? "a launch and a job" : "a launch"}.`;
    return { desired: kept, reason: { code: "in", text, evidence } };
  }
  const text = needed === desired ? `${arithmetic}.` : `${arithmetic}; ${kept} until it is clear that fewer do.`;
  return { desired, reason: { code: "hold", text, evidence } };
}

/** What it read, with the time each was true at; what was expected in place of a reading is left out. */
function readingsOf({ backlog, telemetry, published }: Observation): NamedReading[] {
  const sent = published?.sent?.at(-1);
  return [
    ...(backlog === undefined ? [] : [{ name: "visible", ...backlog }]),
    ...(sent === undefined ? [] : [{ name: "sent", ...sent }]),
    ...(telemetry?.serviceTimeMs === undefined ? [] : [{ name: "service time, ms", ...telemetry.serviceTimeMs }]),
    ...(telemetry?.launchDelayMs === undefined ? [] : [{ name: "launch delay, ms", ...telemetry.launchDelayMs }]),
  ];
}

function sentence(view: View, needed: number): string {
  const rate = Math.round(view.rateThen * 100_000) / 100;
  return (
    `${Math.round(view.backlogThen)} waiting (${view.backlog} now) and ${rate}/s in ${seconds(view.launchMs)} s, jobs of ` +
    `${seconds(view.serviceMs)} s, at most ${seconds(view.allowedMs)} s of waiting: ${needed} ${needed === 1 ? "instance" : "instances"}`
  );
}

function seconds(ms: number): number {
  return ms < 10_000 ? Math.round(ms / 10) / 100 : Math.round(ms / 1000);
}

/** Natural logarithm by arithmetic alone, so that every engine gives the same digits: ln x = k ln 2 + 2 artanh((m − 1) / (m + 1)). */
function logOf(x: number): number {
  let mantissa = x;
  let halvings = 0;
  while (mantissa > 1.5) {
    mantissa /= 2;
    halvings += 1;
  }
  const y = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  let power = y;
  for (let odd = 1; odd < 60; odd += 2) {
    sum += power / odd;
    power *= y * y;
  }
  return halvings * LN_2 + 2 * sum;
}

/** Rounded up, one instance. */
const ANY = 1e-6;
const LN_2 = 0.6931471805599453;
/** Of the wait that is left after a launch, how much may stand. */
const STANDING_SHARE = 0.5;
/** Of the wait allowed, how much is planned with. */
const DEADLINE_SHARE = 0.7;
/** Halfin and Whitt's β at which about one in six waits at all. */
const SQUARE_ROOT = 1;
const SHORTEST_SPAN_MS = 300_000;
/** Counts older than this say nothing of now. */
const STALE_MS = 900_000;
