/** What {@link backOffMs} needs of the worker's settings. */
export interface BackOffSettings {
  readonly receiveBackOffFirstMs: number;
  readonly receiveBackOffMaxMs: number;
}

/**
 * Wait after the `failures`-th failed call in a row, whole milliseconds: the first wait doubled with each further
 * failure up to the maximum, shortened by up to half so that workers that failed together do not return together
 * ("equal jitter", AWS Architecture Blog, "Exponential Backoff And Jitter", 2015). The jitter is a fixed function of
 * the worker's seed and the count of failures: the worker draws no random numbers.
 */
export function backOffMs(settings: BackOffSettings, failures: number, jitterSeed: number): number {
  const doublings = Math.min(failures - 1, 30);
  const full = Math.min(settings.receiveBackOffMaxMs, settings.receiveBackOffFirstMs * 2 ** doublings);
  return Math.ceil(full * (1 - unitHash(jitterSeed, failures) / 2));
}

/** A number in [0, 1) that looks random in both arguments (murmur3's finaliser). */
function unitHash(seed: number, index: number): number {
  let bits = Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(index, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 0x1_0000_0000;
}
