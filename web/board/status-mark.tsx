import type { JobStatus } from "../../sim/index.ts";
import { STATUS_WORDS } from "./words.ts";

/** How a job stands: a shape and a word, so that nobody needs the colour. */
export function StatusMark({ status }: { readonly status: JobStatus }) {
  return (
    <span class="job-status" data-status={status}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {SHAPES[status]}
      </svg>
      {STATUS_WORDS[status]}
    </span>
  );
}

const SHAPES = {
  SUBMITTED: <circle cx="8" cy="8" r="5" />,
  IN_PROGRESS: (
    <>
      <circle cx="8" cy="8" r="5" />
      <path class="filled" d="M8 3a5 5 0 0 1 0 10z" />
    </>
  ),
  COMPLETED: <path d="m3.5 8.5 3 3 6-7" />,
  FAILED: <path d="m4 4 8 8m0-8-8 8" />,
};
