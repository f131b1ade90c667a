import { createReadStream, existsSync } from "node:fs";
import { basename } from "node:path";
import {
  CountsCsvReader,
  formatFault,
  gallery,
  parseScenario,
  readScenario,
  withRecordedCounts,
  type Fault,
  type ReadScenario,
  type Scenario,
} from "../../sim/index.ts";
import { Problem, systemProblem } from "./problem.ts";

/** What `headroom simulate` is asked to run. */
export interface Request {
  /** A file, or the id of a scenario of the gallery. */
  readonly scenarioPath: string;
  /** Recorded counts that take the place of the scenario's traffic. */
  readonly arrivalsPath: string | undefined;
  /** Multiplies the recorded counts; without a recording, takes the place of the scenario's `traffic.scale`. */
  readonly scale: number | undefined;
}

export interface Input {
  readonly scenario: Scenario;
  /** What was done to the input: gaps filled. One sentence each, with the file in front. */
  readonly notices: readonly string[];
}

/** Reads the scenario and the recording, and puts them together. All faults of a file are told at once. */
export async function readInput({ scenarioPath, arrivalsPath, scale }: Request, signal: AbortSignal): Promise<Input> {
  const scenario = await namedScenario(scenarioPath, signal);
  if (arrivalsPath === undefined) {
    if (scale === undefined) return { scenario, notices: [] };
    const scaled = readScenario({ ...scenario, traffic: { ...scenario.traffic, scale } });
    return { scenario: accepted(scaled, `${scenarioPath} with --scale ${scale}`), notices: [] };
  }
  const reader = new CountsCsvReader();
  for await (const piece of pieces(arrivalsPath, signal)) reader.push(piece);
  const read = reader.finish();
  if (!read.ok) throw faulty(arrivalsPath, read.faults);
  const name = basename(arrivalsPath).slice(0, LONGEST_NAME);
  const recorded = withRecordedCounts(scenario, read.counts, { name, ...(scale === undefined ? {} : { scale }) });
  return {
    scenario: accepted(recorded, `${scenarioPath} with --arrivals ${arrivalsPath}${scale === undefined ? "" : ` --scale ${scale}`}`),
    notices: read.notices.map((notice) => `${arrivalsPath}: ${notice}`),
  };
}

/** A recording's name in a scenario, characters. */
const LONGEST_NAME = 200;
/** A scenario of a million recorded counts is about 10 MB. */
const LARGEST_SCENARIO_MB = 64;

async function namedScenario(name: string, signal: AbortSignal): Promise<Scenario> {
  const ready = gallery.find(({ id }) => id === name);
  if (ready !== undefined) return ready.scenario;
  if (/^[\w-]+$/.test(name) && !existsSync(name))
    throw new Problem(`${name}: there is no such file, and no scenario of the gallery has that id; docs/gallery.md lists them.`);
  return accepted(parseScenario(await readText(name, signal)), name);
}

function accepted(read: ReadScenario, source: string): Scenario {
  if (!read.ok) throw faulty(source, read.faults);
  return read.scenario;
}

function faulty(source: string, faults: readonly Fault[]): Problem {
  return new Problem([`${source} cannot be used:`, ...faults.map((fault) => `  ${formatFault(fault)}`)].join("\n"));
}

async function readText(path: string, signal: AbortSignal): Promise<string> {
  let text = "";
  for await (const piece of pieces(path, signal)) {
    text += piece;
    if (text.length > LARGEST_SCENARIO_MB * 1e6) {
      const advice = "a scenario of a million recorded counts has about 10; check the file, or give the counts as CSV with --arrivals";
      throw new Problem(`${path}: the file is larger than ${LARGEST_SCENARIO_MB} MB; ${advice}.`);
    }
  }
  return text;
}

/** The text of a file piece by piece, decoded from UTF-8, so that its size does not matter to the memory. */
async function* pieces(path: string, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  try {
    for await (const bytes of createReadStream(path, { signal, highWaterMark: 1 << 18 }) as AsyncIterable<Uint8Array>) {
      yield decoder.decode(bytes, { stream: true });
    }
  } catch (error) {
    signal.throwIfAborted();
    throw systemProblem(error, path);
  }
  yield decoder.decode();
}
