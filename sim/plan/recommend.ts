import { meanSec } from "../kernel/distributions.ts";
import type { Scenario } from "../scenario/schema.ts";
import { expectedMessages } from "../scenario/expected-messages.ts";
import { assert } from "../core/assert.ts";
import { contendersOf, FIXED, whyNoPlan, type Contender, type ContenderId, type Knob } from "./contenders.ts";
import type { Edit } from "./edits.ts";
import { costOf, figureOf, Trials, type RunOne, type Trial } from "./trial.ts";

/** The settings that hold the objective at the least cost, and the grounds. */
export interface Plan {
  /** The scenario as it is, with the seeds of the confirmation. */
  readonly now: Trial;
  /** One for each way of scaling, the cheapest that holds first; those that do not hold come last. */
  readonly proposals: readonly Proposal[];
  /** The least number of instances that holds the objective when it runs all the time; undefined where none does. */
  readonly leastFixedFleet: number | undefined;
  /** How many times the traffic the best proposal carries; undefined where nothing holds. */
  readonly carriesTimes: number | undefined;
  /** Every variant that was looked at, for a picture of what can be had. */
  readonly tried: readonly Trial[];
}

export interface Proposal {
  readonly way: Pick<Contender, "id" | "name">;
  /** Confirmed: run with seeds that had no part in the search, and held in all of them. Undefined where nothing held. */
  readonly trial: Trial | undefined;
}

export interface RecommendOptions {
  readonly run: RunOne;
  /** The ways of scaling to look at; all that fit when left out. */
  readonly ways?: readonly ContenderId[];
  readonly told?: (progress: RecommendProgress) => void;
}

export interface RecommendProgress {
  readonly step: "least fleet" | "settings" | "confirmation" | "reserve";
  /** Variants looked at so far. */
  readonly tried: number;
  /** The variant of the search that this tells the end of; undefined where it tells of something else. */
  readonly newest: Trial | undefined;
  /** The cheapest that held in the runs of the search, so far. */
  readonly best: Trial | undefined;
}

/** Of the search. None of them is used to confirm, or the winner would be the one that was lucky. */
const SEARCH_SEEDS = [1001, 1002, 1003] as const;
/** Of the confirmation. */
export const CONFIRM_SEEDS: readonly number[] = Array.from({ length: 20 }, (_, index) => index + 1);

/** Above the least fleet, so that a policy can catch up. */
const RESERVE = 1.25;
const MOST_INSTANCES = 10_000;
/** How far a maximum is raised to find one that holds. */
const MOST_TIMES_MAX = 16;
/** Doublings or halvings of a knob before its search gives up. */
const MOST_DOUBLINGS = 10;
/** Then the knob is known to within the tenth part. */
const HALVINGS = 3;
const FAR_DEARER = 1.2;
/** Who saves less than this share takes the variant with more room instead. */
const INDIFFERENT = 0.02;
/** Minimums to look at. */
const MOST_MINIMUMS = 8;
/** A proposal that fails to be confirmed is followed by the next dearer one. */
const MOST_CONFIRMATIONS = 6;
const MOST_TRAFFIC_TIMES = 8;

/**
 * Searches the settings that hold the scenario's objective at the least cost: for each way of scaling its minimum of
 * instances, and the one setting of its policy that trades money for time.
 *
 * 1. The least fixed fleet, by halving. It is the floor of what a maximum has to be, the ceiling of what a minimum can
 *    want to be, and a proposal of its own.
 * 2. For each way, and for a row of minimums below that: the highest value of its knob that holds. Holding is taken to be
 *    monotone in the knob; where it is not, what is found holds all the same, only something cheaper may be missed.
 * 3. The cheapest of each way is run again with seeds that had no part in the search, and has to hold in every run; if it
 *    does not, the next cheapest has to.
 * 4. How much more traffic the winner carries.
 *
 * All variants meet the same random numbers. The result depends on nothing but the scenario.
 */
export async function recommend(scenario: Scenario, { run, ways, told }: RecommendOptions): Promise<Plan> {
  assert(whyNoPlan(scenario) === undefined, "there is something to plan");
  const trials = new Trials(scenario, run);
  let step: RecommendProgress["step"] = "least fleet";
  const tell = (newest: Trial | undefined) => {
    told?.({
      step,
      tried: trials.all.length,
      newest: newest !== undefined && isSearched(newest) ? newest : undefined,
      best: cheapest(trials.all.filter(isSearched)),
    });
  };
  const begin = (next: RecommendProgress["step"]) => {
    step = next;
    tell(undefined);
  };
  const searching: Search = {
    scenario,
    trial: async (edits) => {
      const trial = await trials.of(edits, SEARCH_SEEDS);
      tell(trial);
      return trial;
    },
  };
  const least = await leastFixedFleet(searching);
  begin("settings");
  const isWanted = (id: ContenderId) => ways === undefined || ways.includes(id);
  const contenders = contendersOf(scenario).filter(({ id }) => isWanted(id));
  const searches = [
    ...contenders.map((contender) => ({ way: contender, held: search(searching, contender, least) })),
    ...(isWanted(FIXED.id) ? [{ way: FIXED, held: fixedFleets(searching, least) }] : []),
  ];
  const found = await Promise.all(searches.map(async ({ way, held }) => ({ way, held: await held })));
  begin("confirmation");
  const confirm = async (edits: readonly Edit[]) => {
    const trial = await trials.of(edits, CONFIRM_SEEDS);
    tell(undefined);
    return trial;
  };
  const proposals: Proposal[] = await Promise.all(
    found.map(async ({ way: { id, name }, held }) => ({ way: { id, name }, trial: await confirmed(held, confirm) })),
  );
  proposals.sort((one, other) => priceOf(one) - priceOf(other));
  const now = await trials.ofBase(CONFIRM_SEEDS);
  begin("reserve");
  const best = proposals[0]?.trial;
  return {
    now,
    proposals,
    leastFixedFleet: least,
    carriesTimes: best && (await carriesTimes(searching, best)),
    tried: trials.all.filter(isSearched),
  };
}

interface Search {
  readonly scenario: Scenario;
  readonly trial: (edits: readonly Edit[]) => Promise<Trial | undefined>;
}

/** Of the search's own runs, and of the scenario's traffic. */
function isSearched({ outcomes, edits }: Trial): boolean {
  return outcomes.length <= SEARCH_SEEDS.length && edits.every(({ path }) => path !== TRAFFIC);
}

/** By halving between what Little's law wants at the least and what holds. */
async function leastFixedFleet({ scenario, trial }: Search): Promise<number | undefined> {
  const { fleet, run, work, worker, traffic } = scenario;
  const offered = (expectedMessages(traffic, 0, run.durationSec) / run.durationSec) * meanSec(work.serviceTime);
  const holds = async (instances: number) => (await trial(fixedAt(instances)))?.held === true;
  let high = Math.max(1, fleet.max);
  const most = Math.min(MOST_INSTANCES, high * MOST_TIMES_MAX);
  let low = 0;
  while (!(await holds(high))) {
    low = high;
    if (high >= most) return undefined;
    high = Math.min(most, high * 2);
  }
  low = Math.max(low, Math.min(high - 1, Math.ceil(offered / worker.slots) - 1));
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function fixedAt(instances: number): Edit[] {
  return [
    { path: "fleet.min", value: instances },
    { path: "fleet.max", value: instances },
    { path: "fleet.initial", value: null },
  ];
}

/** The least fixed fleet, and some larger ones for the case that chance was kind to it. */
async function fixedFleets({ trial }: Search, least: number | undefined): Promise<readonly Trial[]> {
  if (least === undefined) return [];
  const sizes = [...new Set([1, 1.05, 1.1, 1.25].map((times) => Math.ceil(least * times - 1e-9)).concat(least + 1))];
  const all = await Promise.all(sizes.map((size) => trial(fixedAt(size))));
  return all.flatMap((each) => (each?.held === true ? [each] : []));
}

/** Every variant of a way of scaling that held, of those that were looked at. */
async function search(searching: Search, contender: Contender, least: number | undefined): Promise<readonly Trial[]> {
  const { scenario } = searching;
  const held: Trial[] = [];
  // What all instances together cannot hold all the time, no policy can.
  if (least === undefined) return held;
  let start = contender.knob?.start;
  let dearer = 0;
  for (const min of minimumsOf(scenario, least)) {
    const edits = [...contender.edits, ...boundsAt(scenario, min, least)];
    const found = await frontier(searching, edits, contender.knob, start);
    const best = cheapest(found.held);
    // A higher minimum allows a higher knob: the search goes on from where it was.
    start = found.last ?? start;
    const before = cheapest(held);
    held.push(...found.held);
    if (best === undefined || before === undefined) continue;
    // Beyond the best minimum the bill only rises; once may be chance, unless it is far.
    dearer = costOf(best) >= costOf(before) ? dearer + 1 : 0;
    if (dearer === 2 || costOf(best) > costOf(before) * FAR_DEARER) break;
  }
  return held;
}

interface Frontier {
  readonly held: readonly Trial[];
  /** The highest value of the knob that held. */
  readonly last: number | undefined;
}

/** Looks for the highest value of the knob with which the objective holds. */
async function frontier({ trial }: Search, edits: readonly Edit[], knob: Knob | undefined, start = 1): Promise<Frontier> {
  const held: Trial[] = [];
  const holds = async (value: number | undefined) => {
    const tried = await trial(knob === undefined || value === undefined ? edits : [...edits, { path: knob.path, value }]);
    if (tried?.held === true) held.push(tried);
    return tried?.held === true;
  };
  if (knob === undefined) {
    await holds(undefined);
    return { held, last: undefined };
  }
  const bounded = (value: number) => Math.min(knob.max, Math.max(knob.min, handy(value)));
  let good: number | undefined;
  let bad: number | undefined;
  let value = bounded(start);
  for (let doubling = 0; doubling <= MOST_DOUBLINGS && (good === undefined || bad === undefined); doubling += 1) {
    if (await holds(value)) good = value;
    else bad = value;
    const next = bounded(good === undefined ? value / 2 : value * 2);
    const isIdle = good !== undefined && bad === undefined && isSame(held.at(-1), held.at(-2));
    if (next === value || isIdle) break;
    value = next;
  }
  for (let halving = 0; halving < HALVINGS && good !== undefined && bad !== undefined; halving += 1) {
    const middle = bounded(Math.sqrt(good * bad));
    if (middle === good || middle === bad) break;
    if (await holds(middle)) good = middle;
    else bad = middle;
  }
  return { held, last: good };
}

/** Two digits, as a person would set it. */
function handy(value: number): number {
  return Number(value.toPrecision(2));
}

/** Whether the knob no longer does anything: the minimum alone does the work. */
function isSame(one: Trial | undefined, other: Trial | undefined): boolean {
  return one !== undefined && other !== undefined && costOf(one) === costOf(other);
}

/** From the least that there may be to just below the least fixed fleet, each about half as large again as the one before. */
function minimumsOf({ fleet }: Scenario, least: number): number[] {
  const most = least - 1;
  const lowest = Math.min(fleet.min, 1);
  const row = new Set([lowest, Math.min(fleet.min, Math.max(lowest, most))]);
  for (let min = 1; min <= most; min = Math.max(min + 1, Math.round(min * 1.5))) row.add(min);
  const all = [...row].sort((one, other) => one - other);
  const every = Math.ceil(all.length / MOST_MINIMUMS);
  return all.filter((min, index) => index % every === 0 || min === fleet.min);
}

/** A maximum that cannot hold the objective is raised. */
function boundsAt({ fleet }: Scenario, min: number, least: number): Edit[] {
  const max = least > fleet.max ? Math.min(MOST_INSTANCES, Math.ceil(least * RESERVE)) : fleet.max;
  const isInside = fleet.initial === null || (fleet.initial >= min && fleet.initial <= max);
  return [
    ...(min === fleet.min ? [] : [{ path: "fleet.min", value: min }]),
    ...(max === fleet.max ? [] : [{ path: "fleet.max", value: max }]),
    ...(isInside ? [] : [{ path: "fleet.initial", value: null }]),
  ];
}

/** The cheapest that holds with other seeds as well; of those that cost about the same, the one with most room. */
async function confirmed(held: readonly Trial[], confirm: Search["trial"]): Promise<Trial | undefined> {
  const best = cheapest(held);
  if (best === undefined) return undefined;
  const isAsCheap = (trial: Trial) => costOf(trial) <= costOf(best) * (1 + INDIFFERENT);
  const byRoom = held.filter(isAsCheap).sort((one, other) => figureOf(one, "measuredMs").mean - figureOf(other, "measuredMs").mean);
  const byCost = held.filter((trial) => !isAsCheap(trial)).sort((one, other) => costOf(one) - costOf(other));
  for (const { edits } of [...new Set([...byRoom, ...byCost])].slice(0, MOST_CONFIRMATIONS)) {
    const again = await confirm(edits);
    if (again?.held === true) return again;
  }
  return undefined;
}

const TRAFFIC = "traffic.scale";

/** By doubling and halving: how many times the traffic a variant still holds with, 1 at the least. */
async function carriesTimes({ scenario, trial }: Search, { edits }: Trial): Promise<number> {
  const holds = async (times: number) => (await trial([...edits, { path: TRAFFIC, value: scenario.traffic.scale * times }]))?.held === true;
  let good = 1;
  let bad = 2;
  while (bad <= MOST_TRAFFIC_TIMES && (await holds(bad))) {
    good = bad;
    bad *= 2;
  }
  if (bad > MOST_TRAFFIC_TIMES) return good;
  for (let halving = 0; halving < 4; halving += 1) {
    const middle = (good + bad) / 2;
    if (await holds(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

function cheapest(trials: readonly Trial[]): Trial | undefined {
  let best: Trial | undefined;
  for (const trial of trials) if (trial.held && (best === undefined || costOf(trial) < costOf(best))) best = trial;
  return best;
}

function priceOf({ trial }: Proposal): number {
  return trial === undefined ? Infinity : costOf(trial);
}
