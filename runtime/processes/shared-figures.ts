import { AggregatorRegistry, type Registry } from "prom-client";
import type { Counts, Figures } from "./words.ts";

/**
 * The figures of a machine whose work several processes do: the sum of theirs. What a process has counted stays in the sum
 * when it ends, so that counts never fall; of one that was killed, what it had counted when it was last asked. Gauges are
 * those of the processes that are there; each says by its `aggregator` what several of it make.
 */
export class SharedFigures<Key> {
  /** As each was last heard. */
  private readonly latest = new Map<Key, Figures>();
  /** Of those that have ended; several of them are one after a while. */
  private gone: readonly Pick<Figures, "metrics" | "counts">[];

  /** @param nothing The counts of a process that has counted nothing yet. */
  constructor(nothing: Counts) {
    this.gone = [{ metrics: [], counts: nothing }];
  }

  heard(member: Key, figures: Figures): void {
    this.latest.set(member, figures);
  }

  /** A process has ended: what it has counted remains. */
  ended(member: Key): void {
    const last = this.latest.get(member);
    if (last === undefined) return;
    this.latest.delete(member);
    this.gone = [...this.gone, { metrics: last.metrics.filter(({ type }) => COUNTED.has(String(type))), counts: last.counts }];
    void this.sumUpGone();
  }

  registry(): Registry {
    return AggregatorRegistry.aggregate([...this.latest.values(), ...this.gone].map(({ metrics }) => [...metrics]));
  }

  counts(): Counts {
    return sumOf([...this.latest.values(), ...this.gone].map(({ counts }) => counts));
  }

  views(): readonly unknown[] {
    return [...this.latest.values()].map(({ view }) => view);
  }

  private async sumUpGone(): Promise<void> {
    const summed = this.gone;
    const metrics = await AggregatorRegistry.aggregate(summed.map((each) => [...each.metrics])).getMetricsAsJSON();
    // Others may have ended, or have been summed up, meanwhile.
    if (this.gone[0] !== summed[0]) return;
    this.gone = [{ metrics, counts: sumOf(summed.map(({ counts }) => counts)) }, ...this.gone.slice(summed.length)];
  }
}

/** Sums by name, at every depth. */
function sumOf(all: readonly Counts[]): Counts {
  const sum: Record<string, number | Counts> = {};
  for (const counts of all) {
    for (const [name, value] of Object.entries(counts)) {
      const before = sum[name];
      if (typeof value === "number") sum[name] = (typeof before === "number" ? before : 0) + value;
      else sum[name] = sumOf([typeof before === "object" ? before : {}, value]);
    }
  }
  return sum;
}

/** As prom-client writes them in JSON. */
const COUNTED: ReadonlySet<string> = new Set(["counter", "histogram", "summary"]);
