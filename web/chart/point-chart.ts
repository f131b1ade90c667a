import { Chart, LinearScale, LineController, LineElement, PointElement, type ChartDataset, type Plugin, type PointStyle } from "chart.js";
import type { Axis, Point } from "./time-chart.ts";
import { STILL } from "./still-options.ts";

Chart.register(LineController, LineElement, PointElement, LinearScale);

/** Points that look alike. */
export interface PointSet {
  /** Names the set from one drawing to the next. */
  readonly key: string;
  readonly shape: Shape;
  readonly color: string;
  /** Half the width of a point, pixels. */
  readonly radius: number;
  /** Whether a line joins them in their order. */
  readonly joined?: boolean;
  readonly points: readonly SpreadPoint[];
}

/** Told apart without their colours. */
export type Shape = "disc" | "cross" | "ring" | "square";

export interface SpreadPoint extends Point {
  /** What the point stands for in the middle; from and to on the upright axis. */
  readonly spread?: { readonly low: number; readonly high: number };
  /** Written above it. */
  readonly label?: string;
}

/** A dashed line across the whole plot, upright at an x or level at a y. */
export interface Guide {
  readonly axis: "x" | "y";
  readonly at: number;
  readonly label: string;
}

export interface PointDrawing {
  /** The last lies on top. */
  readonly sets: readonly PointSet[];
  readonly guides: readonly Guide[];
  readonly x: TextAxis;
  readonly y: TextAxis;
}

export type TextAxis = Axis & { readonly text: (value: number) => string };

/** Colours and type of what is not a point. */
export interface PointLook {
  readonly text: string;
  readonly ink: string;
  readonly grid: string;
  readonly baseline: string;
  readonly font: string;
}

/** Which point of which set. */
export interface Picked {
  readonly key: string;
  readonly index: number;
}

/** Draws points on two axes of amounts. It knows no domain: what is drawn on a scale of ratios comes as logarithms. */
export class PointChart {
  private readonly chart: Chart<"line", Point[]>;
  private drawing: PointDrawing = { sets: [], guides: [], x: EMPTY, y: EMPTY };
  private look: PointLook = { text: "", ink: "", grid: "", baseline: "", font: "sans-serif" };

  constructor(canvas: HTMLCanvasElement) {
    this.chart = new Chart(canvas, {
      type: "line",
      data: { datasets: [] },
      options: {
        ...STILL,
        clip: false,
        layout: { padding: { top: 16, right: 16, bottom: 0, left: 0 } },
        scales: {
          x: {
            type: "linear",
            ticks: { autoSkip: false, maxRotation: 0, callback: (value) => this.drawing.x.text(Number(value)) },
            grid: { drawTicks: false },
            afterBuildTicks: (scale) => (scale.ticks = this.drawing.x.ticks.map((value) => ({ value }))),
          },
          y: {
            type: "linear",
            border: { display: false },
            grid: { drawTicks: false },
            ticks: { autoSkip: false, padding: 8, callback: (value) => this.drawing.y.text(Number(value)) },
            afterBuildTicks: (scale) => (scale.ticks = this.drawing.y.ticks.map((value) => ({ value }))),
            afterFit: (scale) => (scale.width = AXIS_WIDTH),
          },
        },
      },
      plugins: [this.extras()],
    });
  }

  draw(drawing: PointDrawing, look: PointLook): void {
    this.drawing = drawing;
    this.look = look;
    this.chart.data.datasets = drawing.sets.map(datasetOf);
    for (const name of ["x", "y"] as const) {
      const scale = this.chart.options.scales?.[name] ?? {};
      const { min, max } = drawing[name];
      Object.assign(scale, { min, max });
      Object.assign(scale.grid ?? {}, { color: look.grid });
      Object.assign(scale.ticks ?? {}, { color: look.text, font: { family: look.font, size: 11 } });
      if (name === "x") Object.assign(scale.border ?? {}, { color: look.baseline });
    }
    this.chart.update("none");
  }

  /** The point nearest to a place of the canvas, pixels; undefined where none is near. */
  nearest(x: number, y: number): Picked | undefined {
    let best: Picked | undefined;
    let least = REACH_PX;
    this.drawing.sets.forEach(({ key }, set) => {
      this.chart.getDatasetMeta(set).data.forEach((element, index) => {
        const distance = Math.hypot(element.x - x, element.y - y);
        if (distance > least) return;
        least = distance;
        best = { key, index };
      });
    });
    return best;
  }

  destroy(): void {
    this.chart.destroy();
  }

  /** Guides below the points, spreads and labels above them. */
  private extras(): Plugin<"line"> {
    return {
      id: "extras",
      beforeDatasetsDraw: ({ ctx, scales, chartArea }) => {
        const { guides } = this.drawing;
        ctx.save();
        this.write(ctx);
        ctx.setLineDash([5, 3]);
        ctx.lineWidth = 1;
        ctx.strokeStyle = this.look.ink;
        for (const { axis, at, label } of guides) {
          const place = Math.round(scales[axis]?.getPixelForValue(at) ?? 0) + 0.5;
          ctx.beginPath();
          if (axis === "x") {
            ctx.moveTo(place, chartArea.top);
            ctx.lineTo(place, chartArea.bottom);
          } else {
            ctx.moveTo(chartArea.left, place);
            ctx.lineTo(chartArea.right, place);
          }
          ctx.stroke();
          const width = ctx.measureText(label).width;
          if (axis === "x") ctx.fillText(label, Math.min(place - width / 2, chartArea.right - width), chartArea.top - 8);
          else ctx.fillText(label, chartArea.right - width, place - 8);
        }
        ctx.restore();
      },
      afterDatasetsDraw: ({ ctx, scales, chartArea }) => {
        const [x, y] = [scales["x"], scales["y"]];
        if (x === undefined || y === undefined) return;
        ctx.save();
        this.write(ctx);
        for (const { color, points, radius } of this.drawing.sets) {
          ctx.strokeStyle = color;
          ctx.lineWidth = 1.5;
          for (const point of points) {
            const [left, top] = [x.getPixelForValue(point.x), y.getPixelForValue(point.y)];
            if (point.spread !== undefined) whisker(ctx, left, y.getPixelForValue(point.spread.low), y.getPixelForValue(point.spread.high));
            if (point.label === undefined) continue;
            const { width } = ctx.measureText(point.label);
            const middle = Math.min(chartArea.right - width / 2, Math.max(chartArea.left + 4 + width / 2, left));
            ctx.fillText(point.label, middle - width / 2, top - radius - 8);
          }
        }
        ctx.restore();
      },
    };
  }

  private write(ctx: CanvasRenderingContext2D): void {
    ctx.font = `11px ${this.look.font}`;
    ctx.textBaseline = "middle";
    ctx.fillStyle = this.look.ink;
  }
}

const EMPTY: TextAxis = { min: 0, max: 1, ticks: [], text: String };
/** Of the upright axis with its numbers, pixels. */
const AXIS_WIDTH = 56;
/** How far beside a point a finger may be. */
const REACH_PX = 20;

const STYLES: Readonly<Record<Shape, PointStyle>> = { disc: "circle", cross: "crossRot", ring: "circle", square: "rect" };

function datasetOf({ shape, color, radius, joined = false, points }: PointSet): ChartDataset<"line", Point[]> {
  const isOpen = shape === "ring" || shape === "square";
  return {
    data: points as Point[],
    showLine: joined,
    borderColor: color,
    borderWidth: 1.5,
    pointStyle: STYLES[shape],
    pointRadius: radius,
    pointBorderColor: color,
    pointBorderWidth: shape === "disc" ? 0 : 1.75,
    pointBackgroundColor: isOpen ? "transparent" : color,
  };
}

function whisker(ctx: CanvasRenderingContext2D, x: number, low: number, high: number): void {
  ctx.beginPath();
  ctx.moveTo(x, low);
  ctx.lineTo(x, high);
  for (const end of [low, high]) {
    ctx.moveTo(x - 3, end);
    ctx.lineTo(x + 3, end);
  }
  ctx.stroke();
}
