import { useComputed, useSignal, useSignalEffect, type ReadonlySignal } from "@preact/signals";
import type { ComponentProps } from "preact";
import { useRef } from "preact/hooks";
import { useBench } from "../state/bench.ts";
import { ChartPanel } from "./chart-panel.tsx";
import { useAskByClick } from "./ask-by-click.ts";
import { CHARTS, summaryText, timeAxis, type Subject } from "./charts.ts";
import { momentText } from "./clock.ts";
import { Crosshair } from "./crosshair.tsx";
import { MarkLane } from "./mark-lane.tsx";
import { decisionItems, eventItems } from "./marks.ts";
import { useStackFrame } from "./stack-frame.ts";
import { useSubject } from "./subject.ts";
import { TimeAxis } from "./time-axis.tsx";
import { ZoomBox } from "./zoom-box.tsx";

/** The charts on one time axis, and what was decided when. */
export function ChartStack() {
  const { live, crosshairMs } = useBench();
  const stack = useRef<HTMLDivElement>(null);
  const { width, gutters, palette } = useStackFrame(stack);
  const subject = useSubject();
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

  const { left, right } = gutters.value;
  return (
    <div ref={stack} class="stack" style={{ "--axis-left": `${left}px`, "--axis-right": `${right}px` }} data-stale={live.stale.value}>
      {CHARTS.map((chart) => (
        <RunPanel key={chart.name} {...{ chart, subject, x, gutters, palette, crosshairMs }} />
      ))}
      <MarkLane title="decisions" label="Scaling decisions" items={decisions} subject={subject} x={x} />
      {!hasEvents.value ? null : <MarkLane title="events" label="Alarms and faults" items={events} subject={subject} x={x} />}
      <TimeAxis subject={subject} x={x} />
      <ZoomBox stack={stack} x={x} gutters={gutters} />
      <Crosshair stack={stack} subject={subject} x={x} gutters={gutters} />
    </div>
  );
}

type RunPanelProps = Omit<ComponentProps<typeof ChartPanel>, "summary" | "baseLabel" | "subject"> & {
  readonly subject: ReadonlySignal<Subject | undefined>;
};

/** A chart of a simulated run, over that of the scenario as it was loaded. */
function RunPanel(props: RunPanelProps) {
  const { chart, subject } = props;
  const summary = useComputed(() => {
    const now = subject.value;
    return now === undefined ? "" : summaryText(chart.name, now, (atMs) => momentText(now.clock, atMs));
  });
  return <ChartPanel {...props} summary={summary} baseLabel="as loaded" />;
}
