import type { DecisionRecord } from "../../sim/index.ts";

/** One mark of the lane: a decision, or several that stand too close to be told apart. */
export interface Mark {
  readonly atMs: number;
  readonly untilMs: number;
  readonly decisions: readonly DecisionRecord[];
  /** What they did together. */
  readonly direction: "out" | "in" | "both";
}

/** The decisions that changed the desired capacity. */
export function changesOf(decisions: readonly DecisionRecord[]): DecisionRecord[] {
  return decisions.filter((decision) => decision.desired !== decision.before);
}

/** Puts decisions that are less than `apartMs` from the first of a mark into that mark. */
export function marksOf(decisions: readonly DecisionRecord[], apartMs: number): Mark[] {
  const groups: DecisionRecord[][] = [];
  for (const decision of decisions) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (group !== undefined && first !== undefined && decision.at - first.at < apartMs) group.push(decision);
    else groups.push([decision]);
  }
  return groups.map((group) => ({
    atMs: group[0]?.at ?? 0,
    untilMs: group.at(-1)?.at ?? 0,
    decisions: group,
    direction: directionOf(group),
  }));
}

function directionOf(decisions: readonly DecisionRecord[]): Mark["direction"] {
  const out = decisions.some((decision) => decision.desired > decision.before);
  const back = decisions.some((decision) => decision.desired < decision.before);
  return out && back ? "both" : out ? "out" : "in";
}
