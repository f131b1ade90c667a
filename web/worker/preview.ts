import { expectedMessages, type Scenario, type Traffic } from "../../sim/index.ts";

/** The part of a scenario that is simulated while the hand moves. */
export interface Part {
  readonly scenario: Scenario;
  readonly fromMs: number;
  readonly whole: boolean;
}

/** Lengths that a part may have. The shortest still holds a burst, the alarms that notice it and the launches that answer. */
const PART_HOURS = [24 * 7, 24 * 2, 24, 12, 6, 3];

/**
 * The whole scenario when it has no more messages than `mostMessages`, else its busiest stretch, as long as these allow.
 * The stretch starts with the fleet at its initial size and an empty queue: close to the truth before a burst.
 */
export function previewOf(scenario: Scenario, mostMessages: number): Part {
  const { durationSec } = scenario.run;
  const whole: Part = { scenario, fromMs: 0, whole: true };
  if (!canBeCut(scenario) || expectedMessages(scenario.traffic, 0, durationSec) <= mostMessages) return whole;

  let shortest = whole;
  for (const hours of PART_HOURS) {
    const lengthSec = hours * 3600;
    if (lengthSec >= durationSec) continue;
    const fromSec = busiestStart(scenario, lengthSec);
    shortest = partOf(scenario, fromSec, lengthSec);
    if (expectedMessages(scenario.traffic, fromSec, fromSec + lengthSec) <= mostMessages) return shortest;
  }
  return shortest;
}

/** Traffic whose parts can be told apart; of the others the whole is simulated, however long it takes. */
type Cuttable = Extract<Traffic, { kind: "poisson" | "daily" | "counts" }>;

function canBeCut(scenario: Scenario): scenario is Scenario & { traffic: Cuttable } {
  const { traffic, acts, policy } = scenario;
  // What happens at set times of the run stays there only in a part that begins with the run.
  const isTimed = acts.length > 0 || TIMED_POLICIES.has(policy.kind);
  if (isTimed && traffic.kind !== "poisson") return false;
  return (
    traffic.kind === "poisson" || traffic.kind === "daily" || (traffic.kind === "counts" && traffic.shiftSec === 0 && traffic.stretch === 1)
  );
}

const TIMED_POLICIES: ReadonlySet<string> = new Set(["scheduled", "predictive", "composition"]);

function busiestStart({ traffic, run }: Scenario & { traffic: Cuttable }, lengthSec: number): number {
  const latest = run.durationSec - lengthSec;
  switch (traffic.kind) {
    case "daily": {
      // A third of the stretch before the peak, two thirds for what it leaves behind.
      const from = traffic.peakAtHour * 3600 - lengthSec / 3;
      return Math.min(latest, Math.max(0, Math.round(from / 60) * 60));
    }
    case "counts": {
      const { counts, intervalSec } = traffic;
      const length = Math.max(1, Math.round(lengthSec / intervalSec));
      const last = Math.min(counts.length, Math.floor(run.durationSec / intervalSec));
      let sum = 0;
      let most = -1;
      let busiest = 0;
      for (let end = 0; end < last; end += 1) {
        sum += counts[end] as number;
        if (end >= length) sum -= counts[end - length] as number;
        if (sum > most) {
          most = sum;
          busiest = Math.max(0, end - length + 1);
        }
      }
      return Math.max(0, Math.min(latest, busiest * intervalSec));
    }
    case "poisson":
      return 0;
  }
}

function partOf(scenario: Scenario & { traffic: Cuttable }, fromSec: number, lengthSec: number): Part {
  const { traffic } = scenario;
  const run = { ...scenario.run, durationSec: lengthSec };
  const fromMs = fromSec * 1000;
  switch (traffic.kind) {
    case "daily": {
      const peakAtHour = (((traffic.peakAtHour - fromSec / 3600) % 24) + 24) % 24;
      return { scenario: { ...scenario, run, traffic: { ...traffic, peakAtHour } }, fromMs, whole: false };
    }
    case "counts": {
      const from = Math.floor(fromSec / traffic.intervalSec);
      const counts = traffic.counts.slice(from, from + Math.ceil(lengthSec / traffic.intervalSec));
      const startsAt = traffic.startsAt === "" ? "" : new Date(Date.parse(traffic.startsAt) + fromMs).toISOString();
      return { scenario: { ...scenario, run, traffic: { ...traffic, counts, startsAt } }, fromMs, whole: false };
    }
    case "poisson":
      return { scenario: { ...scenario, run }, fromMs, whole: false };
  }
}
