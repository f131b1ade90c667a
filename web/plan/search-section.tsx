import { useSignalEffect } from "@preact/signals";
import { formatCount, whyNoPlan } from "../../sim/index.ts";
import { useBench } from "../state/bench.ts";
import { ErrandRow } from "./errand-row.tsx";
import { PlanAnswerView } from "./plan-answer.tsx";
import type { PlanSearch } from "./plan-search.ts";
import { TriedPlot } from "./tried-plot.tsx";

/** The search for the cheapest settings that hold: what to look at, how far it is, a picture of it, and the answer. */
export function SearchSection({ search }: { readonly search: PlanSearch }) {
  const { workbench } = useBench();
  useSignalEffect(() => {
    void search.learnWays(workbench.scenario.value);
  });
  const { errand } = search;
  const isUnderWay = errand.isUnderWay.value;
  const planned = isUnderWay ? undefined : search.planned.value;
  const points = planned?.answer.tried ?? search.points.value;
  const now = planned?.scenario ?? workbench.scenario.value;
  const chosen = planned?.answer.ways.find(({ id }) => id === search.chosen.value)?.proposal;
  return (
    <section aria-labelledby="search-title">
      <h2 id="search-title">The cheapest settings that hold</h2>
      <p class="dim">
        For each way of scaling, its minimum of instances and the one setting that trades money for time are looked for. What is proposed
        has held in 20 more runs, with random numbers that had no part in the search.
      </p>
      <NothingToPlan />
      <WayChoice search={search} />
      <button
        type="button"
        class="primary"
        disabled={isUnderWay || search.ways.value.every(({ id }) => search.left.value.has(id))}
        onClick={() => void search.start()}
      >
        Find the cheapest settings that hold
      </button>
      <SearchProgress search={search} />
      {points.length === 0 ? null : (
        <TriedPlot points={points} now={planned?.answer.now.point} chosen={chosen?.point} objective={now.objective} />
      )}
      {planned === undefined ? null : <PlanAnswerView search={search} planned={planned} />}
    </section>
  );
}

function NothingToPlan() {
  const { workbench } = useBench();
  const why = whyNoPlan(workbench.scenario.value);
  return why === undefined ? null : <p role="note">{why}</p>;
}

function WayChoice({ search }: { readonly search: PlanSearch }) {
  if (search.ways.value.length === 0) return null;
  return (
    <fieldset class="way-choice">
      <legend>Ways of scaling to look at</legend>
      {search.ways.value.map(({ id, name }) => (
        <label key={id} class="check">
          <input
            type="checkbox"
            checked={!search.left.value.has(id)}
            disabled={search.errand.isUnderWay.value}
            onChange={() => {
              search.toggle(id);
            }}
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}

function SearchProgress({ search }: { readonly search: PlanSearch }) {
  const progress = search.progress.value;
  const tried = progress?.tried ?? 0;
  return (
    <ErrandRow errand={search.errand} name="The search" step={progress === undefined ? "Searching" : `Searching: ${progress.step}`}>
      <span class="dim">
        {formatCount(tried, "variant")} tried
        {progress?.cheapest === undefined ? "" : `; the cheapest so far ${progress.cheapest} a month`}
      </span>
    </ErrandRow>
  );
}
