import { useComputed, useSignal } from "@preact/signals";
import type { DecisionRecord } from "../../sim/index.ts";
import { clockOf, momentText, type Clock } from "../chart/clock.ts";
import { changesOf, questionOf } from "../chart/marks.ts";
import { useBench } from "../state/bench.ts";

/** Rows shown until more are asked for. */
const FIRST_ROWS = 50;

/** Every decision of the policy with its reason: what was changed, or, if asked for, what was considered as well. */
export function DecisionTable() {
  const { live } = useBench();
  const all = useSignal(false);
  const rows = useSignal(FIRST_ROWS);
  const decisions = useComputed(() => live.view.value?.decisions ?? []);
  const listed = useComputed(() => (all.value ? decisions.value : changesOf(decisions.value)));
  const clock = useComputed((): Clock => (live.shown.value === undefined ? { kind: "elapsed", originMs: 0 } : clockOf(live.shown.value)));
  const shown = listed.value.slice(0, rows.value);
  const more = listed.value.length - shown.length;
  return (
    <section class="decisions" aria-labelledby="decisions-title">
      <div class="block-head">
        <h2 id="decisions-title">
          Scaling decisions <span class="count">{listed.value.length}</span>
        </h2>
        <label class="check">
          <input type="checkbox" checked={all.value} onChange={(event) => (all.value = event.currentTarget.checked)} />
          also those that changed nothing
        </label>
      </div>
      {listed.value.length === 0 ? (
        <p class="dim">{live.view.value === undefined ? "No run yet." : "The policy changed nothing in this run."}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{clock.value.kind === "recording" ? "Time (UTC)" : "Time"}</th>
              <th scope="col">Instances</th>
              <th scope="col">Reason</th>
              <th scope="col">Limited by</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((decision, index) => (
              <Row key={index} decision={decision} clock={clock.value} />
            ))}
          </tbody>
        </table>
      )}
      {more > 0 ? (
        <button type="button" class="quiet" onClick={() => (rows.value += 10 * FIRST_ROWS)}>
          Show {Math.min(more, 10 * FIRST_ROWS)} more
        </button>
      ) : null}
    </section>
  );
}

function Row({ decision, clock }: { readonly decision: DecisionRecord; readonly clock: Clock }) {
  const { crosshairMs, live, why } = useBench();
  const { at, before, desired, reason, limitedBy } = decision;
  const change = desired === before ? String(desired) : `${String(before)} → ${String(desired)}`;
  const ask = () => {
    const view = live.view.peek();
    if (view !== undefined) why.ask(questionOf(view, view.decisions.indexOf(decision)));
  };
  const direction = desired > before ? "out" : desired < before ? "in" : "hold";
  return (
    <tr data-direction={direction} onPointerEnter={() => (crosshairMs.value = at)} onPointerLeave={() => (crosshairMs.value = undefined)}>
      <td class="time">{momentText(clock, at)}</td>
      <td class="change">
        <ChangeMark direction={direction} />
        <button type="button" class="ask" aria-label={`Why ${change}, ${momentText(clock, at)}`} onClick={ask}>
          {change}
        </button>
      </td>
      <td class="reason">{reason.text}</td>
      <td class="limit">{limitedBy ?? "–"}</td>
    </tr>
  );
}

export function ChangeMark({ direction }: { readonly direction: "out" | "in" | "hold" }) {
  const path = { out: "M6 2 11 10H1Z", in: "M6 10 1 2h10Z", hold: "M1 5h10v2H1z" }[direction];
  const word = { out: "out", in: "in", hold: "no change" }[direction];
  return (
    <svg class="change-mark" data-direction={direction} viewBox="0 0 12 12" role="img" aria-label={word}>
      <path d={path} />
    </svg>
  );
}
