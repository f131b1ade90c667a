import { useComputed } from "@preact/signals";
import type { FileDesk } from "../files/file-desk.ts";
import { OpenButton } from "../files/open-button.tsx";
import { wantsSetup } from "../live/intent.ts";
import { useBench } from "../state/bench.ts";
import { goTo, place } from "../state/place.ts";
import { Brand } from "./brand.tsx";
import { checkWithSimjs } from "./check.ts";
import { Menu, MenuItem } from "./menu.tsx";
import { ShareMenu } from "./share-menu.tsx";
import { ThemeButton } from "./theme-button.tsx";

/** Which scenario this is, and what can be done with it as a whole. */
export function Header({ desk }: { readonly desk: FileDesk }) {
  const bench = useBench();
  const { workbench } = bench;
  const task = desk.task.value;
  const lesson = useComputed(() => workbench.scenario.value.lesson);
  return (
    <header class="header">
      <Places />
      {place.value === "work" ? (
        <h1 class="scenario-name" title={lesson.value}>
          {workbench.scenario.value.name}
          {workbench.changed.value ? <span class="scenario-changed"> changed</span> : null}
        </h1>
      ) : (
        <span class="scenario-name" />
      )}
      {task === undefined ? null : (
        <span class="task" role="status">
          {task.label}
          <progress max={1} value={task.share} aria-label={task.label} />
          <button
            type="button"
            class="quiet"
            onClick={() => {
              desk.stopTask();
            }}
          >
            Stop
          </button>
        </span>
      )}
      {place.value === "work" ? (
        <nav class="actions" aria-label="Scenario">
          <UndoButtons />
          <RunHereButton />
          <OpenButton desk={desk} />
          <ShareMenu desk={desk} />
          <Menu label="More">
            <MenuItem
              label="Check with simjs"
              note="Runs it on a second, independent engine and compares the results to the byte"
              disabled={task !== undefined}
              run={() => void checkWithSimjs(bench, desk)}
            />
            <MenuItem
              label="Start over"
              note="Back to the banking scenario"
              run={() => {
                desk.startOver();
              }}
            />
          </Menu>
        </nav>
      ) : null}
      <ThemeButton />
    </header>
  );
}

/** The views of the page. */
function Places() {
  const { comparison } = useBench();
  const count = comparison.scenarios.value.length;
  const views = [
    { to: "start", label: "Start" },
    { to: "work", label: "Workbench" },
    { to: "plan", label: "Plan" },
    { to: "compare", label: count === 0 ? "Compare" : `Compare ${String(count)}` },
    { to: "live", label: "Live" },
  ] as const;
  return (
    <nav class="places" aria-label="Views">
      <Brand />
      {views.map(({ to, label }) => (
        <a
          key={to}
          class="place"
          href={to === "work" ? "./" : `#${to}`}
          aria-current={place.value === to ? "page" : undefined}
          onClick={(event) => {
            event.preventDefault();
            goTo(to);
          }}
        >
          {label}
        </a>
      ))}
    </nav>
  );
}

/** Leads from what is simulated to running it. */
function RunHereButton() {
  return (
    <button
      type="button"
      class="action"
      aria-label="Run it here"
      title="Run this scenario for real, on this machine"
      onClick={() => {
        wantsSetup.value = true;
        goTo("live");
      }}
    >
      Run<span class="run-tail"> it here</span>
    </button>
  );
}

function UndoButtons() {
  const { workbench } = useBench();
  const { history } = workbench;
  return (
    <>
      <button
        type="button"
        class="icon"
        aria-label="Undo"
        title="Undo (Ctrl Z)"
        disabled={!history.canUndo.value}
        onClick={() => {
          workbench.undo();
        }}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M6 3 2.5 6.5 6 10M3 6.5h6.5a3.5 3.5 0 0 1 0 7H7" />
        </svg>
      </button>
      <button
        type="button"
        class="icon"
        aria-label="Redo"
        title="Redo (Ctrl Shift Z)"
        disabled={!history.canRedo.value}
        onClick={() => {
          workbench.redo();
        }}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M10 3l3.5 3.5L10 10M13 6.5H6.5a3.5 3.5 0 0 0 0 7H9" />
        </svg>
      </button>
    </>
  );
}
