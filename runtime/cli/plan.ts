import {
  changesBetween,
  formatCount,
  formatDuration,
  formatNumber,
  formatUsd,
  groundsSentence,
  heldText,
  objectiveText,
  planSentence,
  recommend,
  settingsText,
  spreadText,
  stepText,
  type ContenderId,
  type Plan,
  type Proposal,
  type RecommendProgress,
  type Scenario,
  whyNoPlan,
  type Trial,
} from "../../sim/index.ts";
import type { Interruption } from "./interruption.ts";
import { OutputFile, writeOut, writeText } from "./output.ts";
import { EXIT, Problem } from "./problem.ts";
import { RunThreads } from "./run-threads.ts";
import { StatusLine } from "./status-line.ts";
import { table, type Row } from "./table.ts";

export interface PlanRequest {
  readonly scenario: Scenario;
  /** The ways of scaling to look at; undefined for all that fit. */
  readonly ways: readonly ContenderId[] | undefined;
  readonly json: boolean;
  /** File for the scenario with the settings found. */
  readonly outPath: string | undefined;
}

/** `headroom plan`: finds the settings that hold the objective at the least cost. The exit code is 1 when nothing holds it. */
export async function planCommand({ scenario, ways, json, outPath }: PlanRequest, interruption: Interruption): Promise<number> {
  const why = whyNoPlan(scenario);
  if (why !== undefined) throw new Problem(why);
  const file = outPath === undefined ? undefined : await OutputFile.open(outPath);
  const threads = new RunThreads(interruption.signal);
  const status = new StatusLine();
  try {
    const plan = await recommend(scenario, {
      run: (variant, seed) => threads.run(variant, seed),
      ...(ways === undefined ? {} : { ways }),
      told: (progress) => status.show(progressText(progress)),
    });
    status.end();
    interruption.release();
    const best = plan.proposals[0]?.trial;
    if (best !== undefined) await file?.write([`${JSON.stringify(best.scenario, undefined, 2)}\n`]);
    if (json) await writeOut([`${JSON.stringify(planDocument(plan), undefined, 2)}\n`]);
    else await writeText(planText(plan));
    return best === undefined ? EXIT.checkFailed : EXIT.ok;
  } finally {
    status.end();
    await threads.close();
    await file?.discard();
  }
}

function progressText({ step, tried, best }: RecommendProgress): string {
  const cheapest = best === undefined ? "" : `; cheapest so far ${spreadText(best, "costPerMonthUsd", formatUsd)} a month`;
  return `Planning: ${stepText(step)}, ${formatCount(tried, "variant")} tried${cheapest}`;
}

/** For a person at a terminal. Ends with a line break. */
function planText(plan: Plan): string {
  const { now, proposals } = plan;
  const best = proposals[0]?.trial;
  const changes = best === undefined ? [] : changesBetween(now.scenario, best.scenario);
  const parts = [
    [now.scenario.name, `Objective: ${objectiveText(now.scenario)}`],
    [planSentence(plan), groundsSentence(plan)].filter((text) => text !== ""),
    ...(changes.length === 0 ? [] : [["To change", ...table(changes.map(({ path, before, after }) => [path, before, "→", after]))]]),
    [
      "Ways of scaling, each at the cheapest settings that hold",
      ...table([head(now.scenario), ...proposals.map(proposalRow), ...nowRow(now)], [1, 2, 3]),
    ],
  ];
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function head({ objective: { percentile, measure } }: Scenario): Row {
  return ["", "held in", "a month", "at the peak", `p${percentile} ${measure}`, "settings"];
}

function proposalRow({ way, trial }: Proposal): Row {
  if (trial === undefined) return [way.name, "–", "–", "–", "–", "nothing that was tried holds"];
  return [way.name, ...figures(trial), settingsText(trial.scenario)];
}

function nowRow(now: Trial): Row[] {
  return [["(as it is)", ...figures(now), settingsText(now.scenario)]];
}

function figures(trial: Trial): Row {
  return [
    heldText(trial),
    spreadText(trial, "costPerMonthUsd", formatUsd),
    spreadText(trial, "peakInstances", formatNumber),
    spreadText(trial, "measuredMs", formatDuration),
  ];
}

/** For programs: the changes as edits, the figures as numbers. */
function planDocument(plan: Plan) {
  const document = ({ edits, scenario, outcomes, held }: Trial) => ({
    edits,
    held,
    fleet: scenario.fleet,
    policy: scenario.policy,
    outcomes,
  });
  return {
    sentence: planSentence(plan),
    grounds: groundsSentence(plan),
    leastFixedFleet: plan.leastFixedFleet,
    carriesTimes: plan.carriesTimes,
    now: document(plan.now),
    proposals: plan.proposals.map(({ way, trial }) => ({ ...way, ...(trial === undefined ? { held: false } : document(trial)) })),
    tried: plan.tried.map(({ edits, held, outcomes }) => ({ edits, held, outcomes })),
  };
}
