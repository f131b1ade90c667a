import { useComputed } from "@preact/signals";
import { useBench } from "../state/bench.ts";
import { valueAtPath } from "../state/path.ts";
import { numberText } from "./number-text.ts";

/** A dot on what differs from the scenario as it was loaded; for screen readers a word. */
export function ChangedDot({ path, of }: { readonly path: string; readonly of: string }) {
  const { workbench } = useBench();
  const changed = useComputed(() => workbench.isChanged(path));
  return changed.value ? <span class="changed-dot" role="img" aria-label={`${of} changed`} /> : null;
}

interface BackProps {
  /** What is compared, and told. */
  readonly path: string;
  /** What is set back; `path` itself unless it goes only together with more. */
  readonly resets?: string;
  readonly of: string;
  readonly unit?: string | undefined;
}

/** One click back to the value that was loaded; in sight only when there is something to go back from. */
export function Back({ path, resets = path, of, unit }: BackProps) {
  const { workbench } = useBench();
  const changed = useComputed(() => workbench.isChanged(path));
  const was = useComputed(() => valueAtPath(workbench.base.value, path));
  const before = useComputed(() => wasText(was.value));
  // What was not there when it was loaded has nothing to go back to.
  if (!changed.value || was.value === undefined) return null;
  const value = before.value === "" ? "as loaded" : `${before.value}${unit === undefined ? "" : ` ${unit}`}`;
  return (
    <button
      type="button"
      class="back"
      title={`Back to ${value}`}
      aria-label={`${of}: back to ${value}`}
      onClick={() => {
        workbench.reset(resets);
      }}
    >
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d="M3.2 1.8v3h3M3.4 4.7a3.6 3.6 0 1 1-.6 3.1" />
      </svg>
      {before}
    </button>
  );
}

/** The faults of one field, under it. */
export function Faults({ path, id }: { readonly path: string; readonly id?: string }) {
  const { workbench, form } = useBench();
  const faults = useComputed(() => workbench.faultsAt(path));
  return (
    <div id={id} class="faults" aria-live="polite">
      {faults.value.map((fault) => (
        <p key={fault.problem} class="fault">
          {capitalised(form.inTitles(`${fault.problem}; ${fault.mend}.`))}
        </p>
      ))}
    </div>
  );
}

function wasText(value: unknown): string {
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "string" ? value : numberText(value);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
