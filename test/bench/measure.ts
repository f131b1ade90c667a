/** Whether the run is to be a fraction of the whole. */
export const isQuick = process.argv.includes("--quick");

/**
 * Nanoseconds of processor time a unit that one call of `work` takes, which returns how many units it did. Processor time
 * of the whole process, its compiler and garbage collector included: never less than a clock on the wall would show on an
 * idle machine, and nearly the same on a busy one.
 */
export function nsPerUnit(work: () => number): number {
  const before = process.cpuUsage();
  const units = work();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / units;
}

/**
 * Runs the contestants in turn, A B C A B C …, after one round that does not count, so that a machine whose speed drifts
 * treats all alike. Returns the median of each.
 */
export function interleaved<Name extends string>(contestants: Record<Name, () => number>, rounds: number): Record<Name, number> {
  const names = Object.keys(contestants) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const sample = nsPerUnit(contestants[name]);
      if (round > 0) samples[name].push(sample);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(samples[name])])) as Record<Name, number>;
}

export function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  const middle = ascending.length >> 1;
  return ascending.length % 2 === 1
    ? (ascending[middle] as number)
    : ((ascending[middle - 1] as number) + (ascending[middle] as number)) / 2;
}
