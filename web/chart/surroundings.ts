import { useSignal, useSignalEffect, type Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { appearance } from "../state/theme.ts";
import { paletteOf, type Palette } from "./palette.ts";

/** What a chart takes from the place where it stands. */

type Place = RefObject<HTMLElement | null>;

/** The width of an element as it is now, pixels. */
export function useWidth(place: Place): Signal<number> {
  const width = useSignal(800);
  useEffect(() => {
    if (place.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) width.value = Math.round(entry.contentRect.width);
    });
    observer.observe(place.current);
    return () => {
      observer.disconnect();
    };
  }, [place, width]);
  return width;
}

/** The colours as they are there now; undefined until they are known. */
export function usePalette(place: Place): Signal<Palette | undefined> {
  const palette = useSignal<Palette | undefined>(undefined);
  useSignalEffect(() => {
    // Counted from 1: at 0 the page has no colours yet.
    if (appearance.value > 0 && place.current !== null) palette.value = paletteOf(place.current);
  });
  return palette;
}
