import { useSignal } from "@preact/signals";
import { formatDuration, formatUsd, type Scenario } from "../../sim/index.ts";
import type { TriedPoint } from "../worker/plan-api.ts";

interface TriedTableProps {
  readonly points: readonly TriedPoint[];
  readonly objective: Scenario["objective"];
}

/** The points of the picture as a table, the cheapest first; folded. */
export function TriedTable({ points, objective: { percentile, measure } }: TriedTableProps) {
  const open = useSignal(false);
  return (
    <>
      <button type="button" class="more" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
        <svg class="chevron" viewBox="0 0 12 12" aria-hidden="true">
          <path d="M4.5 2.5 8 6 4.5 9.5" />
        </svg>
        {open.value ? "Hide the variants" : `All ${String(points.length)} variants that were tried`}
      </button>
      {open.value ? (
        <>
          <p class="dim">Means of the runs of the search; a variant that misses in its first run is not run again.</p>
          <div class="table-scroll" role="region" aria-label="Variants that were tried" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">Settings</th>
                  <th scope="col" class="amount">
                    A month
                  </th>
                  <th scope="col" class="amount">
                    p{percentile} {measure}
                  </th>
                  <th scope="col">Holds</th>
                </tr>
              </thead>
              <tbody>
                {[...points]
                  .sort((one, other) => one.costPerMonthUsd - other.costPerMonthUsd)
                  .map(({ settings, costPerMonthUsd, measuredMs, held }, index) => (
                    <tr key={index}>
                      <th scope="row">{settings}</th>
                      <td class="amount">{formatUsd(costPerMonthUsd)}</td>
                      <td class="amount">{formatDuration(measuredMs)}</td>
                      <td>{held ? "holds" : "misses"}</td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </div>
        </>
      ) : null}
    </>
  );
}
