import type { MeasuredDecision, MeasuredEvent, MeasuredRow, MeasuredRun, Mishap } from "../../sim/index.ts";

/** All that was heard of one run. */
export interface Told {
  readonly run: MeasuredRun;
  readonly rows: readonly MeasuredRow[];
  readonly decisions: readonly MeasuredDecision[];
  readonly mishaps: readonly Mishap[];
}

/** What is known with one event more; an event of another run begins anew. */
export function heard(told: Told | undefined, events: readonly MeasuredEvent[]): Told | undefined {
  let run = told?.run;
  let [rows, decisions, mishaps] = [[...(told?.rows ?? [])], [...(told?.decisions ?? [])], [...(told?.mishaps ?? [])]];
  for (const event of events) {
    switch (event.type) {
      case "run":
        if (event.run.id !== run?.id) [rows, decisions, mishaps] = [[], [], []];
        run = event.run;
        break;
      case "row":
        rows.push(event.row);
        break;
      case "decision":
        decisions.push(event.decision);
        break;
      case "mishap":
        mishaps.push(event.mishap);
        break;
    }
  }
  return run === undefined ? undefined : { run, rows, decisions, mishaps };
}

/** Whether something of it is still there. */
export function goesOn({ phase }: MeasuredRun): boolean {
  return phase === "starting" || phase === "running" || phase === "stopping";
}
