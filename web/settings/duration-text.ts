import { formatDuration, type DurationSpec } from "../../sim/index.ts";

/** A length of time that varies, in few words. */
export function durationText(duration: DurationSpec): string {
  const text = (sec: number) => formatDuration(sec * 1000);
  switch (duration.kind) {
    case "constant":
      return text(duration.sec);
    case "exponential":
      return `about ${text(duration.meanSec)}`;
    case "uniform":
      return `${text(duration.minSec)} to ${text(duration.maxSec)}`;
    case "lognormal":
      return `about ${text(duration.medianSec)}`;
    default:
      return duration.kind;
  }
}
