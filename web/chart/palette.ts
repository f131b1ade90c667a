/**
 * Colours of the charts, by what they stand for. They are defined in style/tokens.css, for light and for dark; a canvas
 * needs them resolved.
 */
const COLOR_NAMES = [
  "arrivals",
  "throughput",
  "backlog",
  "in-flight",
  "age",
  "objective",
  "in-service",
  "warming",
  "pending",
  "draining",
  "desired",
  "base",
  "held",
  "missed",
  "chosen",
  "side-0",
  "side-1",
  "side-2",
  "side-3",
  "axis",
  "grid",
  "baseline",
] as const;

export type ColorName = (typeof COLOR_NAMES)[number];
/** The colours resolved, and the family that the page's text is set in. */
export type Palette = Readonly<Record<ColorName, string>> & { readonly font: string };

/** Reads the colours as they are for `element` now. */
export function paletteOf(element: Element): Palette {
  // A custom property comes back as it was written; a colour that was applied comes back resolved.
  const probe = document.createElement("span");
  probe.hidden = true;
  element.append(probe);
  const entries = COLOR_NAMES.map((name): [ColorName, string] => {
    probe.style.color = `var(--chart-${name})`;
    return [name, getComputedStyle(probe).color];
  });
  const font = getComputedStyle(probe).fontFamily;
  probe.remove();
  return { ...(Object.fromEntries(entries) as Record<ColorName, string>), font };
}

/** The same colour, more or less see-through. */
export function withAlpha(color: string, alpha: number): string {
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(color);
  return parts === null ? color : `rgba(${String(parts[1])}, ${String(parts[2])}, ${String(parts[3])}, ${alpha})`;
}
