import {
  decisionOf,
  formatCount,
  formatDuration,
  formatNumber,
  Misconduct,
  readScenario,
  SimulationRun,
  turnsIn,
  type Decision,
  type Observation,
  type Policy,
  type PolicyLaw,
  type Scenario,
  type ScenarioInput,
  type Scene,
} from "../../../sim/index.ts";
import type { LawReport } from "./law-check.ts";
import { isTimeout, underAnotherClock, within } from "./watchdog.ts";

/** A counterexample in plain words: what was seen at each review, and what was decided. One line each. */
export function inWords({ law, counterexample }: LawReport): string[] {
  if (counterexample === undefined) return [];
  const { story, decisions } = counterexample;
  const last = story.at(-1);
  if (law.isSteady && last !== undefined) {
    const { capacity, backlog } = last.observation;
    const waiting = formatCount(backlog?.value ?? 0, "message");
    return [`In a world that stands still: ${limits(capacity)}, ${capacity.desired} desired at first, ${waiting} waiting all the time.`];
  }
  return story.flatMap((scene, index) => {
    const isFirst = index === 0;
    const after = formatDuration(scene.now - (story[index - 1]?.now ?? scene.now));
    const decision = decisions[index];
    return [
      `${isFirst ? "It sees" : `${after} later`}: ${sight(scene)}.`,
      decision === undefined ? "It decides nothing." : `It decides: ${choice(decision, scene.now)}.`,
    ];
  });
}

function sight({ observation, now }: Scene): string {
  const { capacity, backlog, inFlight, metric, telemetry } = observation;
  const { desired, inService, warming, pending, terminating } = capacity;
  const newest = metric.at(-1);
  const { serviceTimeMs, launchDelayMs } = telemetry ?? {};
  return [
    `${limits(capacity)}, ${desired} desired`,
    `${inService} in service${warming > 0 ? `, ${warming} of them warming up` : ""}`,
    ...(pending > 0 ? [`${pending} pending`] : []),
    ...(terminating > 0 ? [`${terminating} terminating`] : []),
    backlog === undefined ? "the queue could not be read" : `${formatNumber(backlog.value)} visible, ${inFlight?.value ?? 0} in flight`,
    newest === undefined
      ? "no metric"
      : `metric ${formatNumber(newest.value)} (${formatDuration(now - newest.at)} old, ${formatCount(metric.length, "datapoint")})`,
    ...(serviceTimeMs === undefined ? [] : [`jobs take ${formatDuration(serviceTimeMs.value)}`]),
    ...(launchDelayMs === undefined ? [] : [`launches take ${formatDuration(launchDelayMs.value)}`]),
  ].join("; ");
}

function limits({ min, max }: Observation["capacity"]): string {
  return `${min} to ${formatCount(max, "instance")} allowed`;
}

function choice({ desired, reason, nextReviewAt }: Decision, now: number): string {
  const { text } = Object(reason) as Partial<Decision["reason"]>;
  const because = typeof text === "string" ? `, because “${text}”` : "";
  const next = Number.isFinite(nextReviewAt) ? `; next review ${formatDuration(nextReviewAt - now)} later` : "";
  return `${desired} desired${because}${next}`;
}

export interface Told {
  readonly scenario: ScenarioInput;
  /** Whether the scenario, run with the policy, comes to break the law. */
  readonly isShown: boolean;
}

/**
 * A counterexample as a scenario: the group of its last scene, its messages in the queue, and workers whose receives all
 * fail, so that the load stays as it is. A scenario has no word for a policy from a file: it opens with AWS's own, and it
 * is `headroom simulate --policy` that runs it with the user's. Whether the law is broken there is tried, and said.
 */
export function asScenario({ law, complaint = "", counterexample }: LawReport, policy: Policy<unknown>, path: string): Told | undefined {
  const scene = counterexample?.story.at(-1);
  if (scene === undefined) return undefined;
  const read = readScenario(world(law, scene, ""));
  if (!read.ok) throw new Error(`a counterexample made a faulty scenario: ${JSON.stringify(read.faults)}`);
  const isShown = breaksIn(read.scenario, law, policy);
  const lesson = [
    `The policy of ${path} ${complaint}.`,
    "This is the fleet, its limits and the load at which it does; the workers receive nothing, so that the load stays.",
    "A scenario cannot name a policy of one's own: here EC2 target tracking decides.",
    isShown
      ? `With \`headroom simulate THIS --policy ${path}\` the law is broken in the run.`
      : "A run does not come to the very figures of the counterexample, and does not break the law.",
  ].join(" ");
  return { scenario: world(law, scene, lesson.slice(0, LONGEST_LESSON)), isShown };
}

function world(law: PolicyLaw, { observation }: Scene, lesson: string): ScenarioInput {
  const { min, max, desired } = observation.capacity;
  return {
    version: 1,
    name: `Counterexample: ${law.name}`,
    lesson,
    run: { durationSec: law.isSteady ? STEADY_SEC : BRIEF_SEC, sampleEverySec: 60 },
    traffic: { kind: "counts", name: "the backlog of the counterexample", intervalSec: 1, counts: [observation.backlog?.value ?? 0] },
    fleet: { min, max, initial: desired },
    faults: { receiveErrorProbability: 1 },
  };
}

/** Runs the policy, with a legal decision in place of an illegal one, and puts the law to what it saw. */
function breaksIn(scenario: Scenario, law: PolicyLaw, policy: Policy<unknown>): boolean {
  const scenes: Scene[] = [];
  const wanted: number[] = [];
  let hasFailed = false;
  const recorder: Policy<unknown> = {
    kind: policy.kind,
    initial: () => policy.initial(),
    decide(state, observation, now) {
      const { min, max, desired: present } = observation.capacity;
      scenes.push({ now, observation });
      const { state: after, decision } = decisionOf(policy, state, observation, now);
      const desired = Math.max(min, Math.min(max, Math.round(decision.desired)));
      wanted.push(present);
      const nextReviewAt = Math.max(now + SOONEST_REVIEW_MS, Math.ceil(decision.nextReviewAt)) || now + 60_000;
      return { state: after, decision: { desired, reason: { code: "hold", text: "Recorded." }, limitedBy: undefined, nextReviewAt } };
    },
  };
  try {
    return underAnotherClock(() =>
      within(RUN_MS, () => {
        try {
          const run = new SimulationRun(scenario, 1, { policy: recorder });
          run.advanceTo(run.endMs);
        } catch (error) {
          if (!(error instanceof Misconduct)) throw error;
          hasFailed = true;
        }
        if (law.isSteady) return turnsIn(wanted.slice(wanted.length / 2)) > 1;
        return hasFailed || law.check(policy, scenes) !== undefined;
      }),
    );
  } catch (error) {
    // A loop shows in any run; what else goes wrong (a state that is no plain data) is told by the complaint.
    return isTimeout(error);
  }
}

/** The schema's bound for a lesson, characters. */
const LONGEST_LESSON = 1000;
/** As long as the law watches a world that stands still: two hours to settle, two to watch. */
const STEADY_SEC = 4 * 3600;
const BRIEF_SEC = 3600;
const SOONEST_REVIEW_MS = 5000;
/** Real time for a run of hours with nothing in it but reviews, milliseconds. */
const RUN_MS = 3000;
