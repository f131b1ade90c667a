import {
  chainOfDecision,
  formatDuration,
  formatMoment,
  formatNumber,
  REFUSAL_WORDS,
  startOfRunMs,
  type ChainLink,
  type Result,
  type StageSpan,
} from "../../sim/index.ts";
import { Problem } from "./problem.ts";

/**
 * Why a decision was taken and what came of it, link by link: `headroom simulate --why N`. Ends with a line break.
 *
 * @param number From 1, as the summary numbers the decisions.
 */
export function why(result: Result, number: number): string {
  const { decisions, scenario } = result;
  if (decisions.length === 0) throw new Problem("There is no decision to ask for: the run has none.");
  if (number < 1 || number > decisions.length) {
    throw new Problem(`There is no decision ${String(number)}: the run has 1 to ${String(decisions.length)}.`);
  }
  const start = startOfRunMs(scenario);
  const moment = (at: number) => formatMoment(at, start);
  const lines = chainOfDecision(result, number - 1).flatMap((link) => linesOf(link, moment));
  return `${[`${scenario.name}: decision ${String(number)} of ${String(decisions.length)}`, ...lines].join("\n")}\n`;
}

type Moment = (at: number) => string;

/** One line, and lines that go on about it set in. */
function linesOf(link: ChainLink, moment: Moment): string[] {
  switch (link.kind) {
    case "datapoints": {
      const points = link.datapoints.map(({ at, value }) => `${moment(at)}  ${formatNumber(value)}`);
      return [`Published: ${link.metric ?? "the metric"}, by the period that begins at`, ...points.map(setIn)];
    }
    case "readings":
      return ["Read", ...link.readings.map(({ name, value, at }) => setIn(`${name} ${formatNumber(value)}, as of ${moment(at)}`))];
    case "alarms":
      return [
        "Alarms",
        ...link.alarms.map(({ name, state, condition, threshold }) => setIn(`${name}: ${state} (${condition ?? String(threshold)})`)),
      ];
    case "rule":
      return [`Rule: ${link.text}`];
    case "limit":
      return [`Limit: ${link.limit}${link.wanted === undefined ? "" : ` makes ${String(link.desired)} of ${String(link.wanted)}`}`];
    case "decision":
      return [
        `Decided at ${moment(link.at)}: ${String(link.before)} → ${String(link.desired)}${link.isRefused ? ", refused by the group's API" : ""}`,
      ];
    case "launch":
      return [
        `Launch of instance ${String(link.instance)} (${link.cause}${link.insteadOf === undefined ? "" : ` of ${String(link.insteadOf)}`})`,
        ...stages(link.stages, moment),
      ];
    case "end":
      return [
        `End of instance ${String(link.instance)} (${link.cause}${link.isKilled ? ", its work was lost" : ""})`,
        ...(link.rule === undefined ? [] : [setIn(link.rule)]),
        ...stages(link.stages, moment),
      ];
    case "refusal":
      return [
        `Refused at ${moment(link.at)}: ${REFUSAL_WORDS[link.cause]}${Number.isFinite(link.retryAt) ? `; tried again at ${moment(link.retryAt)}` : ""}`,
      ];
  }
}

function stages(spans: readonly StageSpan[], moment: Moment): string[] {
  const longest = Math.max(0, ...spans.map(({ stage }) => stage.length));
  return spans.map(({ stage, at, lengthMs }) =>
    setIn(`${moment(at)}  ${lengthMs === undefined ? stage : `${stage.padEnd(longest)}  ${formatDuration(lengthMs)}`}`),
  );
}

function setIn(line: string): string {
  return `  ${line}`;
}
