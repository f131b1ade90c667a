import { chainOfDecision, chainOfEnd, chainOfLaunch, chainOfRefusal, type Chain } from "./chain.ts";
import type { AlarmTransition, Result } from "./result.ts";
import { waitAround, type WaitStory } from "./wait-story.ts";

/** What somebody asks the reason of: places in the lists of a result, or a moment of its run. */
export type WhyQuestion =
  | { readonly kind: "decision"; readonly index: number }
  | { readonly kind: "refusal"; readonly index: number }
  | { readonly kind: "alarm"; readonly index: number }
  /** The launch or the end of the instance with this number. */
  | { readonly kind: "launch" | "end"; readonly instance: number }
  /** How messages came to wait around a moment. */
  | { readonly kind: "wait"; readonly atMs: number; readonly withinMs: number }
  /** What changed the capacity around a moment; how messages came to wait, where nothing did. */
  | { readonly kind: "capacity"; readonly atMs: number; readonly withinMs: number };

/** The reason. */
export type Explanation =
  | { readonly kind: "chain"; readonly about: Exclude<WhyQuestion["kind"], "wait" | "capacity" | "alarm">; readonly chain: Chain }
  | { readonly kind: "alarm"; readonly transition: AlarmTransition; readonly metric: string | undefined }
  | { readonly kind: "wait"; readonly story: WaitStory }
  /** Nobody waited, and nothing changed. */
  | { readonly kind: "nothing" };

/** Answers a question about a run, from what the run recorded. */
export function explain(result: Result, question: WhyQuestion): Explanation {
  switch (question.kind) {
    case "decision":
      return { kind: "chain", about: "decision", chain: chainOfDecision(result, question.index) };
    case "refusal":
      return { kind: "chain", about: "refusal", chain: chainOfRefusal(result, question.index) };
    case "launch":
      return { kind: "chain", about: "launch", chain: chainOfLaunch(result, question.instance) };
    case "end":
      return { kind: "chain", about: "end", chain: chainOfEnd(result, question.instance) };
    case "alarm":
      return explainAlarm(result, question.index);
    case "wait":
      return explainWait(result, question);
    case "capacity": {
      const event = eventNear(result, question);
      return event === undefined ? explainWait(result, question) : explain(result, event);
    }
  }
}

interface Near {
  readonly atMs: number;
  readonly withinMs: number;
}

function explainWait(result: Result, { atMs, withinMs }: Near): Explanation {
  const story = waitAround(result, atMs, withinMs);
  return story === undefined ? { kind: "nothing" } : { kind: "wait", story };
}

function explainAlarm({ alarms, scenario }: Result, index: number): Explanation {
  const transition = alarms[index];
  if (transition === undefined) return { kind: "nothing" };
  return { kind: "alarm", transition, metric: scenario.alarms.find(({ name }) => name === transition.alarm)?.metric };
}

/** The change of capacity nearest to a moment: a decision, an instance coming into service, or one that goes. */
function eventNear({ decisions, instances }: Result, { atMs, withinMs }: Near): WhyQuestion | undefined {
  let nearest: WhyQuestion | undefined;
  let distance = withinMs;
  const consider = (at: number, question: WhyQuestion) => {
    if (Math.abs(at - atMs) > distance || (nearest !== undefined && Math.abs(at - atMs) === distance)) return;
    nearest = question;
    distance = Math.abs(at - atMs);
  };
  decisions.forEach(({ at, before, desired }, index) => {
    if (desired !== before) consider(at, { kind: "decision", index });
  });
  for (const { number, stages, cause, endCause } of instances) {
    const entered = stages.find(({ stage }) => stage === "in-service" || stage === "running");
    if (entered !== undefined && cause !== "initial") consider(entered.at, { kind: "launch", instance: number });
    const left = stages.find(({ stage }) => LEAVING.has(stage));
    if (left !== undefined && endCause !== undefined) consider(left.at, { kind: "end", instance: number });
  }
  return nearest;
}

/** The stage in which an instance stops counting as capacity. */
const LEAVING: ReadonlySet<string> = new Set(["impaired", "interrupted", "terminating", "draining", "stopping", "terminated", "stopped"]);
