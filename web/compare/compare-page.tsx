import { useSignalEffect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { differencesBetween, type Scenario } from "../../sim/index.ts";
import { Overlay } from "../chart/overlay.tsx";
import { fieldName, valueText } from "../settings/value-text.ts";
import { useBench } from "../state/bench.ts";
import { letterOf, MOST_COMPARED } from "../state/comparison.ts";
import { SEEDS } from "../state/live-run.ts";
import { goTo } from "../state/place.ts";
import { statusOf, StatusMark } from "../verdict/status.tsx";
import { CompareRun, type Side } from "./compare-run.ts";
import { figureRows, type Cell } from "./difference-text.ts";
import "./compare.css";

/** Two to four scenarios beside each other, run with the same seeds: what differs, what that does, and how sure it is. */
export default function ComparePage() {
  const { client, pool, comparison } = useBench();
  const run = useMemo(() => new CompareRun(client, pool), [client, pool]);
  useSignalEffect(() => {
    void run.of(comparison.scenarios.value);
  });
  useEffect(
    () => () => {
      run.stop();
    },
    [run],
  );
  const scenarios = comparison.scenarios.value;
  const sides = run.sides.value;
  const [first] = sides;
  return (
    <main id="main" class="compare" tabIndex={-1} data-state={run.progress.value === undefined ? "done" : "running"}>
      <div class="compare-head">
        <h1>Compare</h1>
        <Progress run={run} />
      </div>
      {run.failure.value === undefined ? null : <p class="fault">The comparison broke off: {run.failure.value}</p>}
      <Sides scenarios={scenarios} sides={sides} />
      {scenarios.length >= 2 ? <SettingsTable scenarios={scenarios} /> : <Empty count={scenarios.length} />}
      {sides.length >= 2 && first !== undefined ? (
        <>
          <FiguresTable sides={sides} />
          <section aria-labelledby="overlay-title">
            <h2 id="overlay-title">Over time</h2>
            <p class="dim">The run with seed 1 of each: the same traffic and the same luck, as far as the scenarios share them.</p>
            <Overlay runs={sides.map(({ view }, index) => ({ letter: letterOf(index), view }))} scenario={first.scenario} />
          </section>
        </>
      ) : null}
    </main>
  );
}

function Progress({ run }: { readonly run: CompareRun }) {
  const share = run.progress.value;
  if (share === undefined) return null;
  return (
    <span class="task" role="status">
      Simulating, {String(Math.floor(share * 100))} %
      <progress max={1} value={share} aria-label="Simulating" />
      <button
        type="button"
        class="quiet"
        onClick={() => {
          run.stop();
        }}
      >
        Stop
      </button>
    </span>
  );
}

function Empty({ count }: { readonly count: number }) {
  return (
    <div class="empty">
      <p>
        {count === 0 ? "Nothing is compared yet." : "One more is needed."} Take in the scenario that is open, change it and take it in
        again, or choose a pitfall and its cure in the gallery.
      </p>
      <button
        type="button"
        class="action"
        onClick={() => {
          goTo("start");
        }}
      >
        To the gallery
      </button>
    </div>
  );
}

/** What is compared, by letter; and what can be added. */
function Sides({ scenarios, sides }: { readonly scenarios: readonly Scenario[]; readonly sides: readonly Side[] }) {
  const { comparison, workbench } = useBench();
  const current = workbench.scenario.value;
  const open = (scenario: Scenario) => {
    workbench.load(scenario);
    goTo("work");
  };
  return (
    <ol class="sides">
      {scenarios.map((scenario, index) => {
        const side = sides.find((candidate) => candidate.scenario === scenario);
        const letter = letterOf(index);
        return (
          <li key={letter} class="side">
            <p class="side-name">
              <span class="side-letter" data-series={`side-${String(index)}`}>
                {letter}
              </span>
              <b>{scenario.name}</b>
            </p>
            <StatusMark status={statusOf(side?.view.verdict, side?.estimated)} />
            <p class="side-actions">
              <button
                type="button"
                class="quiet"
                aria-label={`Open ${letter} in the workbench`}
                onClick={() => {
                  open(scenario);
                }}
              >
                Open
              </button>
              <button
                type="button"
                class="quiet"
                aria-label={`Remove ${letter}`}
                onClick={() => {
                  comparison.remove(scenario);
                }}
              >
                Remove
              </button>
            </p>
          </li>
        );
      })}
      {scenarios.length < MOST_COMPARED && !comparison.has(current) ? (
        <li class="side side-add">
          <button
            type="button"
            class="action"
            onClick={() => {
              comparison.add(current);
            }}
          >
            Add what is open: {current.name}
            {workbench.changed.value ? ", changed" : ""}
          </button>
        </li>
      ) : null}
    </ol>
  );
}

/** The fields in which the scenarios differ. */
function SettingsTable({ scenarios }: { readonly scenarios: readonly Scenario[] }) {
  const { form } = useBench();
  const differences = differencesBetween(scenarios);
  return (
    <section aria-labelledby="settings-title">
      <h2 id="settings-title">What differs</h2>
      {differences.length === 0 ? (
        <p>Nothing but the names: these are the same fleet under the same traffic.</p>
      ) : (
        <div class="table-scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Setting</th>
                {scenarios.map((_, index) => (
                  <th key={index} scope="col" class="amount">
                    {letterOf(index)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {differences.map(({ path, values }) => (
                <tr key={path}>
                  <th scope="row">{fieldName(form, path)}</th>
                  {values.map((value, index) => (
                    <td key={index} class="amount words-wrap">
                      {valueText(form.fieldAt(path), value)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function FiguresTable({ sides }: { readonly sides: readonly Side[] }) {
  const rows = figureRows(sides);
  return (
    <section aria-labelledby="figures-title">
      <h2 id="figures-title">What that does</h2>
      <p class="dim">
        Means of {String(SEEDS.length)} runs with 95 % intervals. Differences are from A, run by run with the same seed, which is why they
        are surer than the figures themselves.
      </p>
      <div class="table-scroll">
        <table class="figures-table">
          <thead>
            <tr>
              <th scope="col">Figure</th>
              {sides.map((_, index) => (
                <th key={index} scope="col" class="amount">
                  {letterOf(index)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, label, cells }) => (
              <tr key={name} data-figure={name}>
                <th scope="row">{label}</th>
                {cells.map((cell, index) => (
                  <FigureCell key={index} cell={cell} letter={letterOf(index)} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** @param letter Of its scenario, shown where the table is too narrow for columns. */
function FigureCell({ cell, letter }: { readonly cell: Cell; readonly letter: string }) {
  return (
    <td class="amount" data-letter={letter}>
      <b>{cell.value}</b> <span class="dim">{cell.spread}</span>
      {cell.difference === "" ? null : (
        <span class="difference" data-verdict={cell.verdict}>
          {cell.difference}
        </span>
      )}
    </td>
  );
}
