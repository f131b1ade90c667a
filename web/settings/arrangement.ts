import { formatCount, formatDuration, formatNumber, formatUsd, type Scenario } from "../../sim/index.ts";
import { durationText } from "./duration-text.ts";
import { fieldsByPath, sectionsOf, type Field, type JsonSchema, type Section } from "./fields.ts";

/**
 * How the form arranges what the schema offers: which sections come first, which fields are so telling that they are
 * always in sight, and what a folded section says of itself. Fields that the schema gains appear by themselves.
 */

const FIRST_SECTIONS = ["objective", "traffic", "work", "queue", "worker", "fleet", "policy"];

/** In sight when their section is open; sections without one start folded. */
const TELLING = new Set([
  "objective.limitSec",
  "traffic.ratePerSec",
  "traffic.peakRatePerSec",
  "work.serviceTime",
  "worker.slots",
  "fleet.min",
  "fleet.max",
  "fleet.boot",
  "fleet.lambda",
  "policy.target",
]);

/** The form of a schema. */
export interface Form {
  /** In the order in which they are shown. */
  readonly sections: readonly Section[];
  /** A sentence of a fault as the form says it: fields by their titles, not by their paths in the file. */
  readonly inTitles: (sentence: string) => string;
  readonly fieldAt: (path: string) => Field | undefined;
}

export function formOf(schema: JsonSchema): Form {
  const sections = sectionsOf(schema).sort((a, b) => placeOf(a) - placeOf(b));
  const fields = fieldsByPath(sections);
  // Longest first, so that no path is taken for a part of another.
  const longestFirst = [...fields.values()].sort((a, b) => b.path.length - a.path.length);
  return {
    sections,
    inTitles: (sentence) => longestFirst.reduce((text, { path, title }) => text.replaceAll(path, `“${title}”`), sentence),
    fieldAt: (path) => fields.get(path),
  };
}

function placeOf({ path }: Section): number {
  return FIRST_SECTIONS.includes(path) ? FIRST_SECTIONS.indexOf(path) : FIRST_SECTIONS.length;
}

/** Fields that belong in sight; of a recording the scale, because its counts are what they are. */
export function isTelling(field: Field, kind: string | undefined): boolean {
  return TELLING.has(field.path) || (kind === "counts" && field.path === "traffic.scale");
}

export function startsOpen(section: Section): boolean {
  const fields = section.variant === undefined ? section.fields : section.variant.variants.flatMap((variant) => variant.fields);
  return fields.some((field) => TELLING.has(field.path));
}

/** One line that says what a folded section holds; empty where a line would say nothing. */
export function summaryOf(section: Section, scenario: Scenario): string {
  const { objective, traffic, work, queue, worker, fleet, policy, metrics, faults, money, run } = scenario;
  const seconds = (sec: number) => formatDuration(sec * 1000);
  switch (section.path) {
    case "objective":
      return `p${String(objective.percentile)} of ${objective.measure} ≤ ${seconds(objective.limitSec)}`;
    case "traffic":
      return trafficSummary(traffic) ?? kindTitle(section, traffic.kind);
    case "work":
      return durationText(work.serviceTime);
    case "queue":
      return `${queue.type === "fifo" ? "FIFO, " : ""}visible again after ${seconds(queue.visibilityTimeoutSec)}, ${queue.maxReceiveCount === 0 ? "no DLQ" : `DLQ after ${String(queue.maxReceiveCount)}`}`;
    case "worker":
      if (fleet.platform === "lambda") return `${String(worker.slots)} of a batch at a time`;
      return `${String(worker.slots)} slots, long poll ${seconds(worker.waitTimeSec)}`;
    case "fleet":
      return fleetSummary(fleet);
    case "policy":
      return `${kindTitle(section, policy.kind)}${"target" in policy ? `, target ${formatNumber(policy.target)}` : ""}`;
    case "metrics":
      return `every ${seconds(metrics.periodSec)}, ${seconds(metrics.lagSec)} late`;
    case "faults":
      return faults.receiveErrorProbability === 0 ? "none" : `${formatNumber(faults.receiveErrorProbability * 100)} % of receives fail`;
    case "money":
      return `${money.instancePerHourUsd === null ? "list price" : `${formatUsd(money.instancePerHourUsd)} / h`}, us-east-1`;
    case "run":
      return `${seconds(run.durationSec)}, a row each ${seconds(run.sampleEverySec)}`;
    default:
      return otherSummary((scenario as Readonly<Record<string, unknown>>)[section.path]);
  }
}

/** Of what most scenarios do not have. */
function otherSummary(value: unknown): string {
  if (value === null) return "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : String(value.length);
  return "";
}

/** "EC2 target tracking": the kind as the form calls it. */
function kindTitle({ variant }: Section, kind: string): string {
  return variant?.variants.find((candidate) => candidate.kind === kind)?.title ?? kind;
}

function fleetSummary({ min, max, platform, instanceType, task, lambda, boot }: Scenario["fleet"]): string {
  if (platform === "lambda")
    return `Lambda, up to ${formatNumber(max)} × ${formatNumber(lambda.memoryMb)} MB, batches of ${formatNumber(lambda.batchSize)}`;
  const size = min === max ? formatNumber(min) : `${formatNumber(min)}–${formatNumber(max)}`;
  if (platform === "ec2") return `${size} × ${instanceType}, boot ${durationText(boot)}`;
  return `${min === max ? formatCount(min, "task") : `${size} tasks`} of ${formatNumber(task.vcpu)} vCPU and ${formatNumber(task.memoryGb)} GB, start ${durationText(task.start)}`;
}

/** Undefined for kinds that no few figures tell. */
function trafficSummary(traffic: Scenario["traffic"]): string | undefined {
  switch (traffic.kind) {
    case "poisson":
      return `${formatNumber(traffic.ratePerSec * traffic.scale)} messages/s`;
    case "daily":
      return `${formatNumber(traffic.baseRatePerSec * traffic.scale)} to ${formatNumber(traffic.peakRatePerSec * traffic.scale)} messages/s`;
    case "counts":
      return `${traffic.name}, × ${formatNumber(traffic.scale)}`;
    default:
      return undefined;
  }
}
