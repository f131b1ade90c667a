import { formatDuration, formatNumber, formatShare } from "../../sim/index.ts";
import { useBench } from "../state/bench.ts";
import type { LatencyBar } from "../worker/sim-api.ts";

const WIDTH = 480;
const HEIGHT = 120;

/** How long messages took: a histogram on a logarithmic scale, and the percentiles under it. */
export function Latency() {
  const { live } = useBench();
  const latency = live.view.value?.latency;
  const limitMs = limitOf(live.shown.value?.objective);
  if (latency === undefined || latency.count === 0) return null;
  const { bars, percentiles, count } = latency;
  return (
    <section class="latency" aria-labelledby="latency-title">
      <div class="block-head">
        <h2 id="latency-title">
          Latency <span class="count">{formatNumber(count)} messages, from send to delete</span>
        </h2>
      </div>
      <Bars bars={bars} limitMs={limitMs} />
      <table class="percentiles">
        <thead>
          <tr>
            {percentiles.map(({ percentile }) => (
              <th key={percentile} scope="col" class="amount">
                p{percentile}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            {percentiles.map(({ percentile, ms }) => (
              <td key={percentile} class="amount">
                {formatDuration(ms)}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </section>
  );
}

function limitOf(objective: { readonly measure: string; readonly limitSec: number } | undefined): number | undefined {
  return objective?.measure === "latency" ? objective.limitSec * 1000 : undefined;
}

function Bars({ bars, limitMs }: { readonly bars: readonly LatencyBar[]; readonly limitMs: number | undefined }) {
  const most = Math.max(...bars.map(({ share }) => share));
  const width = WIDTH / bars.length;
  const ticks = bars.flatMap(({ fromMs }, index) => (isRound(fromMs) ? [{ at: index * width, text: formatDuration(fromMs) }] : []));
  const peak = bars.find(({ share }) => share === most);
  const words =
    peak === undefined
      ? ""
      : `Most messages, ${formatShare(peak.share)}, took ${formatDuration(peak.fromMs)} to ${formatDuration(peak.toMs)}; the slowest up to ${formatDuration(bars.at(-1)?.toMs ?? 0)}.`;
  const limitAt = limitMs === undefined ? undefined : placeOfLimit(bars, limitMs);
  return (
    <div class="bars">
      <svg viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} preserveAspectRatio="none" role="img" aria-label={words}>
        {bars.map(({ fromMs, toMs, share }, index) => (
          <rect
            key={fromMs}
            class="bar"
            data-late={limitMs !== undefined && fromMs >= limitMs}
            x={index * width + 0.5}
            width={Math.max(0.5, width - 1)}
            y={HEIGHT - barHeight(share, most)}
            height={barHeight(share, most)}
          >
            <title>{`${formatDuration(fromMs)} to ${formatDuration(toMs)}: ${formatShare(share)}`}</title>
          </rect>
        ))}
        {limitAt === undefined ? null : <path class="bar-limit" d={`M${String(limitAt * width)} 0V${String(HEIGHT)}`} />}
      </svg>
      <div class="bar-ticks" aria-hidden="true">
        {ticks.map(({ at, text }) => (
          <span key={text} style={{ "--at": at / WIDTH }}>
            {text}
          </span>
        ))}
        {limitAt === undefined || limitMs === undefined ? null : (
          <span class="bar-limit-text" style={{ "--at": (limitAt * width) / WIDTH }}>
            limit {formatDuration(limitMs)}
          </span>
        )}
      </div>
    </div>
  );
}

/** The square root lets the few slow ones be seen beside the many quick ones. */
function barHeight(share: number, most: number): number {
  return share === 0 ? 0 : Math.max(1, Math.sqrt(share / most) * (HEIGHT - 4));
}

/** At 1, 10 and 100 ms, 1, 10 and 100 s, … */
function isRound(ms: number): boolean {
  const power = Math.log10(ms);
  return ms >= 1 && Math.abs(power - Math.round(power)) < 1e-6;
}

/** On the axis of the bars, in bars; undefined where it lies beyond them. */
function placeOfLimit(bars: readonly LatencyBar[], limitMs: number): number | undefined {
  const index = bars.findIndex(({ fromMs, toMs }) => limitMs >= fromMs && limitMs < toMs);
  const bar = bars[index];
  if (bar === undefined) return undefined;
  return index + (limitMs - bar.fromMs) / (bar.toMs - bar.fromMs);
}
