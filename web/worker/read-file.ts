import {
  CountsCsvReader,
  formatDuration,
  formatNumber,
  parseScenario,
  readScenario,
  withRecordedCounts,
  type Fault,
  type Scenario,
} from "../../sim/index.ts";
import type { FileOutcome } from "./sim-api.ts";
import type { Watch } from "./sliced-run.ts";

/** A million rows, the most that a recording holds, take some 30 MB; beyond this a file is surely something else. */
const LARGEST_CSV_BYTES = 512e6;
/** A scenario with a recording of a million counts has less. */
const LARGEST_SCENARIO_BYTES = 32e6;

/**
 * Reads what a user dropped on the page: a scenario, if it starts like JSON, else a CSV of counts, which becomes the
 * traffic of `into`. Undefined when abandoned.
 */
export async function readFile(file: File, into: Scenario, watch: Watch): Promise<FileOutcome | undefined> {
  return (await startsLikeJson(file)) ? readScenarioFile(file) : readCountsFile(file, into, watch);
}

async function startsLikeJson(file: File): Promise<boolean> {
  const start = (await file.slice(0, 1024).text()).replace(/^\uFEFF/, "").trimStart();
  return start.startsWith("{") || (start.startsWith("[") && file.name.endsWith(".json"));
}

async function readScenarioFile(file: File): Promise<FileOutcome> {
  if (file.size > LARGEST_SCENARIO_BYTES) return tooLarge(file, LARGEST_SCENARIO_BYTES, "a scenario", "check that it is the right file");
  const text = await file.text();
  const result = resultIn(text);
  const read = result === undefined ? parseScenario(text) : readScenario(result.scenario);
  if (!read.ok) return { type: "faults", faults: read.faults };
  return { type: "scenario", scenario: read.scenario, ...(result !== undefined && { ofResult: result }) };
}

/** A result as Headroom writes it: the scenario that it is of, its seed, and its digest to compare with. */
function resultIn(text: string): { readonly scenario: unknown; readonly seed: number; readonly digest: string } | undefined {
  if (!text.includes('"digest"')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || !("scenario" in value && "seed" in value && "digest" in value)) return undefined;
  const { scenario, seed, digest } = value;
  return typeof seed === "number" && typeof digest === "string" ? { scenario, seed, digest: digest.slice(0, 16) } : undefined;
}

async function readCountsFile(file: File, into: Scenario, watch: Watch): Promise<FileOutcome | undefined> {
  if (file.size > LARGEST_CSV_BYTES)
    return tooLarge(file, LARGEST_CSV_BYTES, "a CSV of counts", "add the counts up over longer intervals, or cut the file");
  const reader = new CountsCsvReader();
  const decoder = new TextDecoder();
  const pieces = file.stream().getReader();
  let bytes = 0;
  for (;;) {
    // Each piece is waited for, so that simulations asked for meanwhile get their turn.
    const { done, value } = await pieces.read();
    if (done) break;
    if (watch.abandoned()) return undefined;
    reader.push(decoder.decode(value, { stream: true }));
    bytes += value.byteLength;
    watch.progress(bytes / file.size);
  }
  reader.push(decoder.decode());
  const read = reader.finish();
  if (!read.ok) return { type: "faults", faults: read.faults };

  const { counts, intervalSec } = read.counts;
  const loaded = withRecordedCounts(into, read.counts, { name: file.name.slice(0, 200) });
  if (!loaded.ok) return { type: "faults", faults: loaded.faults };
  const span = `${formatNumber(counts.length)} intervals of ${formatDuration(intervalSec * 1000)}, ${formatDuration(counts.length * intervalSec * 1000)} in all`;
  return { type: "counts", scenario: loaded.scenario, notices: [`${span}.`, ...read.notices] };
}

function tooLarge(file: File, mostBytes: number, what: string, mend: string): FileOutcome {
  const fault: Fault = {
    code: "too-much",
    path: "",
    value: file.size,
    bound: { max: mostBytes },
    unit: "bytes",
    problem: `the file has ${formatNumber(file.size / 1e6)} MB, and ${what} has at most ${formatNumber(mostBytes / 1e6)} MB`,
    mend,
  };
  return { type: "faults", faults: [fault] };
}
