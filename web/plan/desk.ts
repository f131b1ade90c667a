import type { Bench } from "../state/bench.ts";
import { PlanSearch } from "./plan-search.ts";
import { SweepRun } from "./sweep-run.ts";

/** The planner's work: it lasts as long as the page, so that one can look at the charts meanwhile and come back. */
export interface PlanDesk {
  readonly search: PlanSearch;
  readonly sweep: SweepRun;
}

const desks = new WeakMap<Bench, PlanDesk>();

export function deskOf(bench: Bench): PlanDesk {
  const { client, pool, workbench } = bench;
  const desk = desks.get(bench) ?? { search: new PlanSearch(client, pool, workbench), sweep: new SweepRun(client, pool, workbench) };
  desks.set(bench, desk);
  return desk;
}
