import { useComputed, type ReadonlySignal } from "@preact/signals";
import { CHARTS, rowAt, type Drawn } from "../chart/charts.ts";

/** The newest figures, each with what the forecast says of the same second. */
export function FigureTiles({ drawn }: { readonly drawn: ReadonlySignal<Drawn | undefined> }) {
  const tiles = useComputed(() => (drawn.value === undefined ? [] : tilesOf(drawn.value)));
  return (
    <dl class="tiles">
      {tiles.value.map(({ name, label, color, value, forecast }) => (
        <div key={name} class="tile" data-tile={name}>
          <dt>
            <span class="swatch" data-series={color} />
            {label}
          </dt>
          <dd>
            <b>{value}</b>
            <span class="dim">forecast {forecast}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function tilesOf({ view, base }: Drawn) {
  return CHARTS.flatMap(({ name: chart, series }) => {
    const columns = view.charts[chart];
    const last = columns.timeMs.length - 1;
    const forecast = base?.charts[chart];
    const row = forecast === undefined ? undefined : rowAt(forecast, columns.timeMs[last] ?? 0);
    return series.map(({ column, label, color, text }) => ({
      name: column,
      label: LABELS[column] ?? label,
      color,
      value: text(columns.values[column]?.[last] ?? NaN),
      forecast: text(forecast?.values[column]?.[row ?? -1] ?? NaN),
    }));
  });
}

/** Where a chart's word needs the chart around it. */
const LABELS: Readonly<Record<string, string>> = { ageOfOldestMs: "Age of the oldest" };
