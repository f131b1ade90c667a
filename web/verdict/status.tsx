import type { Verdict } from "../../sim/index.ts";
import type { Estimated } from "../worker/sim-api.ts";

export interface Status {
  readonly kind: "none" | "holds" | "mixed" | "misses";
  readonly word: string;
}

/** Whether the objective held: by the runs that there are, all of them counted. */
export function statusOf(verdict: Verdict | undefined, estimates: Estimated | undefined): Status {
  if (verdict === undefined) return { kind: "none", word: "Simulating" };
  if (estimates !== undefined && estimates.held > 0 && estimates.held < estimates.runs) {
    return { kind: "mixed", word: `Holds in ${String(estimates.held)} of ${String(estimates.runs)} runs` };
  }
  const held = estimates === undefined ? verdict.held : estimates.held > 0;
  const word = verdict.sentence.split(":", 1)[0] ?? "";
  if (held) return { kind: "holds", word: "Holds" };
  return { kind: "misses", word: verdict.held ? "Misses" : word };
}

/** Word, shape and colour: none of them alone. */
export function StatusMark({ status }: { readonly status: Status }) {
  return (
    <strong class="status" data-status={status.kind}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={SHAPES[status.kind]} />
      </svg>
      {status.word}
    </strong>
  );
}

/** A tick, a wave, a cross; a dot while nothing is known. */
const SHAPES: Readonly<Record<Status["kind"], string>> = {
  none: "M8 7.9v.2",
  holds: "M3.5 8.5 6.7 11.7 12.5 5",
  mixed: "M3 9c1.7-3 3.3-3 5 0s3.3 3 5 0",
  misses: "M4.2 4.2l7.6 7.6M11.8 4.2l-7.6 7.6",
};
