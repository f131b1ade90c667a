import { useComputed, useSignal, type ReadonlySignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { useBench } from "../state/bench.ts";
import type { Subject } from "./charts.ts";
import { momentText, type Clock } from "./clock.ts";
import { changesOf, marksOf, type Mark } from "./marks.ts";
import type { Axis } from "./time-chart.ts";

interface DecisionLaneProps {
  readonly subject: ReadonlySignal<Subject | undefined>;
  readonly x: ReadonlySignal<(Axis & { readonly widthPx: number }) | undefined>;
}

/** Marks closer than this are one. */
const APART_PX = 11;
/** Decisions of one mark that its note lists. */
const MOST_LISTED = 4;

/** A thin lane below the instances: when the policy changed the desired capacity, and, on a mark, why. */
export function DecisionLane({ subject, x }: DecisionLaneProps) {
  const { crosshairMs } = useBench();
  const chosen = useSignal(0);
  const shown = useSignal<number | undefined>(undefined);
  const lane = useRef<HTMLDivElement>(null);
  const marks = useComputed(() => {
    const [now, axis] = [subject.value, x.value];
    if (now === undefined || axis === undefined) return [];
    const inSight = changesOf(now.view.decisions).filter(({ at }) => at >= axis.min && at <= axis.max);
    return marksOf(inSight, ((axis.max - axis.min) * APART_PX) / axis.widthPx);
  });

  const show = (index: number) => {
    chosen.value = index;
    shown.value = index;
    crosshairMs.value = marks.peek()[index]?.atMs;
  };
  const pressed = (event: KeyboardEvent) => {
    const last = marks.peek().length - 1;
    const next = { ArrowLeft: chosen.peek() - 1, ArrowRight: chosen.peek() + 1, Home: 0, End: last }[event.key];
    if (event.key === "Escape") shown.value = undefined;
    if (next === undefined) return;
    event.preventDefault();
    const index = Math.min(last, Math.max(0, next));
    lane.current?.querySelectorAll("button")[index]?.focus();
  };

  const [now, axis, all] = [subject.value, x.value, marks.value];
  const open = shown.value === undefined ? undefined : all[shown.value];
  const current = Math.min(chosen.value, all.length - 1);
  return (
    <div class="lane" role="group" aria-label="Scaling decisions; arrow keys move from one to the next" onKeyDown={pressed}>
      <span class="lane-title" aria-hidden="true">
        decisions
      </span>
      <div ref={lane} class="lane-marks">
        {now === undefined || axis === undefined
          ? null
          : all.map((mark, index) => (
              <button
                key={mark.atMs}
                type="button"
                class="mark"
                data-direction={mark.direction}
                style={{ "--at": (mark.atMs - axis.min) / (axis.max - axis.min) }}
                tabIndex={index === current ? 0 : -1}
                aria-label={markText(mark, now.clock)}
                onFocus={() => {
                  show(index);
                }}
                onBlur={() => (shown.value = undefined)}
                onPointerEnter={() => {
                  show(index);
                }}
                onPointerLeave={() => (shown.value = undefined)}
              >
                <svg viewBox="0 0 12 12" aria-hidden="true">
                  <path d={SHAPES[mark.direction]} />
                </svg>
              </button>
            ))}
        {open === undefined || now === undefined || axis === undefined ? null : (
          <div class="mark-note" style={{ "--at": (open.atMs - axis.min) / (axis.max - axis.min) }}>
            {open.decisions.slice(0, MOST_LISTED).map((decision) => (
              <p key={decision.at}>
                <b>
                  {momentText(now.clock, decision.at)} · {decision.before} → {decision.desired}
                </b>
                {decision.limitedBy === undefined ? null : <span class="tag">limited by {decision.limitedBy}</span>}
                <br />
                {decision.reason.text}
              </p>
            ))}
            {open.decisions.length > MOST_LISTED ? <p class="dim">and {open.decisions.length - MOST_LISTED} more close by</p> : null}
          </div>
        )}
      </div>
    </div>
  );
}

/** Up, down, and both ways. */
const SHAPES: Readonly<Record<Mark["direction"], string>> = {
  out: "M6 2 11 10H1Z",
  in: "M6 10 1 2h10Z",
  both: "M6 0 10.5 6 6 12 1.5 6Z",
};

function markText({ decisions, atMs, untilMs }: Mark, clock: Clock): string {
  const [first] = decisions;
  if (first === undefined) return "";
  if (decisions.length === 1) return `${momentText(clock, atMs)}: from ${first.before} to ${first.desired} instances. ${first.reason.text}`;
  const last = decisions.at(-1) ?? first;
  return `${momentText(clock, atMs)} to ${momentText(clock, untilMs)}: ${decisions.length} changes, from ${first.before} to ${last.desired} instances. ${first.reason.text}`;
}
