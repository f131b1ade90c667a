import { meanSec } from "../kernel/distributions.ts";
import type { Fault } from "./faults.ts";
import { dotted, memberOf, type Path } from "./fields.ts";
import type { DurationSpec, Scenario } from "./schema.ts";

/** Rules between the fields of traffic, work, front door and downstream. */

/** What the rules read: a field's value, defaults filled in, undefined when it is faulty by itself. */
export interface FieldValues {
  value(path: Path): unknown;
  number(path: Path): number | undefined;
}

/** Where the document has lengths of time that vary. */
export function durationPaths(document: unknown): Path[] {
  const classes = lengthOf(memberOf(memberOf(document, "work"), "classes"));
  return [
    ["work", "serviceTime"],
    ...Array.from({ length: classes }, (_, index): Path => ["work", "classes", index, "serviceTime"]),
    ["producer", "apiTime"],
    ["producer", "topicTime"],
    ["frontDoor", "serviceTime"],
    ["downstream", "latency"],
    ...trafficPaths(document).map((path): Path => [...path, "thinkTime"]),
  ];
}

/** Where the document has traffic of a single source. */
export function trafficPaths(document: unknown): Path[] {
  const sources = lengthOf(memberOf(memberOf(document, "traffic"), "sources"));
  return [
    ["traffic"],
    ...Array.from({ length: sources }, (_, index): Path => ["traffic", "sources", index, "traffic"]),
    ["frontDoor", "traffic"],
  ];
}

export function workloadFaults(fields: FieldValues, document: unknown): Fault[] {
  return [
    ...durationPaths(document).flatMap((path) => histogramFaults(fields, path)),
    ...trafficPaths(document).flatMap((path) => [
      ...notAscending(fields, [...path, "points"], "atSec"),
      ...notAscending(fields, [...path, "atSec"]),
      ...sizeFaults(fields, path),
    ]),
    ...classFaults(fields, document),
    ...idleWindows(fields),
    ...plainLoops(document),
  ];
}

/** Mean service time over all classes, by their shares; undefined when a distribution contradicts itself. */
export function meanServiceSec(work: Scenario["work"]): number | undefined {
  const { classes, serviceTime } = work;
  if (classes.length === 0) return saneMeanSec(serviceTime);
  let sum = 0;
  let shares = 0;
  for (const { share, serviceTime: own } of classes) {
    const mean = saneMeanSec(own ?? serviceTime);
    if (mean === undefined) return undefined;
    sum += share * mean;
    shares += share;
  }
  return shares === 0 ? undefined : sum / shares;
}

/** A 95th percentile below the median, or a histogram without edges that fit, has no mean; each is a fault of its own. */
function saneMeanSec(time: DurationSpec): number | undefined {
  if (time.kind === "lognormal" && time.p95Sec < time.medianSec) return undefined;
  const mean = time.kind === "histogram" && time.edgesSec.length !== time.weights.length + 1 ? NaN : meanSec(time);
  return Number.isNaN(mean) ? undefined : mean;
}

function histogramFaults(fields: FieldValues, path: Path): Fault[] {
  const [edges, weights] = [fields.value([...path, "edgesSec"]), fields.value([...path, "weights"])];
  if (!isNumbers(edges) || !isNumbers(weights)) return [];
  const faults = notAscending(fields, [...path, "edgesSec"]);
  if (edges.length !== weights.length + 1) {
    const problem = `has ${String(weights.length)} counts between ${String(edges.length)} edges`;
    const mend = `give ${String(edges.length - 1)} counts, or ${String(weights.length + 1)} edges`;
    faults.push({ code: "contradiction", path: dotted([...path, "weights"]), problem, mend });
  } else if (weights.every((weight) => weight === 0)) {
    const problem = "all counts are 0: no time could be drawn";
    faults.push({ code: "contradiction", path: dotted([...path, "weights"]), problem, mend: "give at least one count above 0" });
  }
  return faults;
}

/** The first number of a list (or of a member of each of its entries) that is below the one before. */
function notAscending(fields: FieldValues, path: Path, member?: string): Fault[] {
  const list = fields.value(path);
  if (!Array.isArray(list)) return [];
  const numbers: unknown[] = member === undefined ? list : list.map((entry) => memberOf(entry, member));
  const index = numbers.findIndex((number, at) => {
    const before = numbers[at - 1];
    return typeof number === "number" && typeof before === "number" && number < before;
  });
  if (index === -1) return [];
  const [value, before] = [numbers[index] as number, numbers[index - 1] as number];
  const at = member === undefined ? [...path, index] : [...path, index, member];
  const problem = `${String(value)} s comes after ${String(before)} s: the times have to ascend`;
  return [{ code: "contradiction", path: dotted(at), value, bound: { min: before }, unit: "s", problem, mend: `put them in order` }];
}

function sizeFaults(fields: FieldValues, path: Path): Fault[] {
  const [times, sizes] = [fields.value([...path, "atSec"]), fields.value([...path, "sizesBytes"])];
  if (!Array.isArray(times) || !Array.isArray(sizes) || sizes.length === 0 || sizes.length === times.length) return [];
  const problem = `has ${String(sizes.length)} sizes for ${String(times.length)} times`;
  return [{ code: "contradiction", path: dotted([...path, "sizesBytes"]), problem, mend: "give one size for each time, or none at all" }];
}

function classFaults(fields: FieldValues, document: unknown): Fault[] {
  const count = lengthOf(fields.value(["work", "classes"]));
  const indices = Array.from({ length: count }, (_, index) => index);
  const names = indices.map((index) => fields.value(["work", "classes", index, "name"]));
  const faults = indices
    .filter((index) => typeof names[index] === "string" && names.indexOf(names[index]) < index)
    .map((index): Fault => {
      const path = dotted(["work", "classes", index, "name"]);
      return {
        code: "contradiction",
        path,
        value: names[index],
        problem: "is the name of a class before it too",
        mend: "give each class a name of its own",
      };
    });
  if (count > 0 && indices.every((index) => fields.number(["work", "classes", index, "share"]) === 0)) {
    const problem = "all shares are 0: no class could be drawn";
    faults.push({ code: "contradiction", path: "work.classes", problem, mend: "give at least one class a share above 0" });
  }
  const sources = lengthOf(memberOf(memberOf(document, "traffic"), "sources"));
  for (let index = 0; index < sources; index += 1) {
    const path: Path = ["traffic", "sources", index, "messageClass"];
    const name = fields.value(path);
    if (typeof name !== "string" || names.includes(name)) continue;
    const known = names.filter((known) => typeof known === "string");
    const mend =
      known.length === 0 ? "list it in work.classes, or leave it out" : `name one of ${known.join(", ")}, or list it in work.classes`;
    faults.push({ code: "contradiction", path: dotted(path), value: name, problem: "work.classes has no class of this name", mend });
  }
  return faults;
}

/** Windows of a downstream that the scenario does not have. */
function idleWindows(fields: FieldValues): Fault[] {
  const windows = fields.value(["faults", "windows"]);
  const areIdle = Array.isArray(windows) && windows.some((window) => String(memberOf(window, "kind")).startsWith("downstream-"));
  if (!areIdle || fields.value(["downstream"]) !== null) return [];
  const problem = "the scenario has no downstream that these could befall";
  return [{ code: "contradiction", path: "faults.windows", problem, mend: "give downstream, or remove the windows" }];
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "number");
}

/** Batch loops are written without a heartbeat and without a circuit breaker: that is what is wrong with them. */
function plainLoops(document: unknown): Fault[] {
  const worker = memberOf(document, "worker");
  const isGiven = (name: string) => typeof memberOf(worker, name) === "object" && memberOf(worker, name) !== null;
  if (!isGiven("batchLoop")) return [];
  return ["heartbeat", "circuitBreaker"].filter(isGiven).map((name) => {
    const problem = "a worker of batch loops has no such thing";
    return { code: "contradiction", path: `worker.${name}`, problem, mend: "set it to null, or worker.batchLoop to null" };
  });
}
