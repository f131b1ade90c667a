import { useComputed, type ReadonlySignal } from "@preact/signals";
import type { RefObject } from "preact";
import { guttersFor, type Gutters } from "./gutters.ts";
import type { Palette } from "./palette.ts";
import { usePalette, useWidth } from "./surroundings.ts";

/** What the charts of one stack share: how wide they are, the room beside their plots, and their colours. */
export interface StackFrame {
  readonly width: ReadonlySignal<number>;
  readonly gutters: ReadonlySignal<Gutters>;
  /** Undefined until the page has its colours. */
  readonly palette: ReadonlySignal<Palette | undefined>;
}

/** Follows the size of a stack and the colours of the page. */
export function useStackFrame(stack: RefObject<HTMLElement | null>): StackFrame {
  const width = useWidth(stack);
  const gutters = useComputed(() => guttersFor(width.value));
  return { width, gutters, palette: usePalette(stack) };
}
