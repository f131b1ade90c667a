import type { ComponentChildren } from "preact";
import type { Errand } from "./errand.ts";

interface ErrandRowProps {
  readonly errand: Errand;
  /** "The search", "The sweep". */
  readonly name: string;
  /** What it is at; said once to those who hear the page. */
  readonly step: string;
  /** Figures that change with every run. */
  readonly children?: ComponentChildren;
}

/** How far a piece of work is, with a way to stop it; after that, how it ended where it did not end by itself. */
export function ErrandRow({ errand, name, step, children }: ErrandRowProps) {
  const [ended, failure] = [errand.ended.value, errand.failure.value];
  if (errand.isUnderWay.value) {
    return (
      <p class="errand">
        <span role="status">{step}</span>
        {children}
        <button
          type="button"
          class="action"
          onClick={() => {
            errand.stop();
          }}
        >
          Stop
        </button>
      </p>
    );
  }
  if (failure !== undefined) {
    return (
      <p class="fault" role="alert">
        {name} broke off: {failure}
      </p>
    );
  }
  const why =
    ended === "changed" ? `${name} was stopped, because the settings changed.` : ended === "stopped" ? `${name} was stopped.` : "";
  return (
    <p class="errand" role="status">
      {why}
    </p>
  );
}
