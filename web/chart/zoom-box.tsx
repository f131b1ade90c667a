import { useSignal, type ReadonlySignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { useBench } from "../state/bench.ts";
import { shareAt, type Gutters } from "./gutters.ts";
import type { Axis } from "./time-chart.ts";
import { SHORTEST_DRAG_PX, zoomBetween } from "./zoom.ts";

interface ZoomBoxProps {
  readonly stack: RefObject<HTMLDivElement | null>;
  readonly x: ReadonlySignal<Axis | undefined>;
  readonly gutters: ReadonlySignal<Gutters>;
}

/** Dragging over the charts with a mouse zooms into what was dragged over; a double click shows the whole run again. */
export function ZoomBox({ stack, x, gutters }: ZoomBoxProps) {
  const { zoom } = useBench();
  const dragged = useSignal<{ from: number; to: number } | undefined>(undefined);

  useEffect(() => {
    const element = stack.current;
    if (element === null) return undefined;
    let startX = 0;
    const place = (clientX: number) => Math.min(1, Math.max(0, shareAt(element, clientX, gutters.peek())));
    const moved = (event: PointerEvent) => {
      if (Math.abs(event.clientX - startX) >= SHORTEST_DRAG_PX || dragged.peek() !== undefined) {
        dragged.value = { from: place(startX), to: place(event.clientX) };
      }
    };
    const ended = () => {
      window.removeEventListener("pointermove", moved);
      const [axis, box] = [x.peek(), dragged.peek()];
      dragged.value = undefined;
      if (axis === undefined || box === undefined) return;
      const at = (share: number) => axis.min + share * (axis.max - axis.min);
      zoom.value = zoomBetween(at(box.from), at(box.to), { fromMs: axis.min, toMs: axis.max }) ?? zoom.peek();
    };
    const started = (event: PointerEvent) => {
      const onPlot = event.target instanceof HTMLCanvasElement;
      if (event.pointerType !== "mouse" || event.button !== 0 || !onPlot) return;
      event.preventDefault();
      startX = event.clientX;
      window.addEventListener("pointermove", moved);
      window.addEventListener("pointerup", ended, { once: true });
    };
    const reset = () => (zoom.value = undefined);
    element.addEventListener("pointerdown", started);
    element.addEventListener("dblclick", reset);
    return () => {
      element.removeEventListener("pointerdown", started);
      element.removeEventListener("dblclick", reset);
      window.removeEventListener("pointermove", moved);
      window.removeEventListener("pointerup", ended);
    };
  }, [stack, x, gutters, zoom, dragged]);

  const box = dragged.value;
  return (
    <>
      {box === undefined ? null : (
        <div class="zoom-box" style={{ "--from": Math.min(box.from, box.to), "--to": Math.max(box.from, box.to) }} />
      )}
      {zoom.value === undefined ? null : (
        <button type="button" class="zoom-out" onClick={() => (zoom.value = undefined)}>
          Whole run
        </button>
      )}
    </>
  );
}
