import type { Capacity, Decision, Observation, Policy, ReasonCode } from "../core/policy/policy.ts";
import { formatCount } from "../measure/format.ts";

/**
 * The laws that every scaling policy has to obey, ours and a user's own. Each looks at one policy in one story, a row of
 * observations as a controller might have made them, and says in a sentence what is broken; nothing when all is well.
 *
 * They are plain functions: `headroom check-policy` and the tests draw the stories at random and shrink what fails to the
 * smallest counterexample.
 */
export interface PolicyLaw {
  /** "never outside min and max". */
  readonly name: string;
  /** Whether it looks at a world that stands still, of which it takes from the story the last scene's group and backlog. */
  readonly isSteady: boolean;
  /** Throws {@link Misconduct} when the policy gives nothing that could be judged; the first law says so instead. */
  readonly check: (policy: Policy<unknown>, story: Story) => string | undefined;
}

/** At least one scene, in order of time. */
export type Story = readonly Scene[];

export interface Scene {
  readonly now: number;
  readonly observation: Observation;
}

/** A policy that gives no decision: it throws, is asynchronous, answers with something else. The message is the complaint. */
export class Misconduct extends Error {
  override readonly name = "Misconduct";
}

/** What a policy promises besides, so that it is held to it. */
export interface PolicyPromises {
  /** No scale-in while a launched instance is pending or warming up. */
  readonly staysWhileWarming: boolean;
}

export function policyLaws(promises: PolicyPromises): readonly PolicyLaw[] {
  return promises.staysWhileWarming ? [...LAWS, STAYS_WHILE_WARMING] : LAWS;
}

/** Asks a policy as a driver does, with a copy of what it is shown, and makes sure that what comes back is a decision. */
export function decisionOf(policy: Policy<unknown>, state: unknown, observation: Observation, now: number): Answer {
  return answerOf(policy, structuredCloneOf(state), structuredCloneOf(observation), now);
}

interface Answer {
  readonly state: unknown;
  readonly decision: Decision;
}

/** The state before the first review. */
export function initialOf(policy: Policy<unknown>): unknown {
  const state = told(", asked for its initial state", () => policy.initial());
  if (isThenable(state)) throw new Misconduct("gives a promise as its initial state, and a policy may not be asynchronous");
  return state;
}

/** How often a row of desired capacities turns about, in to out or out to in. */
export function turnsIn(desired: readonly number[]): number {
  const ways = desired.slice(1).map((value, index) => Math.sign(value - (desired[index] ?? value)));
  const moves = ways.filter((way) => way !== 0);
  return moves.filter((way, index) => index > 0 && way !== moves[index - 1]).length;
}

const LAWS: readonly PolicyLaw[] = [
  {
    name: "every observation gets a decision",
    isSteady: false,
    check(policy, story) {
      try {
        for (const _ of turnsOf(policy, story));
        return undefined;
      } catch (error) {
        if (error instanceof Misconduct) return error.message;
        throw error;
      }
    },
  },
  law("never outside min and max", ({ decision, scene }) => {
    const { desired, resize } = decision;
    const { min, max } = { ...scene.observation.capacity, ...resize };
    if (!Number.isInteger(desired)) return `asks for ${desired} instances, which is no whole number`;
    if (desired < min) return `asks for ${desired}, below the minimum of ${min}`;
    return desired > max ? `asks for ${desired}, above the maximum of ${max}` : undefined;
  }),
  law("every decision has a reason", ({ decision }) => {
    const { code, text } = (decision as { reason?: Partial<Decision["reason"]> }).reason ?? {};
    if (typeof text !== "string" || code === undefined) return "gives no reason, and one has a code and a text";
    if (!Object.hasOwn(REASON_CODES, code))
      return `gives the code ${JSON.stringify(code)}, which is none of ${Object.keys(REASON_CODES).join(", ")}`;
    if (text.trim().length < 10) return `gives the reason ${JSON.stringify(text)}, which is no sentence`;
    return /NaN|undefined|\[object|Infinity/.test(text) ? `gives a reason with a hole in it: ${text}` : undefined;
  }),
  law("the next review lies ahead", ({ decision, scene }) => {
    return decision.nextReviewAt > scene.now
      ? undefined
      : `wants its next review at ${decision.nextReviewAt} ms, and it is ${scene.now} ms now`;
  }),
  law("the same again gives the same", ({ policy, before, scene, decision, after }) => {
    const again = decisionOf(policy, before, scene.observation, scene.now);
    if (again.decision.desired !== decision.desired) {
      return `decided for ${decision.desired} and then, asked the same again, for ${again.decision.desired}`;
    }
    const other = Object.entries(again.decision).filter(([name, value]) => textOf(value) !== textOf(decision[name as keyof Decision]));
    if (other.length > 0) return `gave another ${other.map(([name]) => name).join(" and ")} when asked the same again`;
    return textOf(again.state) === textOf(after) ? undefined : "came to another state when asked the same again";
  }),
  {
    name: "state and observation stay as they are",
    isSteady: false,
    check(policy, story) {
      for (const { scene, before } of turnsOf(policy, story)) {
        const state = structuredCloneOf(before);
        const observation = structuredCloneOf(scene.observation);
        told("", () => policy.decide(state, observation, scene.now));
        if (textOf(observation) !== textOf(scene.observation)) return "changes the observation that it is given";
        if (textOf(state) !== textOf(before)) return "changes the state that it is given, instead of giving a new one";
      }
      return undefined;
    },
  },
  law("more backlog never asks for less", ({ policy, before, scene, decision }) => {
    for (const factor of [1, 2, 10]) {
      const busier = decisionOf(policy, before, busierThan(scene.observation, factor, 7), scene.now).decision;
      if (busier.desired >= decision.desired) continue;
      return `asks for ${decision.desired}, and for ${busier.desired} when ${factor === 1 ? "a little" : `${factor} times`} more is waiting`;
    }
    return undefined;
  }),
  { name: "constant load does not flap", isSteady: true, check: flaps },
];

const STAYS_WHILE_WARMING = law("no scale-in while warming", ({ scene, decision }) => {
  const { desired, pending, warming, max } = scene.observation.capacity;
  if (pending + warming === 0 || decision.desired >= Math.min(desired, max)) return undefined;
  return `goes from ${desired} to ${decision.desired} while ${pending} are pending and ${warming} warm up`;
});

interface Turn {
  readonly policy: Policy<unknown>;
  readonly scene: Scene;
  readonly before: unknown;
  readonly after: unknown;
  readonly decision: Decision;
}

/** A law about each decision of a story on its own. */
function law(name: string, complaint: (turn: Turn) => string | undefined): PolicyLaw {
  return {
    name,
    isSteady: false,
    check(policy, story) {
      for (const turn of turnsOf(policy, story)) {
        const complains = complaint(turn);
        if (complains !== undefined) return complains;
      }
      return undefined;
    },
  };
}

function* turnsOf(policy: Policy<unknown>, story: Story): Generator<Turn> {
  let before = initialOf(policy);
  for (const scene of story) {
    const { state: after, decision } = decisionOf(policy, before, scene.observation, scene.now);
    yield { policy, scene, before, after, decision };
    before = after;
  }
}

function answerOf(policy: Policy<unknown>, state: unknown, observation: Observation, now: number): Answer {
  const answer = told("", () => policy.decide(state, observation, now));
  const complaint = noDecision(answer);
  if (complaint !== undefined) throw new Misconduct(complaint);
  return answer as Answer;
}

function told(when: string, ask: () => unknown): unknown {
  try {
    return ask();
  } catch (error) {
    throw new Misconduct(`throws${when}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`, { cause: error });
  }
}

/** What is wrong with an answer that is no decision at all. */
function noDecision(answer: unknown): string | undefined {
  if (isThenable(answer)) return "answers with a promise, and a policy may not be asynchronous";
  const { decision } = Object(answer) as { decision?: unknown };
  if (typeof decision !== "object" || decision === null) return "does not answer with { state, decision }";
  if (isThenable(decision)) return "answers with a promise of a decision, and a policy may not be asynchronous";
  const { desired } = decision as { desired?: unknown };
  if (typeof desired !== "number")
    return `asks for ${typeof desired === "string" ? `"${desired}"` : typeof desired} instances, which is no number`;
  return Number.isFinite(desired) ? undefined : `asks for ${desired} instances`;
}

/** A promise is left to itself; what it may fail with is told already. */
function isThenable(value: unknown): boolean {
  const { then } = Object(value) as { then?: unknown };
  if (typeof then !== "function") return false;
  if (value instanceof Promise) value.catch(() => undefined);
  return true;
}

/** The same world with more waiting: `factor` times, and `more` on top. */
function busierThan(observation: Observation, factor: number, more: number): Observation {
  const grown = (value: number) => value * factor + more;
  const points = (name: "visible" | "inFlight" | "age") => {
    const series = observation.published?.[name];
    return series === undefined ? {} : { [name]: series.map(({ at, value }) => ({ at, value: grown(value) })) };
  };
  const { backlog, published } = observation;
  return {
    ...observation,
    metric: observation.metric.map(({ at, value }) => ({ at, value: grown(value) })),
    ...(published === undefined ? {} : { published: { ...published, ...points("visible"), ...points("age") } }),
    backlog: backlog === undefined ? undefined : { at: backlog.at, value: Math.round(grown(backlog.value)) },
  };
}

/**
 * A world in which nothing changes but what the policy does: the backlog of the story's last scene, for ever, on a group
 * that follows at once. After two hours the policy may still be on its way to its number, but not to and fro about it.
 */
function flaps(policy: Policy<unknown>, story: Story): string | undefined {
  const last = story.at(-1);
  if (last === undefined) return undefined;
  const { min, max } = last.observation.capacity;
  const backlog = last.observation.backlog?.value ?? 0;
  let desired = last.observation.capacity.desired;
  let state = initialOf(policy);
  let now = 0;
  const watched: number[] = [];
  while (now < (SETTLING_MINUTES + WATCHED_MINUTES) * MINUTE_MS) {
    const capacity: Capacity = { min, max, desired, pending: 0, inService: desired, warming: 0, terminating: 0 };
    const { state: after, decision } = answerOf(policy, state, steady(capacity, backlog, now), now);
    state = after;
    if (now >= SETTLING_MINUTES * MINUTE_MS) watched.push(desired);
    desired = Math.max(min, Math.min(max, decision.desired));
    now = Math.max(now + SHORTEST_REVIEW_MS, Math.min(decision.nextReviewAt, (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS));
  }
  const turns = turnsIn(watched);
  if (turns <= 1) return undefined;
  const shown = watched.filter((value, index) => value !== watched[index - 1]).slice(-6);
  return `turns about ${turns} times in ${WATCHED_MINUTES} minutes with ${formatCount(backlog, "message")} waiting all the time: ${shown.join(" → ")}`;
}

function steady(capacity: Capacity, backlog: number, now: number): Observation {
  const { inService, desired } = capacity;
  const series = (value: number) =>
    Array.from({ length: 32 }, (_, index) => ({ at: (Math.floor(now / MINUTE_MS) - 32 + index) * MINUTE_MS, value }));
  const published = {
    visible: series(backlog),
    inFlight: series(0),
    inService: series(inService),
    running: series(inService),
    desired: series(desired),
    sent: series(600),
  };
  const reading = (value: number) => ({ value, at: now });
  return {
    metric: inService === 0 ? [] : series(backlog / inService),
    published,
    telemetry: { serviceTimeMs: reading(500), launchDelayMs: reading(100_000), working: reading(inService) },
    backlog: reading(backlog),
    inFlight: reading(0),
    capacity,
  };
}

/** Data as JSON carries it, with the numbers that JSON does not know. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "number" && !Number.isFinite(inner) ? String(inner) : inner));
}

function structuredCloneOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(structuredCloneOf) as T;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Set || value instanceof Map || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, structuredCloneOf(inner as unknown)])) as T;
}

const REASON_CODES: Record<ReasonCode, true> = {
  out: true,
  in: true,
  hold: true,
  "no-data": true,
  warming: true,
  terminating: true,
  cooldown: true,
  scheduled: true,
  forecast: true,
  operator: true,
  suspended: true,
};

const MINUTE_MS = 60_000;
/** A policy that wants to be asked more often than this is not, so that a world of hours stays quick to look at. */
const SHORTEST_REVIEW_MS = 5000;
const SETTLING_MINUTES = 120;
const WATCHED_MINUTES = 120;
