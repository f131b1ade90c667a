import { useLayoutEffect, useRef } from "preact/hooks";
import type { Palette } from "./palette.ts";
import { PointChart, type Picked, type PointDrawing } from "./point-chart.ts";
import { usePalette, useWidth } from "./surroundings.ts";

interface PointPlotProps {
  readonly name: string;
  readonly title: string;
  /** Of the upright axis. */
  readonly unit: string;
  /** Of the level axis, with its unit. */
  readonly below: string;
  /** What the picture shows, for those who do not see it. */
  readonly words: string;
  readonly drawing: (palette: Palette, widthPx: number) => PointDrawing;
  /** Told of the point under the pointer; undefined where there is none. */
  readonly onPoint: (picked: Picked | undefined) => void;
  readonly onPick?: (picked: Picked) => void;
}

/** A picture of points with its titles. */
export function PointPlot({ name, title, unit, below, words, drawing, onPoint, onPick }: PointPlotProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const figure = useRef<HTMLElement>(null);
  const chart = useRef<PointChart | undefined>(undefined);
  // Read here, so that a change of either draws anew.
  const widthPx = useWidth(figure).value;
  const colors = usePalette(figure).value;
  useLayoutEffect(() => {
    if (canvas.current === null || colors === undefined) return;
    chart.current ??= new PointChart(canvas.current);
    const { axis: text, desired: ink, grid, baseline, font } = colors;
    chart.current.draw(drawing(colors, widthPx), { text, ink, grid, baseline, font });
  });
  useLayoutEffect(
    () => () => {
      chart.current?.destroy();
    },
    [],
  );
  const at = (event: MouseEvent) => chart.current?.nearest(event.offsetX, event.offsetY);
  const id = `plot-${name}`;
  return (
    <figure ref={figure} class="point-plot" data-chart={name} aria-labelledby={id}>
      <figcaption id={id} class="point-plot-title">
        <b>{title}</b>, {unit}
      </figcaption>
      <div class="plot">
        <canvas
          ref={canvas}
          role="img"
          aria-label={words}
          onPointerMove={(event) => {
            onPoint(at(event));
          }}
          onPointerLeave={() => {
            onPoint(undefined);
          }}
          onClick={(event) => {
            const picked = at(event);
            if (picked !== undefined) onPick?.(picked);
          }}
        />
      </div>
      <p class="point-plot-below" aria-hidden="true">
        {below}
      </p>
    </figure>
  );
}
