import { Chart, Filler, LinearScale, LineController, LineElement, PointElement, type ChartDataset, type Plugin } from "chart.js";
import { spread } from "./spread.ts";
import { STILL } from "./still-options.ts";

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler);

/** One line of a chart. Charts know no domain: what a line means is up to whoever draws it. */
export interface Line {
  /** Names the line from one update to the next. */
  readonly key: string;
  /** Written at the line's right end; none when empty. */
  readonly label: string;
  readonly color: string;
  readonly width: number;
  readonly dash?: readonly number[];
  /** `after` steps up at the earlier point, `before` at the later one. */
  readonly stepped?: "before" | "after";
  /** Colour of the area down to zero, or to the line that follows in the list. */
  readonly fill?: { readonly color: string; readonly to: "zero" | "next" };
  readonly points: readonly Point[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Drawing {
  /** From the uppermost to the lowermost. */
  readonly lines: readonly Line[];
  readonly x: Axis;
  readonly y: Axis & { readonly text: (value: number) => string };
}

export interface Axis {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
}

/** What a chart takes from the page: colours and room. */
export interface Look {
  readonly text: string;
  readonly grid: string;
  readonly baseline: string;
  readonly font: string;
  /** Room left of the plot for the axis, and right of it for the labels of the lines; 0 for no labels. */
  readonly left: number;
  readonly right: number;
}

/** Draws lines over time on a canvas. Nothing moves by itself: a drawing stays until the next one replaces it. */
export class TimeChart {
  private readonly chart: Chart<"line", Point[]>;
  private readonly datasets = new Map<string, ChartDataset<"line", Point[]>>();
  private drawing: Drawing = { lines: [], x: EMPTY_AXIS, y: { ...EMPTY_AXIS, text: String } };
  private look: Look = { text: "", grid: "", baseline: "", font: "sans-serif", left: 0, right: 0 };

  constructor(canvas: HTMLCanvasElement) {
    this.chart = new Chart(canvas, {
      type: "line",
      data: { datasets: [] },
      options: {
        ...STILL,
        layout: { padding: {} },
        elements: { point: { radius: 0, hoverRadius: 0, hitRadius: 0 }, line: { borderJoinStyle: "round" } },
        scales: {
          x: {
            type: "linear",
            ticks: { display: false },
            border: { display: true },
            grid: { drawTicks: false },
            afterBuildTicks: (scale) => (scale.ticks = this.drawing.x.ticks.map((value) => ({ value }))),
            afterFit: (scale) => (scale.height = 1),
          },
          y: {
            type: "linear",
            border: { display: false },
            grid: { drawTicks: false },
            ticks: { padding: 8, callback: (value) => this.drawing.y.text(Number(value)) },
            afterBuildTicks: (scale) => (scale.ticks = this.drawing.y.ticks.map((value) => ({ value }))),
            afterFit: (scale) => (scale.width = this.look.left),
          },
        },
      },
      plugins: [endLabels(() => ({ lines: this.drawing.lines, look: this.look }))],
    });
  }

  draw(drawing: Drawing, look: Look): void {
    this.drawing = drawing;
    if (look !== this.look) this.dress(look);
    const { lines, x, y } = drawing;
    this.chart.data.datasets = lines.map((line, index) => this.dataset(line, index));
    const { scales } = this.chart.options;
    Object.assign(scales?.["x"] ?? {}, { min: x.min, max: x.max });
    Object.assign(scales?.["y"] ?? {}, { min: y.min, max: y.max });
    this.chart.update("none");
  }

  destroy(): void {
    this.chart.destroy();
  }

  private dress(look: Look): void {
    this.look = look;
    const { scales, layout } = this.chart.options;
    Object.assign(layout ?? {}, { padding: { top: 6, right: look.right, bottom: 1, left: 0 } });
    Object.assign(scales?.["x"]?.grid ?? {}, { color: look.grid });
    Object.assign(scales?.["x"]?.border ?? {}, { color: look.baseline });
    Object.assign(scales?.["y"]?.grid ?? {}, { color: look.grid });
    Object.assign(scales?.["y"]?.ticks ?? {}, { color: look.text, font: { family: look.font, size: 11 } });
  }

  /** Keeps the object from one drawing to the next, so that the chart keeps what it has built for it. */
  private dataset(line: Line, index: number): ChartDataset<"line", Point[]> {
    const dataset = this.datasets.get(line.key) ?? { data: [] };
    this.datasets.set(line.key, dataset);
    return Object.assign(dataset, {
      data: line.points as Point[],
      borderColor: line.color,
      backgroundColor: line.fill?.color ?? "transparent",
      borderWidth: line.width,
      borderDash: [...(line.dash ?? [])],
      stepped: line.stepped ?? false,
      fill: line.fill === undefined ? false : line.fill.to === "zero" ? ("origin" as const) : index + 1,
    });
  }
}

const EMPTY_AXIS: Axis = { min: 0, max: 1, ticks: [] };

const LABEL_HEIGHT = 14;

/** Writes each line's name where the line ends, apart from its neighbours. */
function endLabels(current: () => { readonly lines: readonly Line[]; readonly look: Look }): Plugin<"line"> {
  return {
    id: "endLabels",
    afterDatasetsDraw(chart) {
      const { lines, look } = current();
      const y = chart.scales["y"];
      if (look.right < 40 || y === undefined) return;
      const { top, bottom, right } = chart.chartArea;
      const labels = lines
        .filter((line) => line.label !== "" && line.points.length > 0)
        .map(({ label, color, points }) => ({ label, color, at: y.getPixelForValue(points.at(-1)?.y ?? 0) }));
      const places = spread(
        labels.map(({ at }) => at),
        LABEL_HEIGHT,
        top + 4,
        bottom - 3,
      );
      const { ctx } = chart;
      ctx.save();
      ctx.font = `11px ${look.font}`;
      ctx.textBaseline = "middle";
      labels.forEach(({ label, color }, index) => {
        ctx.fillStyle = color;
        ctx.fillText(label, right + 8, places[index] ?? 0);
      });
      ctx.restore();
    },
  };
}
