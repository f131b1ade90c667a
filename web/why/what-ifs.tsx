import { formatDuration, formatUsd } from "../../sim/index.ts";
import { useBench } from "../state/bench.ts";
import type { Answer } from "./asked.ts";
import type { Trial, Trials } from "./trials.ts";

/** So many of the changes that help are said to help most. */
const MOST_TOLD = 2;
/** A change that takes less than this share off the measured figure does not help. */
const LEAST_HELP = 0.05;

/** The next questions: each change with what it would do to this run, one click from being made. */
export function WhatIfs({ trials, answer }: { readonly trials: Trials; readonly answer: Answer }) {
  const { live, workbench } = useBench();
  const { objective } = answer.scenario;
  const { figures } = answer.view;
  const [questions, tried, share, longMs] = [trials.questions.value, trials.tried.value, trials.progress.value, trials.wouldTakeMs.value];
  if (questions.length === 0) return null;
  // What was tried is about the answer's scenario; another one has questions of its own.
  const isOld = live.shown.value !== answer.scenario;
  const undo = workbench.history.canUndo.value;
  return (
    <section class="what-ifs" aria-labelledby="what-ifs-title">
      <h3 id="what-ifs-title">What would have helped?</h3>
      <p class="dim">
        p{objective.percentile} {objective.measure} was {formatDuration(figures.measuredMs)}, at {formatUsd(figures.costPerMonthUsd)} a
        month. One run each, with the same traffic and luck.
      </p>
      {share === undefined ? null : (
        <p class="trying" role="status">
          Trying {questions.length} changes
          <progress max={1} value={share} aria-label="Trying changes" />
          <button
            type="button"
            class="quiet"
            onClick={() => {
              trials.stop();
            }}
          >
            Stop
          </button>
        </p>
      )}
      {tried.length === 0 && share === undefined ? (
        <button type="button" class="quiet" onClick={() => void trials.run()}>
          Try them{longMs === undefined ? "" : `, about ${formatDuration(longMs)}`}
        </button>
      ) : null}
      {isOld && undo ? (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            workbench.undo();
          }}
        >
          Undo the change
        </button>
      ) : null}
      <ul>
        {tried.length === 0
          ? questions.map(({ id, question, edits }) => (
              <li key={id}>
                <button
                  type="button"
                  class="what-if"
                  disabled={isOld}
                  onClick={() => {
                    workbench.change(edits);
                  }}
                >
                  {question}
                </button>
              </li>
            ))
          : tried.map((trial, index) => <TrialView key={trial.whatIf.id} trial={trial} answer={answer} place={index} disabled={isOld} />)}
      </ul>
    </section>
  );
}

interface TrialProps {
  readonly trial: Trial;
  readonly answer: Answer;
  /** Among the others, the most helpful first. */
  readonly place: number;
  readonly disabled: boolean;
}

function TrialView({ trial, answer, place, disabled }: TrialProps) {
  const { workbench } = useBench();
  const { whatIf, figures, held } = trial;
  const before = answer.view.figures;
  const share = figures.measuredMs / before.measuredMs;
  const helps = share < 1 - LEAST_HELP;
  const effect =
    Math.abs(share - 1) <= LEAST_HELP ? `${formatDuration(figures.measuredMs)}, much the same` : formatDuration(figures.measuredMs);
  return (
    <li>
      <button
        type="button"
        class="what-if"
        disabled={disabled}
        onClick={() => {
          workbench.change(whatIf.edits);
        }}
      >
        {whatIf.question}
        <span class="effect">
          <b>{effect}</b> · {formatUsd(figures.costPerMonthUsd)} / month · {held ? "holds" : "misses"}
          {helps && place < MOST_TOLD ? <span class="helps">helps most</span> : null}
        </span>
      </button>
    </li>
  );
}
