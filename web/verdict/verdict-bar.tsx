import { useComputed } from "@preact/signals";
import { useBench } from "../state/bench.ts";
import { figureLabels, tellFigures, type Told } from "./figures.ts";
import { RunState } from "./run-state.tsx";
import { StatusMark, statusOf } from "./status.tsx";

/** Longer sentences are set smaller, so that they need no more room. */
const LONG_SENTENCE = 165;

/** Does it hold? One sentence, then the figures it rests on. Its height does not change with what it says. */
export function VerdictBar() {
  const { live, workbench } = useBench();
  const status = useComputed(() => statusOf(live.verdict.value, live.estimates.value));
  const told = useComputed((): Told[] => {
    const [view, scenario] = [live.view.value, live.shown.value];
    if (view === undefined || scenario === undefined) {
      return figureLabels(workbench.scenario.value).map((figure) => ({ ...figure, value: "–", after: "", spread: "", was: "" }));
    }
    const base = live.baseView.value;
    return tellFigures({ scenario, figures: view.figures, estimates: live.estimates.value?.estimates, base: base?.figures });
  });
  const sentence = useComputed(() => {
    const text = live.verdict.value?.sentence ?? "";
    return text.slice(text.indexOf(":") + 1).trim();
  });
  // Screen readers hear the verdict when it is final, not at every step of a drag.
  const spoken = useComputed(() => (live.phase.value === "exact" && !live.busy.value ? (live.verdict.value?.sentence ?? "") : ""));
  return (
    <section class="verdict" aria-label="Verdict" data-status={status.value.kind} data-stale={live.stale.value}>
      <div class="verdict-line">
        <StatusMark status={status.value} />
        <p class="sentence" data-long={sentence.value.length > LONG_SENTENCE}>
          {capitalised(sentence.value)}
        </p>
        <RunState />
      </div>
      <dl class="figures">
        {told.value.map((figure) => (
          <Figure key={figure.name} figure={figure} />
        ))}
      </dl>
      <p class="sr-only" role="status">
        {spoken}
      </p>
    </section>
  );
}

function Figure({ figure }: { readonly figure: Told }) {
  return (
    <div class="figure" data-figure={figure.name}>
      <dt>{figure.label}</dt>
      <dd>
        <span class="figure-value">{figure.value}</span>
        {figure.after === "" ? null : <span class="figure-after"> {figure.after}</span>}
        <span class="figure-notes">
          {figure.spread === "" ? null : <span class="figure-spread">{figure.spread}</span>}
          {figure.was === "" ? null : <span class="figure-was">{figure.was}</span>}
        </span>
      </dd>
    </div>
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
