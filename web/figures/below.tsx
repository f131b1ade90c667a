import { Bill } from "../decisions/bill.tsx";
import { DecisionTable } from "../decisions/decision-table.tsx";
import { Latency } from "./latency.tsx";
import { Theory } from "./theory.tsx";

/** What stands below the charts: how long messages took, what was decided, what it cost, and what theory says of it. */
export default function Below() {
  return (
    <div class="below">
      <div class="column">
        <Latency />
        <DecisionTable />
      </div>
      <div class="column">
        <Bill />
        <Theory />
      </div>
    </div>
  );
}
