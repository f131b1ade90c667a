import { Brand } from "../header/brand.tsx";
import { ThemeButton } from "../header/theme-button.tsx";
import { JobCards } from "./job-cards.tsx";
import { JobDialog } from "./job-dialog.tsx";
import { JobTable } from "./job-table.tsx";
import { READ_EVERY_SEC, type JobBoard } from "./job-board.ts";
import { LimitsForm } from "./limits-form.tsx";
import { SubmitForm } from "./submit-form.tsx";
import { momentText } from "./words.ts";

/** The page: how the jobs stand, what can be done about them, and each of them. */
export function Board({ board }: { readonly board: JobBoard }) {
  return (
    <div class="board" data-state={stateOf(board)}>
      <a class="skip" href="#jobs">
        To the jobs
      </a>
      <header class="header">
        <Brand />
        <h1>Jobs</h1>
        <ReadLine board={board} />
        <ThemeButton />
      </header>
      <main id="main">
        <Trouble board={board} />
        <JobCards board={board} />
        <div class="board-columns">
          <div class="board-forms">
            <SubmitForm board={board} />
            <LimitsForm board={board} />
          </div>
          <JobTable board={board} />
        </div>
      </main>
      <JobDialog board={board} />
    </div>
  );
}

function stateOf({ read, trouble }: JobBoard): string {
  if (trouble.value !== undefined) return "silent";
  return read.value === undefined ? "asking" : "read";
}

/** How old what is shown is. */
function ReadLine({ board }: { readonly board: JobBoard }) {
  const read = board.read.value;
  return (
    <p class="read-line">
      {read === undefined ? null : (
        <>
          Read at <time dateTime={new Date(read.atMs).toISOString()}>{momentText(read.atMs, Date.now())}</time>
          <span class="read-every">, every {READ_EVERY_SEC} s</span>
        </>
      )}
    </p>
  );
}

/** Says that the API does not answer, and then that it does again. */
function Trouble({ board }: { readonly board: JobBoard }) {
  const trouble = board.trouble.value;
  const read = board.read.value;
  return (
    <div role="alert">
      {trouble === undefined ? null : (
        <p class="trouble">
          <b>{trouble}</b> {read === undefined ? null : `What is shown was read at ${momentText(read.atMs, Date.now())}. `}
          It is asked again every {READ_EVERY_SEC} s.
        </p>
      )}
    </div>
  );
}
