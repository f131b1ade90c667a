import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { formatFault, readScenario, TrafficPlan, type Scenario, type ScenarioInput } from "../../sim/index.ts";
import { QueueSender } from "../aws/queue-sender.ts";
import { REAL_CLOCK } from "../clock.ts";
import { ApiTarget } from "../local/load/api-target.ts";
import { jsonBodies, templateBodies, type Bodies } from "../local/load/body.ts";
import { LoadGenerator } from "../local/load/generator.ts";
import { QueueTarget } from "../local/load/queue-target.ts";
import { loadReport, loadReportText } from "../local/load/report.ts";
import { Tally } from "../local/load/tally.ts";
import type { LoadTarget } from "../local/load/target.ts";
import { queueNameOf } from "../metrics/queue-depth.ts";
import { operatorAws } from "./fleet-settings.ts";
import { readInput } from "./input.ts";
import { Interruption } from "./interruption.ts";
import { writeOut } from "./output.ts";
import { Problem, systemProblem } from "./problem.ts";

export interface LoadRequest {
  readonly queueUrl: string | undefined;
  readonly apiUrl: string | undefined;
  readonly scenarioPath: string | undefined;
  readonly ratePerSec: number | undefined;
  readonly users: number | undefined;
  readonly spawnPerSec: number | undefined;
  readonly thinkSec: number | undefined;
  /** Undefined for the scenario's run. */
  readonly forSec: number | undefined;
  readonly scale: number | undefined;
  readonly seed: number;
  readonly isEmulated: boolean;
  readonly bodyPath: string | undefined;
  readonly headers: readonly string[];
  readonly json: boolean;
}

/** `headroom load`: sends real load, and reports what became of it; when interrupted, of what was sent until then. */
export async function loadCommand(request: LoadRequest): Promise<void> {
  const interruption = new Interruption("Stopped.");
  const scenario = await scenarioOf(request, interruption.signal);
  const forSec = request.forSec ?? scenario.run.durationSec;
  const run = randomBytes(4).toString("hex");
  const bodies = bodiesOf(request, run);
  const { target, name } = targetOf(request, bodies, run);
  const tally = new Tally();
  const generator = new LoadGenerator({
    plan: new TrafficPlan(scenario, request.seed, forSec * 1000),
    target,
    clock: REAL_CLOCK,
    tally,
  });
  const startedAt = REAL_CLOCK.now();
  let sendingMs = forSec * 1000;
  interruption.signal.addEventListener("abort", () => (sendingMs = Math.min(sendingMs, REAL_CLOCK.now() - startedAt)));
  process.stderr.write(`Sending to ${name} for ${forSec} s, run ${run} (Ctrl-C stops it and reports)\n`);
  await generator.run(interruption.signal);
  target.close();
  interruption.release();
  const report = loadReport(tally, name, sendingMs);
  await writeOut([request.json ? `${JSON.stringify(report, unknownAsNull, 2)}\n` : loadReportText(report)]);
}

async function scenarioOf(request: LoadRequest, signal: AbortSignal): Promise<Scenario> {
  const { scenarioPath, ratePerSec, users, spawnPerSec, thinkSec, forSec, scale } = request;
  if (scenarioPath !== undefined) {
    if (ratePerSec !== undefined || users !== undefined)
      throw new Problem("--scenario brings its own traffic; leave --rate and --users out, or multiply it with --scale.");
    const { scenario } = await readInput({ scenarioPath, arrivalsPath: undefined, scale }, signal);
    return scenario;
  }
  if ((ratePerSec === undefined) === (users === undefined))
    throw new Problem("Say how much: --scenario FILE, --rate MESSAGES_PER_SECOND, or --users NUMBER.");
  if (forSec === undefined) throw new Problem("Say for how long: --for 60s.");
  const traffic: ScenarioInput["traffic"] =
    users === undefined
      ? { kind: "poisson", ratePerSec: ratePerSec ?? 0 }
      : {
          kind: "users",
          users,
          ...(spawnPerSec === undefined ? {} : { spawnPerSec }),
          ...(thinkSec === undefined ? {} : { thinkTime: { kind: "constant" as const, sec: thinkSec } }),
        };
  const read = readScenario({ version: 1, name: "Load", traffic });
  if (!read.ok) throw new Problem(["The traffic cannot be sent:", ...read.faults.map((fault) => `  ${formatFault(fault)}`)].join("\n"));
  return read.scenario;
}

function bodiesOf({ bodyPath, isEmulated }: LoadRequest, run: string): Bodies {
  if (bodyPath === undefined) return jsonBodies(run, isEmulated);
  try {
    return templateBodies(run, readFileSync(bodyPath, "utf8"));
  } catch (error) {
    if (error instanceof RangeError) throw new Problem(`${bodyPath} cannot be used: ${error.message}.`, { cause: error });
    throw systemProblem(error, bodyPath);
  }
}

function targetOf({ queueUrl, apiUrl, headers }: LoadRequest, bodies: Bodies, run: string): { target: LoadTarget; name: string } {
  if (apiUrl !== undefined && queueUrl !== undefined) throw new Problem("Load goes to one place: --queue-url or --api, not both.");
  if (apiUrl !== undefined) return { target: new ApiTarget({ url: addressed(apiUrl), bodies, headers: headersOf(headers) }), name: apiUrl };
  const { queueUrl: url, ...aws } = operatorAws(queueUrl);
  const name = queueNameOf(url);
  const sender = new QueueSender({ queueUrl: url, ...aws });
  return { target: new QueueTarget({ sender, bodies, isFifo: name.endsWith(".fifo"), run, clock: REAL_CLOCK }), name };
}

function addressed(url: string): string {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url;
  throw new Problem(`--api is ${url}, and has to be an address that begins with http:// or https://.`);
}

function headersOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) throw new Problem(`--header is ${JSON.stringify(line)}, and has to be "Name: value".`);
      return [name, value];
    }),
  );
}

function unknownAsNull(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? null : value;
}
