import type { DecisionRecord, WhyQuestion } from "../../sim/index.ts";
import type { RunEvent, RunView } from "../worker/sim-api.ts";

/** Something that a lane below the charts marks. */
export interface MarkItem {
  readonly at: number;
  readonly shape: MarkShape;
  /** In a few words: "2 → 10". */
  readonly head: string;
  readonly tag: string;
  readonly text: string;
  readonly question: WhyQuestion;
}

/** More instances, fewer, an operator's act, an alarm, something that went wrong; several that differ. */
export type MarkShape = "out" | "in" | "act" | "alarm" | "fault" | "several";

/** One mark of a lane: an item, or several that stand too close to be told apart. */
export interface Mark {
  readonly atMs: number;
  readonly untilMs: number;
  readonly items: readonly MarkItem[];
  readonly shape: MarkShape;
}

/** The decisions that changed the desired capacity. */
export function changesOf(decisions: readonly DecisionRecord[]): DecisionRecord[] {
  return decisions.filter((decision) => decision.desired !== decision.before);
}

/** How close to a moment of a preview a decision of the whole run is taken for the same. */
const SAME_WITHIN_MS = 120_000;

/** What to ask about a decision, by its place. In a preview of a part the places are others than in the whole run. */
export function questionOf({ decisions, whole }: RunView, index: number): WhyQuestion {
  return whole ? { kind: "decision", index } : { kind: "capacity", atMs: decisions[index]?.at ?? 0, withinMs: SAME_WITHIN_MS };
}

/** The decisions that changed something, and what operators did. */
export function decisionItems(view: RunView): MarkItem[] {
  return view.decisions.flatMap((decision, index): MarkItem[] => {
    const { at, before, desired, reason, limitedBy } = decision;
    const isAct = reason.code === "operator";
    if (desired === before && !isAct) return [];
    const shape = isAct ? "act" : desired > before ? "out" : "in";
    const head = desired === before ? "operator" : `${String(before)} → ${String(desired)}`;
    const tag = limitedBy === undefined ? "" : `limited by ${limitedBy}`;
    return [{ at, shape, head, tag, text: reason.text, question: questionOf(view, index) }];
  });
}

export function eventItems(events: readonly RunEvent[]): MarkItem[] {
  return events.map(({ at, kind, text, question }) => ({ at, shape: kind, head: HEADS[kind], tag: "", text, question }));
}

const HEADS: Readonly<Record<RunEvent["kind"], string>> = { alarm: "alarm", fault: "fault" };

/** Puts items that are less than `apartMs` from the first of a mark into that mark. */
export function marksOf(items: readonly MarkItem[], apartMs: number): Mark[] {
  const groups: MarkItem[][] = [];
  for (const item of items) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (group !== undefined && first !== undefined && item.at - first.at < apartMs) group.push(item);
    else groups.push([item]);
  }
  return groups.map((group) => ({
    atMs: group[0]?.at ?? 0,
    untilMs: group.at(-1)?.at ?? 0,
    items: group,
    shape: group.every(({ shape }) => shape === group[0]?.shape) ? (group[0]?.shape ?? "several") : "several",
  }));
}
