import {
  BESIDE_WHAT,
  besideCells,
  besideReasons,
  curvesText,
  formatCount,
  formatDuration,
  formatNumber,
  measuredCsv,
  type Beside,
  type MeasuredResult,
  type Scenario,
} from "../../sim/index.ts";
import { fileNameOf } from "../files/file-name.ts";
import { saveText } from "../files/save.ts";
import type { Told } from "./told.ts";

interface RunResultProps {
  readonly told: Told;
  readonly result: MeasuredResult;
  readonly scenario: Scenario | undefined;
}

/** What a run came to: its sums, measured beside simulated, and all of it as files. */
export function RunResult({ told, result, scenario }: RunResultProps) {
  const { messages, latencyMs, beside } = result;
  const latency =
    latencyMs === null
      ? ""
      : ` From send to delete: p50 ${formatDuration(latencyMs.p50)}, p95 ${formatDuration(latencyMs.p95)}, p99 ${formatDuration(latencyMs.p99)}.`;
  return (
    <section class="run-result" aria-labelledby="result-title">
      <h2 id="result-title">Measured beside simulated</h2>
      <p>
        {formatCount(messages.sent, "message")} sent, {formatNumber(messages.deleted)} done, {formatNumber(messages.dead)} dead-lettered.
        {latency}
      </p>
      {beside === null ? <p class="dim">It ended too soon to be compared.</p> : <BesideTable beside={beside} />}
      <p class="result-files">
        <button
          type="button"
          class="action"
          onClick={() => {
            saveText(`${nameOf(scenario)}.csv`, "text/csv", measuredCsv(told.rows));
          }}
        >
          Save rows, CSV
        </button>
        <button
          type="button"
          class="action"
          onClick={() => {
            saveText(`${nameOf(scenario)}.json`, "application/json", `${JSON.stringify({ ...told, scenario }, undefined, 1)}\n`);
          }}
        >
          Save all, JSON
        </button>
      </p>
    </section>
  );
}

function BesideTable({ beside }: { readonly beside: Beside }) {
  return (
    <>
      <p class="dim beside-what">{BESIDE_WHAT}</p>
      <div class="table-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Figure</th>
              <th scope="col" class="amount">
                Measured
              </th>
              <th scope="col" class="amount">
                Simulated
              </th>
              <th scope="col" class="amount">
                Difference
              </th>
            </tr>
          </thead>
          <tbody>
            {beside.comparisons.map((comparison) => (
              <tr key={comparison.figure}>
                <th scope="row">{comparison.figure.charAt(0).toUpperCase() + comparison.figure.slice(1)}</th>
                {besideCells(comparison).map((cell, index) => (
                  <td key={index} class="amount">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="dim beside-curves">{curvesText(beside)}</p>
      <details>
        <summary>What is left between them</summary>
        <ul>
          {besideReasons(beside).map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      </details>
    </>
  );
}

function nameOf(scenario: Scenario | undefined): string {
  return `${scenario === undefined ? "run" : fileNameOf(scenario)}-measured`;
}
