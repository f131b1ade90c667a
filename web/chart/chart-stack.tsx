import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useBench } from "../state/bench.ts";
import { appearance } from "../state/theme.ts";
import { ChartPanel } from "./chart-panel.tsx";
import { useAskByClick } from "./ask-by-click.ts";
import { CHARTS, timeAxis } from "./charts.ts";
import { Crosshair } from "./crosshair.tsx";
import { guttersFor } from "./gutters.ts";
import { MarkLane } from "./mark-lane.tsx";
import { decisionItems, eventItems } from "./marks.ts";
import { paletteOf, type Palette } from "./palette.ts";
import { useSubject } from "./subject.ts";
import { TimeAxis } from "./time-axis.tsx";
import { ZoomBox } from "./zoom-box.tsx";

/** The charts on one time axis, and what was decided when. */
export function ChartStack() {
  const { live } = useBench();
  const stack = useRef<HTMLDivElement>(null);
  const width = useSignal(800);
  const gutters = useComputed(() => guttersFor(width.value));
  const subject = useSubject();
  const palette = useSignal<Palette | undefined>(undefined);
  const x = useComputed(() => {
    const { left, right } = gutters.value;
    return subject.value === undefined ? undefined : timeAxis(subject.value, width.value - left - right);
  });

  const decisions = useComputed(() => (subject.value === undefined ? [] : decisionItems(subject.value.view)));
  const events = useComputed(() => eventItems(subject.value?.view.events ?? []));
  // A preview has others than the whole run: that the lane came and went would move the charts under the hand.
  const hasEvents = useSignal(false);
  useSignalEffect(() => {
    if (live.view.value?.whole === true) hasEvents.value = events.value.length > 0;
  });
  useAskByClick({ stack, x, gutters });

  useEffect(() => {
    if (stack.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) width.value = Math.round(entry.contentRect.width);
    });
    observer.observe(stack.current);
    return () => {
      observer.disconnect();
    };
  }, [width]);

  useSignalEffect(() => {
    // Counted from 1: at 0 the page has no colours yet.
    if (appearance.value > 0 && stack.current !== null) palette.value = paletteOf(stack.current);
  });

  const { left, right } = gutters.value;
  return (
    <div ref={stack} class="stack" style={{ "--axis-left": `${left}px`, "--axis-right": `${right}px` }} data-stale={live.stale.value}>
      {CHARTS.map((chart) => (
        <ChartPanel key={chart.name} chart={chart} subject={subject} x={x} gutters={gutters} palette={palette} />
      ))}
      <MarkLane title="decisions" label="Scaling decisions" items={decisions} subject={subject} x={x} />
      {!hasEvents.value ? null : <MarkLane title="events" label="Alarms and faults" items={events} subject={subject} x={x} />}
      <TimeAxis subject={subject} x={x} />
      <ZoomBox stack={stack} x={x} gutters={gutters} />
      <Crosshair stack={stack} subject={subject} x={x} gutters={gutters} />
    </div>
  );
}
