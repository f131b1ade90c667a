import type { ReadonlySignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { useBench } from "../state/bench.ts";
import { shareAt, type Gutters } from "./gutters.ts";
import type { Axis } from "./time-chart.ts";
import { SHORTEST_DRAG_PX } from "./zoom.ts";

interface Clicked {
  readonly stack: RefObject<HTMLDivElement | null>;
  readonly x: ReadonlySignal<Axis | undefined>;
  readonly gutters: ReadonlySignal<Gutters>;
}

/** What lies so near a click is meant by it. */
const NEAR_PX = 14;
/** While zoomed in, a double click shows the whole run: a single one waits this long for its second. */
const SECOND_CLICK_MS = 260;

/** A click on a chart asks why: of the instances what changed them there, of the others how messages came to wait. */
export function useAskByClick({ stack, x, gutters }: Clicked): void {
  const { why, zoom } = useBench();
  useEffect(() => {
    const element = stack.current;
    if (element === null) return undefined;
    let startX = 0;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const pressed = (event: PointerEvent) => (startX = event.clientX);
    const clicked = (event: MouseEvent) => {
      clearTimeout(waiting);
      const axis = x.peek();
      const isDrag = Math.abs(event.clientX - startX) >= SHORTEST_DRAG_PX;
      // A finger looks at values first; the button at the crosshair asks.
      const isFinger = event instanceof PointerEvent && event.pointerType === "touch";
      if (axis === undefined || isDrag || isFinger || !(event.target instanceof HTMLCanvasElement)) return;
      const chart = event.target.closest<HTMLElement>("[data-chart]")?.dataset["chart"];
      const spanMs = axis.max - axis.min;
      const room = gutters.peek();
      const atMs = axis.min + Math.min(1, Math.max(0, shareAt(element, event.clientX, room))) * spanMs;
      const withinMs = (spanMs * NEAR_PX) / Math.max(1, element.clientWidth - room.left - room.right);
      const ask = () => {
        why.ask({ kind: chart === "capacity" ? "capacity" : "wait", atMs, withinMs });
      };
      if (zoom.peek() === undefined) ask();
      else waiting = setTimeout(ask, SECOND_CLICK_MS);
    };
    const doubled = () => {
      clearTimeout(waiting);
    };
    element.addEventListener("pointerdown", pressed);
    element.addEventListener("click", clicked);
    element.addEventListener("dblclick", doubled);
    return () => {
      clearTimeout(waiting);
      element.removeEventListener("pointerdown", pressed);
      element.removeEventListener("click", clicked);
      element.removeEventListener("dblclick", doubled);
    };
  }, [stack, x, gutters, why, zoom]);
}
