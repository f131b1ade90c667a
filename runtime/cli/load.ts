import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { formatFault, readScenario, TrafficPlan, type Scenario, type ScenarioInput } from "../../sim/index.ts";
import { QueueSender } from "../aws/queue-sender.ts";
import { REAL_CLOCK } from "../clock.ts";
import { ApiTarget } from "../local/load/api-target.ts";
import { jsonBodies, templateBodies, type Bodies } from "../local/load/body.ts";
import { LoadGenerator } from "../local/load/generator.ts";
import { QueueTarget } from "../local/load/queue-target.ts";
import { capacities, ordersReportText, type ProfileReport } from "../local/load/orders-report.ts";
import { LOAD_PROFILES, type LoadProfile, type LoadProfileName } from "../local/load/profiles.ts";
import { loadReport, loadReportText, type LoadReport } from "../local/load/report.ts";
import { Tally } from "../local/load/tally.ts";
import type { LoadTarget } from "../local/load/target.ts";
import { queueNameOf } from "../metrics/queue-depth.ts";
import { operatorAws } from "./fleet-settings.ts";
import { readInput } from "./input.ts";
import { Interruption } from "./interruption.ts";
import { writeOut } from "./output.ts";
import { EXIT, Problem, systemProblem } from "./problem.ts";

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
  readonly profile: LoadProfileName | undefined;
  readonly json: boolean;
}

/** `headroom load`: sends real load, and reports what became of it; when interrupted, of what was sent until then. */
export async function loadCommand(request: LoadRequest): Promise<void> {
  const interruption = new Interruption("Stopped.");
  if (request.profile !== undefined) {
    await profileCommand(request, LOAD_PROFILES[request.profile], interruption);
    return;
  }
  const scenario = await scenarioOf(request, interruption.signal);
  const run = newRun();
  const { target, name } = targetOf(request, bodiesOf(request, run), run);
  const report = await sendLoad({ scenario, target, name, run, seed: request.seed, forSec: request.forSec, signal: interruption.signal });
  interruption.release();
  await writeOut([request.json ? asJson(report) : loadReportText(report)]);
  objectToNothing([report]);
}

/** Runs profiles one after the other, and reports on all of them together. */
async function profileCommand(request: LoadRequest, profiles: readonly LoadProfile[], interruption: Interruption): Promise<void> {
  const { apiUrl, queueUrl, scenarioPath, ratePerSec, users, bodyPath, seed, forSec } = request;
  if (apiUrl === undefined) throw new Problem("A profile loads an API: give its address with --api, such as http://127.0.0.1:8000.");
  if ([queueUrl, scenarioPath, ratePerSec, users, bodyPath].some((given) => given !== undefined))
    throw new Problem("--profile brings its traffic and its bodies: leave --queue-url, --scenario, --rate, --users and --body out.");
  const reports: ProfileReport[] = [];
  for (const profile of profiles) {
    if (interruption.signal.aborted) break;
    const run = newRun();
    const name = `${addressed(apiUrl).replace(/\/+$/, "")}${profile.path}`;
    const target = new ApiTarget({ url: name, bodies: templateBodies(run, profile.body), headers: headersOf(request.headers) });
    const { signal } = interruption;
    const report = await sendLoad({
      scenario: profileScenario(profile),
      target,
      name,
      run,
      seed,
      forSec: forSec ?? profile.durationSec,
      signal,
    });
    reports.push({ profile, report });
  }
  interruption.release();
  await writeOut([
    request.json
      ? asJson({
          reports: reports.map(({ profile, report }) => ({ profile: profile.id, ...report })),
          capacities: capacities(PAYMENT_TIME_SEC),
        })
      : ordersReportText(reports, PAYMENT_TIME_SEC),
  ]);
  objectToNothing(reports.map(({ report }) => report));
}

/** A load of which nothing arrives is none: whoever measures with it is told by the exit code. */
function objectToNothing(reports: readonly LoadReport[]): void {
  const lost = reports.find(({ sent, taken }) => sent > 0 && taken === 0);
  if (lost !== undefined) throw new Problem(`Nothing that was sent to ${lost.target} was taken.`, { exitCode: EXIT.checkFailed });
}

function profileScenario({ users, spawnPerSec, thinkTime }: LoadProfile): Scenario {
  return trafficScenario({ kind: "users", users, spawnPerSec, thinkTime: { kind: "uniform", ...thinkTime } }, SHORTEST_RUN_SEC);
}

interface Sending {
  readonly scenario: Scenario;
  readonly target: LoadTarget;
  readonly name: string;
  readonly run: string;
  readonly seed: number;
  /** Undefined for the scenario's run. */
  readonly forSec: number | undefined;
  readonly signal: AbortSignal;
}

async function sendLoad({ scenario, target, name, run, seed, forSec = scenario.run.durationSec, signal }: Sending): Promise<LoadReport> {
  const tally = new Tally();
  const generator = new LoadGenerator({ plan: new TrafficPlan(scenario, seed, forSec * 1000), target, clock: REAL_CLOCK, tally });
  const startedAt = REAL_CLOCK.now();
  let sendingMs = forSec * 1000;
  signal.addEventListener("abort", () => (sendingMs = Math.min(sendingMs, REAL_CLOCK.now() - startedAt)), { once: true });
  process.stderr.write(`Sending to ${name} for ${forSec} s, run ${run} (Ctrl-C stops it and reports)\n`);
  await generator.run(signal);
  target.close();
  return loadReport(tally, name, sendingMs);
}

function newRun(): string {
  return randomBytes(4).toString("hex");
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
  return trafficScenario(traffic, Math.max(SHORTEST_RUN_SEC, Math.ceil(forSec)));
}

function trafficScenario(traffic: ScenarioInput["traffic"], durationSec: number): Scenario {
  // The rules for runs ask that a fleet keeps up with the traffic; here nobody simulates one.
  const idle = { fleet: { max: 10_000 }, worker: { slots: 1000 }, run: { durationSec } };
  const read = readScenario({ version: 1, name: "Load", ...idle, traffic });
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

/** Of a scenario. */
const SHORTEST_RUN_SEC = 60;

/** What a payment takes unless the API is set to something else. */
const PAYMENT_TIME_SEC = 3;

function asJson(report: unknown): string {
  return `${JSON.stringify(report, unknownAsNull, 2)}\n`;
}

function unknownAsNull(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? null : value;
}
