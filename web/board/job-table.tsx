import { useSignal } from "@preact/signals";
import type { ToldJob } from "../../sim/index.ts";
import type { JobBoard } from "./job-board.ts";
import { StatusMark } from "./status-mark.tsx";
import { countText, momentText, tookText, waitedText } from "./words.ts";

/** The jobs, the newest first. */
export function JobTable({ board }: { readonly board: JobBoard }) {
  const read = board.read.value;
  const isReading = useSignal(false);
  const older = async () => {
    isReading.value = true;
    await board.older();
    isReading.value = false;
  };
  return (
    <section id="jobs" class="jobs" aria-labelledby="jobs-title" tabIndex={-1}>
      <h2 id="jobs-title">
        Jobs, the newest first
        {read === undefined ? null : (
          <span class="count">
            {countText(read.jobs.length)} of {countText(Object.values(read.counts).reduce((sum, count) => sum + count, 0))}
          </span>
        )}
      </h2>
      {read === undefined ? (
        <p class="dim no-jobs">{board.trouble.value === undefined ? "Asking the API …" : "Nothing has been read yet."}</p>
      ) : read.jobs.length === 0 ? (
        <p class="dim no-jobs">No job has been handed in yet.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Job</th>
              <th scope="col">Status</th>
              <th scope="col">Submitted</th>
              <th scope="col" class="amount wide">
                Waited
              </th>
              <th scope="col" class="amount wide">
                Took
              </th>
              <th scope="col" class="amount wide">
                Attempts
              </th>
            </tr>
          </thead>
          <tbody>
            {read.jobs.map((job) => (
              <JobRow key={job.job_id} job={job} nowMs={read.atMs} board={board} />
            ))}
          </tbody>
        </table>
      )}
      {read?.hasOlder === true ? (
        <button type="button" class="quiet older" disabled={isReading.value} onClick={() => void older()}>
          {isReading.value ? "Reading …" : "Older jobs"}
        </button>
      ) : null}
    </section>
  );
}

interface JobRowProps {
  readonly job: ToldJob;
  readonly nowMs: number;
  readonly board: JobBoard;
}

function JobRow({ job, nowMs, board }: JobRowProps) {
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          class="ask job-name"
          onClick={() => {
            board.choose(job);
          }}
        >
          {job.name}
        </button>
        {job.error === undefined ? null : <span class="job-error">{job.error}</span>}
      </th>
      <td>
        <StatusMark status={job.status} />
      </td>
      <td class="time">
        <time dateTime={job.submitted_at}>{momentText(Date.parse(job.submitted_at), nowMs)}</time>
      </td>
      <td class="amount wide">{waitedText(job)}</td>
      <td class="amount wide">{tookText(job)}</td>
      <td class="amount wide">{countText(job.attempts)}</td>
    </tr>
  );
}
