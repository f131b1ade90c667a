import type { Edit, Scenario } from "../../sim/index.ts";
import { fieldName } from "../settings/value-text.ts";
import { useBench } from "../state/bench.ts";
import { withValueAt } from "../state/path.ts";
import { goTo } from "../state/place.ts";
import type { Proposed, TrialView, WayAnswer } from "../worker/plan-api.ts";
import type { Planned, PlanSearch } from "./plan-search.ts";
import { TriedTable } from "./tried-table.tsx";

/** What a search came to: the sentence, the ways of scaling beside each other, and what would have to be changed. */
export function PlanAnswerView({ search, planned }: { readonly search: PlanSearch; readonly planned: Planned }) {
  const { answer } = planned;
  const chosen = answer.ways.find(({ id }) => id === search.chosen.value);
  return (
    <div class="answer-of-plan" data-old={search.isOld.value}>
      {search.isOld.value ? (
        <p class="old-note" role="status">
          This is of the settings as they were before the last change. Search again to have it of those at hand.
        </p>
      ) : null}
      <p class="plan-sentence" role="status">
        {answer.sentence}
      </p>
      <p>{answer.grounds}</p>
      <WaysTable search={search} planned={planned} />
      {chosen?.proposal === undefined ? null : (
        <Changes way={chosen.name} proposal={chosen.proposal} scenario={planned.scenario} isOld={search.isOld.value} />
      )}
      <TriedTable points={answer.tried} objective={planned.scenario.objective} />
    </div>
  );
}

function WaysTable({ search, planned: { answer, scenario } }: { readonly search: PlanSearch; readonly planned: Planned }) {
  return (
    <>
      <h3>Ways of scaling, each at the cheapest settings that hold</h3>
      <div class="table-scroll" role="region" aria-label="Ways of scaling" tabIndex={0}>
        <table class="ways stacked">
          <thead>
            <tr>
              <th scope="col">Way</th>
              <th scope="col" class="amount">
                Held in
              </th>
              <th scope="col" class="amount">
                A month
              </th>
              <th scope="col" class="amount">
                {measuredHead(scenario.objective)}
              </th>
              <th scope="col" class="amount">
                Peak
              </th>
              <th scope="col">Settings</th>
            </tr>
          </thead>
          <tbody>
            {answer.ways.map((way) => (
              <WayRow key={way.id} way={way} search={search} objective={scenario.objective} />
            ))}
            <tr>
              <th scope="row">As it is</th>
              <Figures view={answer.now} objective={scenario.objective} />
            </tr>
          </tbody>
        </table>
      </div>
    </>
  );
}

interface WayRowProps {
  readonly way: WayAnswer;
  readonly search: PlanSearch;
  readonly objective: Scenario["objective"];
}

function WayRow({ way: { id, name, proposal }, search, objective }: WayRowProps) {
  if (proposal === undefined) {
    return (
      <tr>
        <th scope="row">{name}</th>
        <td colSpan={5} class="dim">
          Nothing that was tried holds.
        </td>
      </tr>
    );
  }
  return (
    <tr data-way={id} data-chosen={search.chosen.value === id}>
      <th scope="row">
        <label class="way-pick">
          <input type="radio" name="way" checked={search.chosen.value === id} onChange={() => (search.chosen.value = id)} />
          {name}
        </label>
      </th>
      <Figures view={proposal} objective={objective} />
    </tr>
  );
}

interface FiguresProps {
  readonly view: TrialView;
  readonly objective: Scenario["objective"];
}

function Figures({ view: { heldIn, cost, measured, peak, point }, objective }: FiguresProps) {
  return (
    <>
      <td class="amount" data-head="Held in">
        {heldIn}
      </td>
      <td class="amount" data-head="A month">
        {cost}
      </td>
      <td class="amount" data-head={measuredHead(objective)}>
        {measured}
      </td>
      <td class="amount" data-head="Peak">
        {peak}
      </td>
      <td class="words-wrap" data-head="Settings">
        {point.settings}
      </td>
    </>
  );
}

/** "p99 age". */
function measuredHead({ percentile, measure }: Scenario["objective"]): string {
  return `p${String(percentile)} ${measure}`;
}

interface ChangesProps {
  readonly way: string;
  readonly proposal: Proposed;
  readonly scenario: Scenario;
  readonly isOld: boolean;
}

/** What is to be set otherwise, and the ways to do it. */
function Changes({ way, proposal: { changes, edits }, scenario, isOld }: ChangesProps) {
  const { form, workbench, comparison } = useBench();
  if (changes.length === 0) return <p>{way}: nothing is to be changed.</p>;
  return (
    <>
      <h3>To change, for {way}</h3>
      <div class="table-scroll" role="region" aria-label="Changes" tabIndex={0}>
        <table class="changes">
          <thead>
            <tr>
              <th scope="col">Setting</th>
              <th scope="col">Now</th>
              <th scope="col">Planned</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ path, before, after }) => (
              <tr key={path}>
                <th scope="row">{fieldName(form, path)}</th>
                <td class="words-wrap">{before}</td>
                <td class="words-wrap">
                  <b>{after}</b>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="plan-actions">
        <button
          type="button"
          class="primary"
          disabled={isOld}
          onClick={() => {
            workbench.change(edits);
            goTo("work");
          }}
        >
          Use these settings
        </button>
        <button
          type="button"
          class="action"
          onClick={() => {
            comparison.replace([scenario, plannedOf(scenario, edits)]);
            goTo("compare");
          }}
        >
          Compare with now
        </button>
      </p>
    </>
  );
}

const MOST_NAME = 120;
const PLANNED = ", as planned";

function plannedOf(scenario: Scenario, edits: readonly Edit[]): Scenario {
  const planned = edits.reduce((draft, { path, value }) => withValueAt(draft, path, value), scenario);
  return { ...planned, name: `${scenario.name.slice(0, MOST_NAME - PLANNED.length)}${PLANNED}` };
}
