import {
  figureOf,
  formatCount,
  formatDuration,
  formatNumber,
  formatShare,
  formatUsd,
  heldText,
  spreadText,
  sweepCsv,
} from "../../sim/index.ts";
import { fileNameOf } from "../files/file-name.ts";
import { saveText } from "../files/save.ts";
import { valueText } from "../settings/value-text.ts";
import { useBench } from "../state/bench.ts";
import { goTo } from "../state/place.ts";
import type { SweepPoint } from "../worker/plan-api.ts";
import { ErrandRow } from "./errand-row.tsx";
import { SweepForm } from "./sweep-form.tsx";
import { SweepPlots } from "./sweep-plots.tsx";
import type { Swept, SweepRun } from "./sweep-run.ts";

/** What one setting does over a range: pictures, a table and a file. */
export function SweepSection({ sweep }: { readonly sweep: SweepRun }) {
  const { errand } = sweep;
  const swept = sweep.swept.value;
  return (
    <section aria-labelledby="sweep-title">
      <h2 id="sweep-title">Sweep one setting</h2>
      <p class="dim">Runs the scenario at each of several values, all on the same random numbers: what differs, the setting does.</p>
      <SweepForm isUnderWay={errand.isUnderWay.value} start={({ setting, range }) => void sweep.start(setting, range)} />
      <ErrandRow errand={errand} name="The sweep" step={`Sweeping ${sweep.swept.value?.setting.name ?? ""}`}>
        <progress max={1} value={sweep.share.value} aria-label="Sweeping" />
        <span class="dim">{formatShare(Math.floor(sweep.share.value * 100) / 100)}</span>
      </ErrandRow>
      {swept === undefined || swept.points.length === 0 ? null : <SweptView sweep={sweep} swept={swept} />}
    </section>
  );
}

function SweptView({ sweep, swept }: { readonly sweep: SweepRun; readonly swept: Swept }) {
  const { points, setting, scenario } = swept;
  return (
    <div class="answer-of-plan" data-old={sweep.isOld.value}>
      {sweep.isOld.value ? (
        <p class="old-note" role="status">
          This is of the settings as they were before the last change. Sweep again to have it of those at hand.
        </p>
      ) : null}
      <SweepPlots swept={swept} chosen={sweep.chosen.value} choose={(value) => (sweep.chosen.value = value)} />
      <ChosenValue sweep={sweep} swept={swept} />
      <SweepTable sweep={sweep} swept={swept} />
      <p class="plan-actions">
        <button
          type="button"
          class="action"
          onClick={() => {
            const written = points.map(({ value, outcomes }) => ({ values: [value], trial: { outcomes } }));
            saveText(`${fileNameOf(scenario)}-sweep.csv`, "text/csv", [...sweepCsv([setting.field], written)].join(""));
          }}
        >
          Save every run as CSV
        </button>
      </p>
    </div>
  );
}

/** The value that was picked in a picture, and the button that sets it. */
function ChosenValue({ sweep, swept: { points, setting } }: { readonly sweep: SweepRun; readonly swept: Swept }) {
  const point = points.find(({ value }) => value === sweep.chosen.value);
  return (
    <p class="chosen-value" role="status">
      {point === undefined ? (
        <span class="dim">Click a point to use its value.</span>
      ) : (
        <>
          <span>
            {setting.name} {valueText(setting.field, point.value)}: {tell(point)}
          </span>
          <UseButton sweep={sweep} setting={setting} value={point.value} label="Use this value" />
        </>
      )}
    </p>
  );
}

interface UseButtonProps {
  readonly sweep: SweepRun;
  readonly setting: Swept["setting"];
  readonly value: number;
  readonly label: string;
}

function UseButton({ sweep, setting, value, label }: UseButtonProps) {
  const { workbench } = useBench();
  return (
    <button
      type="button"
      class="quiet"
      aria-label={`${label}: ${valueText(setting.field, value)}`}
      disabled={sweep.isOld.value}
      onClick={() => {
        workbench.change([{ path: setting.field.path, value }]);
        goTo("work");
      }}
    >
      {label}
    </button>
  );
}

function SweepTable({ sweep, swept }: { readonly sweep: SweepRun; readonly swept: Swept }) {
  const { setting, scenario, points, runs } = swept;
  const measured = `p${String(scenario.objective.percentile)} ${scenario.objective.measure}`;
  const { unit, title } = setting.field;
  const cheapest = cheapestOf(points);
  return (
    <>
      <h3>{runs === 1 ? "One run at each value" : `Means of ${formatCount(runs, "run")} at each value, with 95 % intervals`}</h3>
      <div class="table-scroll" role="region" aria-label="What each value gives" tabIndex={0}>
        <table class="sweep-table stacked">
          <thead>
            <tr>
              <th scope="col" class="amount">
                {title}
                {unit === undefined ? "" : `, ${unit}`}
              </th>
              {["Held in", "A month", measured, "Peak", "Dead or lost"].map((head) => (
                <th key={head} scope="col" class="amount">
                  {head}
                </th>
              ))}
              <th scope="col">
                <span class="sr-only">Use</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.value} data-chosen={point.value === sweep.chosen.value}>
                <th scope="row" class="amount" data-head={title}>
                  {formatNumber(point.value)}
                </th>
                <PointCells point={point} measured={measured} />
                <td class="words-wrap">
                  {point.outcomes.length === 0 ? null : <UseButton sweep={sweep} setting={setting} value={point.value} label="Use" />}
                  {point === cheapest ? <span class="helps">the cheapest that holds</span> : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** @param measured Names the figure of the objective. */
function PointCells({ point, measured }: { readonly point: SweepPoint; readonly measured: string }) {
  const { form } = useBench();
  if (point.outcomes.length === 0) {
    return (
      <td colSpan={5} class="dim words-wrap">
        Not allowed: {form.inTitles(point.faults.join(" "))}
      </td>
    );
  }
  return (
    <>
      {[
        { head: "Held in", text: heldText(point) },
        { head: "A month", text: spreadText(point, "costPerMonthUsd", formatUsd) },
        { head: measured, text: spreadText(point, "measuredMs", formatDuration) },
        { head: "Peak", text: spreadText(point, "peakInstances", formatNumber) },
        { head: "Dead or lost", text: formatNumber(figureOf(point, "dead").mean + figureOf(point, "expired").mean) },
      ].map(({ head, text }) => (
        <td key={head} class="amount" data-head={head}>
          {text}
        </td>
      ))}
    </>
  );
}

function tell(point: SweepPoint): string {
  if (point.outcomes.length === 0) return "not allowed";
  return `held in ${heldText(point)} runs, ${spreadText(point, "costPerMonthUsd", formatUsd)} a month, ${spreadText(point, "measuredMs", formatDuration)}`;
}

function cheapestOf(points: readonly SweepPoint[]): SweepPoint | undefined {
  const costOf = (point: SweepPoint) => figureOf(point, "costPerMonthUsd").mean;
  return points.reduce<SweepPoint | undefined>(
    (least, point) => (point.held && (least === undefined || costOf(point) < costOf(least)) ? point : least),
    undefined,
  );
}
