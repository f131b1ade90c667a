import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { FileDesk } from "../files/file-desk.ts";
import { useBench } from "../state/bench.ts";
import { nextTheme, theme } from "../state/theme.ts";
import { checkWithSimjs } from "./check.ts";

/** Which scenario this is, and what can be done with it as a whole. */
export function Header({ desk }: { readonly desk: FileDesk }) {
  const bench = useBench();
  const { workbench } = bench;
  const task = desk.task.value;
  const lesson = useComputed(() => workbench.scenario.value.lesson);
  return (
    <header class="header">
      <a class="brand" href="./" aria-label="Headroom">
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path class="brand-ceiling" d="M2 3h16" />
          <path class="brand-bars" d="M4 17v-4M8 17V9M12 17v-7M16 17v-5" />
        </svg>
        <span>Headroom</span>
      </a>
      <h1 class="scenario-name" title={lesson.value}>
        {workbench.scenario.value.name}
        {workbench.changed.value ? <span class="scenario-changed"> changed</span> : null}
      </h1>
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
      <nav class="actions" aria-label="Scenario">
        <OpenButton desk={desk} />
        <Action
          label="Save"
          title="Save the scenario as JSON"
          run={() => {
            desk.save();
          }}
        />
        <Action
          label="Check with simjs"
          title="Run the scenario on a second, independent event calendar and compare the results to the byte"
          disabled={task !== undefined}
          run={() => void checkWithSimjs(bench, desk)}
        />
        <Action
          label="Start over"
          title="Back to the banking scenario"
          run={() => {
            desk.startOver();
          }}
        />
      </nav>
      <ThemeButton />
    </header>
  );
}

interface ActionProps {
  readonly label: string;
  readonly title: string;
  readonly disabled?: boolean;
  readonly run: () => void;
}

function Action({ label, title, disabled = false, run }: ActionProps) {
  return (
    <button type="button" class="action" title={title} disabled={disabled} onClick={run}>
      {label}
    </button>
  );
}

function OpenButton({ desk }: { readonly desk: FileDesk }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Action
        label="Open file"
        title="A CSV of counts (timestamp,value) or a scenario; or drop it on the page"
        run={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.tsv,.txt,.json,text/csv,application/json"
        aria-label="File to open"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file !== undefined) void desk.open(file);
        }}
      />
    </>
  );
}

function ThemeButton() {
  const words = { system: "as the system", light: "light", dark: "dark" };
  return (
    <button
      type="button"
      class="icon theme"
      aria-label={`Colours: ${words[theme.value]}`}
      title={`Colours: ${words[theme.value]}`}
      onClick={() => (theme.value = nextTheme(theme.peek(), matchMedia("(prefers-color-scheme: dark)").matches))}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="5.5" />
        <path class="theme-half" d="M8 2.5a5.5 5.5 0 0 1 0 11z" />
      </svg>
    </button>
  );
}
