import { useComputed, useSignal, useSignalEffect, type ReadonlySignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { appearance } from "../state/theme.ts";
import { guttersFor, type Gutters } from "./gutters.ts";
import { paletteOf, type Palette } from "./palette.ts";

/** What the charts of one stack share: how wide they are, the room beside their plots, and their colours. */
export interface StackFrame {
  readonly width: ReadonlySignal<number>;
  readonly gutters: ReadonlySignal<Gutters>;
  /** Undefined until the page has its colours. */
  readonly palette: ReadonlySignal<Palette | undefined>;
}

/** Follows the size of a stack and the colours of the page. */
export function useStackFrame(stack: RefObject<HTMLElement | null>): StackFrame {
  const width = useSignal(800);
  const gutters = useComputed(() => guttersFor(width.value));
  const palette = useSignal<Palette | undefined>(undefined);
  useEffect(() => {
    if (stack.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) width.value = Math.round(entry.contentRect.width);
    });
    observer.observe(stack.current);
    return () => {
      observer.disconnect();
    };
  }, [stack, width]);
  useSignalEffect(() => {
    // Counted from 1: at 0 the page has no colours yet.
    if (appearance.value > 0 && stack.current !== null) palette.value = paletteOf(stack.current);
  });
  return { width, gutters, palette };
}
