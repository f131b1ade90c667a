import { JOB_STATUSES, UNKNOWN } from "../../sim/index.ts";
import type { JobBoard } from "./job-board.ts";
import { StatusMark } from "./status-mark.tsx";
import { countText } from "./words.ts";

/** How many jobs there are of each status. */
export function JobCards({ board }: { readonly board: JobBoard }) {
  const counts = board.read.value?.counts;
  return (
    <dl class="job-cards">
      {JOB_STATUSES.map((status) => (
        <div key={status} class="job-card" data-card={status}>
          <dt>
            <StatusMark status={status} />
          </dt>
          <dd>{counts === undefined ? UNKNOWN : countText(counts[status])}</dd>
        </div>
      ))}
    </dl>
  );
}
