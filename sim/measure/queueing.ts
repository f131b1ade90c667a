import { assert } from "../core/assert.ts";

/**
 * What queueing theory says of a queue in the long run: first come first served, no limit, nobody leaves unserved.
 * These are the truths that the simulator is held against, and quick first guesses at a fleet's size.
 *
 * The usual names: λ arrival rate, s mean service time, c servers, a = λ s offered load, ρ = a / c utilization.
 */
export type LongRun = Steady | Overloaded;

/** The queue has a long run, because ρ < 1. */
export interface Steady {
  readonly steady: true;
  /** ρ: the share of time that a server is busy, 0 or more and below 1. */
  readonly utilization: number;
  /** The chance that an arrival has to wait. */
  readonly waitProbability: number;
  /** Wq: from arrival to the start of service, on average over all arrivals. */
  readonly meanWaitSec: number;
  /** W: from arrival to the end of service. */
  readonly meanTimeInSystemSec: number;
  /** Lq: how many wait, on average over time. */
  readonly meanWaiting: number;
  /** L: how many wait or are served. */
  readonly meanInSystem: number;
}

/** Work arrives at least as fast as all servers together can do it: the queue grows without end. */
export interface Overloaded {
  readonly steady: false;
  /** ρ, 1 or more. */
  readonly utilization: number;
}

/** The rate of arrivals and the mean of the service time: what all the queues below have in common. */
export interface Load {
  /** λ, 0 or more. */
  readonly arrivalRatePerSec: number;
  /** s, 0 or more. */
  readonly meanServiceSec: number;
}

/**
 * M/M/c: Poisson arrivals, exponential service times, `servers` equal servers (1 or more).
 *
 * Source: Kleinrock, Queueing Systems, volume 1 (1975), section 3.5.
 */
export function mmc({ arrivalRatePerSec, meanServiceSec, servers }: Load & { readonly servers: number }): LongRun {
  const offered = offeredLoad({ arrivalRatePerSec, meanServiceSec });
  assertServers(servers);
  const utilization = offered / servers;
  if (utilization >= 1) return { steady: false, utilization };
  const waitProbability = erlangC(offered, servers);
  const meanWaitSec = (waitProbability * meanServiceSec) / (servers - offered);
  return steady({ arrivalRatePerSec, meanServiceSec, utilization, waitProbability, meanWaitSec });
}

/**
 * M/G/1: Poisson arrivals, any service times, one server. `secondMomentServiceSec2` is the mean of the squared service
 * time, at least the square of the mean.
 *
 * Wq = λ E[S²] / (2 (1 − ρ)), by Pollaczek (1930) and Khinchine (1932). Source: Kleinrock, as above, section 5.6.
 */
export function mg1({ secondMomentServiceSec2, ...load }: Load & { readonly secondMomentServiceSec2: number }): LongRun {
  const { arrivalRatePerSec, meanServiceSec } = load;
  const utilization = offeredLoad(load);
  // The two moments may come from different roundings of one constant, hence the little room.
  assert(
    secondMomentServiceSec2 >= meanServiceSec * meanServiceSec * (1 - 1e-12),
    `the second moment, ${secondMomentServiceSec2} s², is below the square of the mean, ${meanServiceSec} s`,
  );
  if (utilization >= 1) return { steady: false, utilization };
  const meanWaitSec = (arrivalRatePerSec * secondMomentServiceSec2) / (2 * (1 - utilization));
  return steady({ arrivalRatePerSec, meanServiceSec, utilization, waitProbability: utilization, meanWaitSec });
}

/** M/D/1: Poisson arrivals, one server, every service as long as every other. Half the wait of M/M/1. */
export function md1(load: Load): LongRun {
  return mg1({ ...load, secondMomentServiceSec2: load.meanServiceSec * load.meanServiceSec });
}

/**
 * Erlang's loss formula: the share of Poisson arrivals that find all `servers` busy when nobody may wait. It is the
 * same for every distribution of the service time.
 *
 * By the recursion B(c) = a B(c − 1) / (c + a B(c − 1)) from B(0) = 1 (Jagerman 1974), which needs neither factorials
 * nor differences: it neither overflows nor loses digits, with a thousand servers or with a million.
 *
 * @param offered a = λ s, 0 or more.
 * @param servers A whole number, 0 or more.
 */
export function erlangB(offered: number, servers: number): number {
  assert(offered >= 0, `an offered load is 0 or more, not ${offered}`);
  let blocked = 1;
  for (let count = 1; count <= servers; count += 1) blocked = (offered * blocked) / (count + offered * blocked);
  return blocked;
}

/**
 * Erlang's delay formula: the share of Poisson arrivals that must wait when all may. 1 when `offered` is not below
 * `servers`, because then, in the long run, all wait.
 *
 * C = B / (1 − ρ (1 − B)). Source: Cooper, Introduction to Queueing Theory, 2nd edition (1981), section 3.5.
 */
export function erlangC(offered: number, servers: number): number {
  assertServers(servers);
  if (offered >= servers) return 1;
  const blocked = erlangB(offered, servers);
  return blocked / (1 - (offered / servers) * (1 - blocked));
}

/** The rest follows from the wait by Little's law. */
function steady(known: Load & Pick<Steady, "utilization" | "waitProbability" | "meanWaitSec">): Steady {
  const { arrivalRatePerSec, meanServiceSec, utilization, waitProbability, meanWaitSec } = known;
  const meanTimeInSystemSec = meanWaitSec + meanServiceSec;
  return {
    steady: true,
    utilization,
    waitProbability,
    meanWaitSec,
    meanTimeInSystemSec,
    meanWaiting: arrivalRatePerSec * meanWaitSec,
    meanInSystem: arrivalRatePerSec * meanTimeInSystemSec,
  };
}

function offeredLoad({ arrivalRatePerSec, meanServiceSec }: Load): number {
  assert(arrivalRatePerSec >= 0 && arrivalRatePerSec < Infinity, `an arrival rate is 0 or more, not ${arrivalRatePerSec} a second`);
  assert(meanServiceSec >= 0 && meanServiceSec < Infinity, `a mean service time is 0 or more, not ${meanServiceSec} s`);
  return arrivalRatePerSec * meanServiceSec;
}

function assertServers(servers: number): void {
  assert(Number.isSafeInteger(servers) && servers >= 1, `servers are a whole number from 1, not ${servers}`);
}
