import { useComputed, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { formatDuration } from "../../sim/index.ts";
import { clockOf, momentText } from "../chart/clock.ts";
import { useBench } from "../state/bench.ts";
import { Asked, type Answer } from "./asked.ts";
import { Trials } from "./trials.ts";
import { WhatIfs } from "./what-ifs.tsx";
import { headingOf, stepsOf, summaryOf, type Step } from "./words.ts";
import "./why.css";

/** Why something happened: what was known, what was decided on it, what came of that; and what would have helped. */
export default function WhyDrawer() {
  const { client, pool, live, why } = useBench();
  const asked = useMemo(() => new Asked(client), [client]);
  const trials = useMemo(() => new Trials(client, pool), [client, pool]);
  const heading = useRef<HTMLHeadingElement>(null);

  useSignalEffect(() => {
    const [question, view, scenario] = [why.question.value, live.view.value, live.shown.value];
    if (question !== undefined && view !== undefined && scenario !== undefined) void asked.ask(question, view, scenario);
  });
  useSignalEffect(() => {
    const answer = asked.answer.value;
    // The hand comes first: while a run is under way nothing is tried.
    if (live.busy.value) trials.pause();
    else if (answer !== undefined) void trials.consider(answer.scenario, answer.view.tookMs);
  });
  useEffect(
    () => () => {
      trials.stop();
    },
    [trials],
  );
  useSignalEffect(() => {
    if (why.question.value !== undefined) heading.current?.focus();
  });

  const answer = asked.answer.value;
  const title = useComputed(() =>
    asked.answer.value === undefined ? "Why" : headingOf(asked.answer.value.explanation, momentOf(asked.answer.value)),
  );
  return (
    <div
      class="why-body"
      onKeyDown={(event) => {
        if (event.key === "Escape") why.close();
      }}
    >
      <div class="why-head">
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <button
          type="button"
          class="icon"
          aria-label="Close the answer"
          onClick={() => {
            why.close();
          }}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="m4 4 8 8M12 4l-8 8" />
          </svg>
        </button>
      </div>
      {answer === undefined ? (
        <p class="dim">{asked.waiting.value ? "Once the whole run is there …" : "Looking …"}</p>
      ) : (
        <AnswerView answer={answer} trials={trials} />
      )}
    </div>
  );
}

function AnswerView({ answer, trials }: { readonly answer: Answer; readonly trials: Trials }) {
  const { live } = useBench();
  const { explanation, view } = answer;
  const moment = momentOf(answer);
  const isOld = live.view.value !== undefined && live.view.value.whole && live.view.value.digest !== view.digest;
  const summary = summaryOf(explanation);
  return (
    <>
      {isOld ? <p class="why-old">This was so before the settings were changed.</p> : null}
      {summary === "" ? null : <p class="why-summary">{summary}</p>}
      <ol class="chain">
        {stepsOf(explanation, moment).map((step, index) => (
          <StepView key={index} step={step} moment={moment} />
        ))}
      </ol>
      <WhatIfs trials={trials} answer={answer} />
    </>
  );
}

function StepView({ step, moment }: { readonly step: Step; readonly moment: (atMs: number) => string }) {
  const { crosshairMs } = useBench();
  const { at, title, lines, stages, kind } = step;
  // How long it worked is no part of its launch.
  const lengths = stages.filter(({ stage, lengthMs }) => stage !== "working" && lengthMs !== undefined && lengthMs > 0);
  return (
    <li
      class="chain-step"
      data-kind={kind}
      onPointerEnter={() => (crosshairMs.value = at)}
      onPointerLeave={() => (crosshairMs.value = undefined)}
    >
      <p class="chain-title">
        <b>{title}</b> <time class="dim">{Number.isFinite(at) ? moment(at) : ""}</time>
      </p>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {lengths.length === 0 ? null : (
        <>
          <span class="stages" aria-hidden="true">
            {lengths.map(({ stage, lengthMs }) => (
              <span key={stage} class="stage" style={{ flexGrow: lengthMs }} />
            ))}
          </span>
          <p class="dim">
            {lengths.map(({ stage, lengthMs }) => `${stage.replaceAll("-", " ")} ${formatDuration(lengthMs ?? NaN)}`).join(" · ")}
          </p>
        </>
      )}
    </li>
  );
}

function momentOf({ scenario }: Answer): (atMs: number) => string {
  const clock = clockOf(scenario);
  return (atMs) => momentText(clock, atMs);
}
