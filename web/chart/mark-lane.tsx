import { useComputed, useSignal, type ReadonlySignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { useBench } from "../state/bench.ts";
import type { Subject } from "./charts.ts";
import { momentText, type Clock } from "./clock.ts";
import { marksOf, type Mark, type MarkItem, type MarkShape } from "./marks.ts";
import type { Axis } from "./time-chart.ts";

interface MarkLaneProps {
  /** In one word, beside the lane. */
  readonly title: string;
  /** For screen readers: "Scaling decisions". */
  readonly label: string;
  readonly items: ReadonlySignal<readonly MarkItem[]>;
  readonly subject: ReadonlySignal<Subject | undefined>;
  readonly x: ReadonlySignal<(Axis & { readonly widthPx: number }) | undefined>;
}

/** Marks closer than this are one. */
const APART_PX = 11;
/** Items of one mark that its note lists. */
const MOST_LISTED = 4;

/** A thin lane below the instances: marks at their times, a note on each, and the reason on demand. */
export function MarkLane({ title, label, items, subject, x }: MarkLaneProps) {
  const { crosshairMs, why } = useBench();
  const chosen = useSignal(0);
  const shown = useSignal<number | undefined>(undefined);
  const lane = useRef<HTMLDivElement>(null);
  const marks = useComputed(() => {
    const axis = x.value;
    if (axis === undefined) return [];
    const inSight = items.value.filter(({ at }) => at >= axis.min && at <= axis.max);
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
    <div class="lane" role="group" aria-label={`${label}; arrow keys move from one to the next, Enter asks why`} onKeyDown={pressed}>
      <span class="lane-title" aria-hidden="true">
        {title}
      </span>
      <div ref={lane} class="lane-marks">
        {now === undefined || axis === undefined
          ? null
          : all.map((mark, index) => (
              <button
                key={mark.atMs}
                type="button"
                class="mark"
                data-shape={mark.shape}
                style={{ "--at": (mark.atMs - axis.min) / (axis.max - axis.min) }}
                tabIndex={index === current ? 0 : -1}
                aria-label={markText(mark, now.clock)}
                onClick={() => {
                  if (mark.items[0] !== undefined) why.ask(mark.items[0].question);
                }}
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
                  <path d={SHAPES[mark.shape]} />
                </svg>
              </button>
            ))}
        {open === undefined || now === undefined || axis === undefined ? null : (
          <Note mark={open} clock={now.clock} at={(open.atMs - axis.min) / (axis.max - axis.min)} />
        )}
      </div>
    </div>
  );
}

function Note({ mark, clock, at }: { readonly mark: Mark; readonly clock: Clock; readonly at: number }) {
  const more = mark.items.length - MOST_LISTED;
  return (
    <div class="mark-note" style={{ "--at": at }}>
      {mark.items.slice(0, MOST_LISTED).map((item, index) => (
        <p key={index}>
          <b>
            {momentText(clock, item.at)} · {item.head}
          </b>
          {item.tag === "" ? null : <span class="tag">{item.tag}</span>}
          <br />
          {item.text}
        </p>
      ))}
      {more > 0 ? <p class="dim">and {more} more close by</p> : null}
      <p class="dim">Click for the whole chain</p>
    </div>
  );
}

/** Up, down, a circle, a bell's outline, a cross, a diamond. */
const SHAPES: Readonly<Record<MarkShape, string>> = {
  out: "M6 2 11 10H1Z",
  in: "M6 10 1 2h10Z",
  act: "M6 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 1 0 0-9Z",
  alarm: "M6 1a3.5 3.5 0 0 0-3.5 3.5V8L1 10h10L9.5 8V4.5A3.5 3.5 0 0 0 6 1Z",
  fault: "M3 1 6 4 9 1l2 2-3 3 3 3-2 2-3-3-3 3-2-2 3-3-3-3Z",
  several: "M6 0 10.5 6 6 12 1.5 6Z",
};

function markText({ items, atMs, untilMs }: Mark, clock: Clock): string {
  const [first] = items;
  if (first === undefined) return "";
  if (items.length === 1) return `${momentText(clock, atMs)}: ${spoken(first.head)}. ${first.text}`;
  const last = items.at(-1) ?? first;
  return `${momentText(clock, atMs)} to ${momentText(clock, untilMs)}: ${items.length}, the first ${spoken(first.head)}, the last ${spoken(last.head)}. ${first.text}`;
}

function spoken(head: string): string {
  return head.replace(/^(\d+) → (\d+)$/, "from $1 to $2 instances");
}
