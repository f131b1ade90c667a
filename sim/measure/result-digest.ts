import { Digest } from "../core/digest.ts";
import type { Histogram } from "./histogram.ts";
import { COLUMN_NAMES, type Result, type WorkloadHistograms } from "./result.ts";

/** Digest of everything that was measured: 16 hexadecimal digits, the same on every engine. */
export function digestOf(
  measured: Pick<Result, "columns" | "summary" | "latencyMs" | "waitMs" | "decisions" | "instances" | "refusals" | "alarms" | "workload">,
): string {
  const digest = new Digest();
  for (const name of COLUMN_NAMES) digest.addFloat64s(measured.columns[name]);
  addNumbersIn(measured.summary, digest);
  const { workload } = measured;
  for (const histogram of [measured.latencyMs, measured.waitMs, ...(workload === undefined ? [] : histogramList(workload))]) {
    for (const { from, count } of histogram.filled()) {
      digest.addNumber(from);
      digest.addNumber(count);
    }
  }
  for (const decision of measured.decisions) {
    digest.addNumber(decision.at);
    digest.addNumber(decision.before);
    digest.addNumber(decision.desired);
    digest.addString(decision.reason.code);
    digest.addString(decision.reason.text);
    digest.addString(decision.limitedBy ?? "");
  }
  for (const { number, zone, endCause, killed, stages } of measured.instances) {
    for (const value of [number, zone, killed ? 1 : 0]) digest.addNumber(value);
    digest.addString(endCause ?? "");
    for (const { stage, at } of stages) {
      digest.addString(stage);
      digest.addNumber(at);
    }
  }
  for (const { at, cause, instance } of measured.refusals) {
    digest.addNumber(at);
    digest.addNumber(instance);
    digest.addString(cause);
  }
  for (const { at, alarm, to, text } of measured.alarms) {
    digest.addNumber(at);
    digest.addString(alarm);
    digest.addString(to);
    digest.addString(text);
  }
  return digest.hex();
}

/** Adds every number of a tree of plain objects, in the order of its keys. */
function addNumbersIn(value: unknown, digest: Digest): void {
  if (typeof value === "number") digest.addNumber(value);
  else if (typeof value === "string") digest.addString(value);
  else if (typeof value === "boolean") digest.addNumber(value ? 1 : 0);
  else if (typeof value === "object" && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      digest.addString(key);
      addNumbersIn(part, digest);
    }
  }
}

/** All of a workload's histograms, in one fixed order. */
function histogramList(histograms: WorkloadHistograms): Histogram[] {
  const { classLatencyMs, responseMs, acceptMs, clientLatencyMs, frontDoorLatencyMs, frontDoorWaitMs } = histograms;
  const single = [acceptMs, clientLatencyMs, frontDoorLatencyMs, frontDoorWaitMs].filter((histogram) => histogram !== undefined);
  return [...classLatencyMs, ...responseMs, ...single];
}
