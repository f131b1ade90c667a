import type { MeasuredDecision } from "../../sim/index.ts";
import { momentText } from "../chart/clock.ts";
import { ChangeMark } from "../decisions/decision-table.tsx";
import { goesOn, type Told } from "./told.ts";
import type { WindowAxis } from "./window-axis.ts";

/** What the controller decided and what befell instances, the newest first. */
export function Decisions({ told, axis }: { readonly told: Told; readonly axis: WindowAxis | undefined }) {
  const { decisions, mishaps } = told;
  const changes = decisions.filter(({ before, desired }) => before !== desired);
  const last = decisions.at(-1);
  const moment = (at: number) => (axis === undefined ? "" : momentText(axis.clock, axis.startMs + at));
  return (
    <section class="decisions" aria-labelledby="decided-title">
      <h2 id="decided-title">
        Scaling decisions <span class="count">{changes.length}</span>
      </h2>
      {last === undefined || last.before !== last.desired ? null : (
        <p class="dim">
          Newest review, {moment(last.at)}: stays at {last.desired}. {last.reason.text}
        </p>
      )}
      {changes.length === 0 ? (
        <p class="dim">{goesOn(told.run) ? "Nothing has been scaled so far." : "Nothing was scaled."}</p>
      ) : (
        <Changes changes={changes} moment={moment} />
      )}
      {mishaps.length === 0 ? null : (
        <>
          <h3>What befell instances</h3>
          <ul>
            {[...mishaps].reverse().map(({ at, text }, index) => (
              <li key={mishaps.length - index}>
                <span class="dim">{moment(at)}</span> {text}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Changes({ changes, moment }: { readonly changes: readonly MeasuredDecision[]; readonly moment: (at: number) => string }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Instances</th>
          <th scope="col">Reason</th>
          <th scope="col">Limited by</th>
        </tr>
      </thead>
      <tbody>
        {[...changes].reverse().map(({ at, before, desired, reason, limitedBy }, index) => (
          <tr key={changes.length - index}>
            <td class="time">{moment(at)}</td>
            <td class="change">
              <ChangeMark direction={desired > before ? "out" : "in"} />
              {before} → {desired}
            </td>
            <td class="reason">{reason.text}</td>
            <td class="limit">{limitedBy ?? "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
