import { useEffect, useRef } from "preact/hooks";
import { formatDuration, UNKNOWN, type ToldJob } from "../../sim/index.ts";
import type { JobBoard } from "./job-board.ts";
import { StatusMark } from "./status-mark.tsx";
import { countText, momentText, tookText, waitedText } from "./words.ts";

/** All that is told of the chosen job; it goes on being read while it is looked at. */
export function JobDialog({ board }: { readonly board: JobBoard }) {
  const job = board.chosen.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const isChosen = job !== undefined;
  useEffect(() => {
    if (isChosen) dialog.current?.showModal();
  }, [isChosen]);
  return (
    <dialog
      ref={dialog}
      class="job-dialog"
      aria-labelledby="job-title"
      onClose={() => {
        board.choose(undefined);
      }}
    >
      {job === undefined ? null : <JobDetails job={job} nowMs={board.read.value?.atMs ?? Date.now()} />}
      <button
        type="button"
        class="primary"
        onClick={() => {
          dialog.current?.close();
        }}
      >
        Close
      </button>
    </dialog>
  );
}

function JobDetails({ job, nowMs }: { readonly job: ToldJob; readonly nowMs: number }) {
  return (
    <>
      <h2 id="job-title">{job.name}</h2>
      <dl class="job-details">
        <Detail term="Status">
          <StatusMark status={job.status} />
        </Detail>
        {job.error === undefined ? null : <Detail term="Why it failed">{job.error}</Detail>}
        <Detail term="Submitted">
          <Moment at={job.submitted_at} nowMs={nowMs} />
        </Detail>
        <Detail term="First begun">
          <Moment at={job.started_at} nowMs={nowMs} />
        </Detail>
        <Detail term="Ended">
          <Moment at={job.finished_at} nowMs={nowMs} />
        </Detail>
        <Detail term="Waited">{waitedText(job)}</Detail>
        <Detail term="Took">{tookText(job)}</Detail>
        <Detail term="Asked to take">
          {job.duration_sec === undefined ? "as the worker draws it" : formatDuration(job.duration_sec * 1000)}
        </Detail>
        <Detail term="Attempts">{countText(job.attempts)}</Detail>
        <Detail term="Id">
          <code>{job.job_id}</code>
        </Detail>
      </dl>
    </>
  );
}

function Detail({ term, children }: { readonly term: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Moment({ at, nowMs }: { readonly at: string | undefined; readonly nowMs: number }) {
  return at === undefined ? <>{UNKNOWN}</> : <time dateTime={at}>{momentText(Date.parse(at), nowMs)}</time>;
}
