import { objectiveText } from "../../sim/index.ts";
import { useBench } from "../state/bench.ts";
import { deskOf } from "./desk.ts";
import { SearchSection } from "./search-section.tsx";
import { SweepSection } from "./sweep-section.tsx";
import "./plan.css";

/** Better settings, looked for: the cheapest that hold the objective, or what one setting does over a range. */
export default function PlanPage() {
  const bench = useBench();
  const { search, sweep } = deskOf(bench);
  const { scenario, changed, faults } = bench.workbench;
  const isUnderWay = search.errand.isUnderWay.value || sweep.errand.isUnderWay.value;
  return (
    <main id="main" class="plan" tabIndex={-1} data-state={isUnderWay ? "running" : "done"}>
      <h1>Plan</h1>
      <p class="dim">
        {scenario.value.name}
        {changed.value ? ", changed" : ""}. Objective: {objectiveText(scenario.value)}.
      </p>
      {faults.value.length === 0 ? null : (
        <p class="fault">A setting in the workbench has a fault: what is planned here is the last scenario without one.</p>
      )}
      <SearchSection search={search} />
      <SweepSection sweep={sweep} />
    </main>
  );
}
