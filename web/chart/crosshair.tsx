import { useComputed, useSignalEffect, type ReadonlySignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useBench } from "../state/bench.ts";
import type { Subject } from "./charts.ts";
import { momentText } from "./clock.ts";
import { shareAt, type Gutters } from "./gutters.ts";
import type { Axis } from "./time-chart.ts";
import { TimeSlider } from "./time-slider.tsx";
import { zoomed } from "./zoom.ts";

interface CrosshairProps {
  readonly stack: RefObject<HTMLDivElement | null>;
  readonly subject: ReadonlySignal<Subject | undefined>;
  readonly x: ReadonlySignal<Axis | undefined>;
  readonly gutters: ReadonlySignal<Gutters>;
}

/** Share of the time axis around the crosshair in which the worst moment is looked for. */
const NEAR = 0.02;

/**
 * One line through all charts at the same time. The pointer moves it, and so do the arrow keys when the time axis has the
 * focus; what stands under it is read out above each chart.
 */
export function Crosshair({ stack, subject, x, gutters }: CrosshairProps) {
  const { crosshairMs, why, zoom } = useBench();
  const line = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = stack.current;
    if (element === null) return undefined;
    const moved = (event: PointerEvent) => {
      const axis = x.peek();
      if (axis === undefined) return;
      const share = shareAt(element, event.clientX, gutters.peek());
      crosshairMs.value = share < -0.02 || share > 1.02 ? undefined : axis.min + clamp(share) * (axis.max - axis.min);
    };
    const left = (event: PointerEvent) => {
      if (event.pointerType === "mouse") crosshairMs.value = undefined;
    };
    element.addEventListener("pointermove", moved);
    element.addEventListener("pointerdown", moved);
    element.addEventListener("pointerleave", left);
    return () => {
      element.removeEventListener("pointermove", moved);
      element.removeEventListener("pointerdown", moved);
      element.removeEventListener("pointerleave", left);
    };
  }, [stack, x, gutters, crosshairMs]);

  useSignalEffect(() => {
    const [axis, atMs] = [x.value, crosshairMs.value];
    if (line.current === null) return;
    const inSight = atMs !== undefined && axis !== undefined && atMs >= axis.min && atMs <= axis.max;
    line.current.hidden = !inSight;
    if (inSight) line.current.style.setProperty("--at", String((atMs - axis.min) / (axis.max - axis.min)));
  });

  const time = useComputed(() => {
    const [now, atMs] = [subject.value, crosshairMs.value];
    return now === undefined || atMs === undefined ? "" : momentText(now.clock, atMs);
  });
  const ask = () => {
    const [axis, atMs] = [x.peek(), crosshairMs.peek()];
    if (axis !== undefined && atMs !== undefined) why.ask({ kind: "wait", atMs, withinMs: (axis.max - axis.min) * NEAR });
  };
  const pressed = (event: KeyboardEvent, axis: Axis) => {
    const now = subject.peek();
    if (now === undefined) return;
    if (event.key === "Enter") {
      why.ask({ kind: "wait", atMs: crosshairMs.peek() ?? axis.min, withinMs: (axis.max - axis.min) * NEAR });
      event.preventDefault();
    }
    const factor = { "+": 0.5, "=": 0.5, "-": 2, "0": Infinity }[event.key];
    if (factor !== undefined) zoom.value = zoomed(now.range, crosshairMs.peek(), factor, now.scenario.run.durationSec * 1000);
  };
  return (
    <>
      <div ref={line} class="crosshair" hidden>
        <span class="crosshair-time" aria-hidden="true">
          {time}
        </span>
        <button type="button" class="crosshair-ask" tabIndex={-1} onClick={ask}>
          Why?
        </button>
      </div>
      <TimeSlider
        drawn={subject}
        x={x}
        crosshairMs={crosshairMs}
        label="Time under the crosshair; plus and minus zoom, 0 shows the whole run, Enter asks why"
        pressed={pressed}
      />
    </>
  );
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
