import {
  formatCount,
  formatDuration,
  formatNumber,
  formatRate,
  REFUSAL_WORDS,
  type Chain,
  type ChainLink,
  type Datapoint,
  type Explanation,
  type StageSpan,
  type WaitStory,
} from "../../sim/index.ts";

/** One step of an answer, as people read it. */
export interface Step {
  /** Where it stands among the others, and where the crosshair goes; milliseconds. */
  readonly at: number;
  readonly title: string;
  readonly lines: readonly string[];
  readonly stages: readonly StageSpan[];
  readonly kind: "fact" | "choice" | "launch" | "end" | "worst";
}

type Moment = (atMs: number) => string;

/** What was asked, as a heading. */
export function headingOf(explanation: Explanation, moment: Moment): string {
  switch (explanation.kind) {
    case "wait":
      return `Why messages waited at ${moment(explanation.story.worst.at)}`;
    case "alarm":
      return `Why “${explanation.transition.alarm}” ${explanation.transition.to === "alarm" ? "went off" : "ended"}`;
    case "nothing":
      return "Nothing to explain here";
    case "chain":
      return headingOfChain(explanation.chain, explanation.about, moment);
  }
}

function headingOfChain(chain: Chain, about: string, moment: Moment): string {
  const last = chain.at(-1);
  const decision = chain.find((link) => link.kind === "decision");
  if (about === "decision" && decision !== undefined) {
    const { before, desired, at } = decision;
    return before === desired
      ? `Why it stayed at ${String(desired)}, ${moment(at)}`
      : `Why ${String(before)} → ${String(desired)} at ${moment(at)}`;
  }
  if (last?.kind === "launch") return `Why instance ${String(last.instance)} was launched`;
  if (last?.kind === "end") return `Why instance ${String(last.instance)} went`;
  return "Why it was refused";
}

/** The answer in a sentence; empty where its steps say it all. */
export function summaryOf(explanation: Explanation): string {
  switch (explanation.kind) {
    case "wait": {
      const { ageMs, cause } = explanation.story.worst;
      return `The oldest message was ${formatDuration(ageMs)} old${cause}.`;
    }
    case "alarm": {
      const { text, told, to } = explanation.transition;
      const heard = to !== "alarm" ? "" : told === undefined ? " Nobody heard of it." : ` It told ${told}.`;
      return `${text}${heard}`;
    }
    case "nothing":
      return "No message waited and nothing changed around this moment.";
    case "chain":
      return "";
  }
}

/** The steps of an answer, the newest last. */
export function stepsOf(explanation: Explanation, moment: Moment): Step[] {
  switch (explanation.kind) {
    case "wait":
      return inOrder([...storySteps(explanation.story), ...chainSteps(explanation.story.answer, moment)]);
    case "alarm": {
      const { at, datapoints } = explanation.transition;
      return chainSteps([{ kind: "datapoints", metric: explanation.metric, datapoints }], moment, at);
    }
    case "chain":
      return chainSteps(explanation.chain, moment);
    case "nothing":
      return [];
  }
}

function storySteps({ began, worst, endedAt }: WaitStory): Step[] {
  const need = `${formatRate(began.ratePerSec)} arrive and keep ${formatNumber(began.slotsNeeded)} slots busy; at the least ${formatNumber(began.slotsThere)} are in service until the worst moment.`;
  const steps: Step[] = [
    plain(began.at, "The wait begins", [need]),
    {
      ...plain(worst.at, `The worst: ${formatDuration(worst.ageMs)} old`, [`${formatCount(worst.backlog, "message")} wait.`]),
      kind: "worst",
    },
  ];
  if (endedAt !== undefined) steps.push(plain(endedAt, "It is over", [`${formatDuration(endedAt - began.at)} after it began.`]));
  return steps;
}

/** Launches and ends beyond these are told together. */
const MOST_ALIKE = 2;

/** @param atEnd Of a chain without a decision: when what it explains happened. */
function chainSteps(chain: Chain, moment: Moment, atEnd = NaN): Step[] {
  const decision = chain.find((link) => link.kind === "decision");
  const decidedAt = decision?.at ?? atEnd;
  const shown: Step[] = [];
  const more = { launch: [] as ChainLink[], end: [] as ChainLink[] };
  const count = { launch: 0, end: 0 };
  for (const link of chain) {
    if (link.kind === "launch" || link.kind === "end") {
      count[link.kind] += 1;
      if (count[link.kind] > MOST_ALIKE) {
        more[link.kind].push(link);
        continue;
      }
    }
    shown.push(stepOf(link, decidedAt, moment));
  }
  for (const kind of ["launch", "end"] as const) if (more[kind].length > 0) shown.push(others(more[kind], kind, decidedAt));
  return shown;
}

/** A line for each datapoint; of three or more in a row that say the same, one for all. */
function periodLines(datapoints: readonly Datapoint[], moment: Moment): string[] {
  const lines: string[] = [];
  for (let index = 0; index < datapoints.length;) {
    const { at, value } = datapoints[index] as Datapoint;
    const other = datapoints.findIndex((point, later) => later > index && point.value !== value);
    const alike = (other === -1 ? datapoints.length : other) - index;
    const count = alike < LEAST_FOLDED ? 1 : alike;
    const text = formatNumber(value);
    const last = datapoints[index + count - 1] as Datapoint;
    lines.push(
      count === 1
        ? `${text} in the period from ${moment(at)}`
        : `${text} in each of ${String(count)} periods, ${moment(at)} to ${moment(last.at)}`,
    );
    index += count;
  }
  return lines;
}

const LEAST_FOLDED = 3;

function stepOf(link: ChainLink, decidedAt: number, moment: Moment): Step {
  switch (link.kind) {
    case "datapoints": {
      const lines = periodLines(link.datapoints, moment);
      const at = link.datapoints.at(-1)?.at ?? decidedAt;
      return plain(at, `Published: ${link.metric ?? "the metric"}`, lines);
    }
    case "readings":
      return plain(
        decidedAt,
        "Read off queue and group",
        link.readings.map(({ name, value, at }) => `${name} ${formatNumber(value)}, as of ${moment(at)}`),
      );
    case "alarms":
      return plain(
        decidedAt,
        "Alarms",
        link.alarms.map(
          ({ name, state, condition, threshold }) => `${name}: ${state.replaceAll("-", " ")} (${condition ?? String(threshold)})`,
        ),
      );
    case "rule":
      return plain(decidedAt, "The rule", [
        link.text,
        ...(link.arithmetic === undefined || saysAlready(link.text, link.arithmetic) ? [] : [link.arithmetic]),
      ]);
    case "limit":
      return plain(
        decidedAt,
        `Limited by ${link.limit}`,
        link.wanted === undefined ? [] : [`It makes ${formatNumber(link.desired)} of ${formatNumber(link.wanted)}.`],
      );
    case "decision": {
      const title =
        link.before === link.desired
          ? `Decided: stay at ${formatNumber(link.desired)}`
          : `Decided: ${formatNumber(link.before)} → ${formatNumber(link.desired)}`;
      return { ...plain(link.at, title, link.isRefused ? ["The group's API refused the call."] : []), kind: "choice" };
    }
    case "launch": {
      const instead = link.insteadOf === undefined ? "" : `, in place of ${String(link.insteadOf)}`;
      const at = link.stages.at(-1)?.at ?? decidedAt;
      const cause = link.cause === "scale-out" ? "" : ` (${link.cause.replaceAll("-", " ")}${instead})`;
      return { ...plain(at, `Instance ${String(link.instance)}${cause}${tookOf(link.stages)}`, []), stages: link.stages, kind: "launch" };
    }
    case "end": {
      const at = link.stages[0]?.at ?? decidedAt;
      const lines = [
        ...(link.rule === undefined ? [] : [link.rule]),
        ...(link.isKilled ? ["Its work was lost: the messages come back after their visibility timeout."] : []),
      ];
      return {
        ...plain(at, `Instance ${String(link.instance)} goes (${link.cause.replaceAll("-", " ")})`, lines),
        stages: link.stages,
        kind: "end",
      };
    }
    case "refusal": {
      const again = Number.isFinite(link.retryAt) ? `Tried again at ${moment(link.retryAt)}.` : "Not tried again.";
      return plain(link.at, "Refused", [`${capitalised(REFUSAL_WORDS[link.cause])}. ${again}`]);
    }
  }
}

function others(links: readonly ChainLink[], kind: "launch" | "end", decidedAt: number): Step {
  const lasts = links.flatMap((link) => (link.kind === "launch" || link.kind === "end" ? (link.stages.at(-1)?.at ?? []) : []));
  const last = Math.max(decidedAt, ...lasts);
  const what =
    kind === "launch" ? formatCount(links.length, "more launch", "more launches") : formatCount(links.length, "more goes", "more go");
  const line = Number.isFinite(last - decidedAt)
    ? [`The last ${kind === "launch" ? "at work" : "gone"} ${formatDuration(last - decidedAt)} after the decision.`]
    : [];
  return { ...plain(last, capitalised(what), line), kind };
}

/** Most reasons carry their arithmetic in the sentence. */
function saysAlready(text: string, arithmetic: string): boolean {
  const plainText = (words: string) => words.replace(/[\s,]/g, "");
  return plainText(text).includes(plainText(arithmetic));
}

function tookOf(stages: readonly StageSpan[]): string {
  const [first, last] = [stages[0], stages.at(-1)];
  if (first === undefined || last === undefined) return "";
  return last.stage === "working" ? ` works ${formatDuration(last.at - first.at)} later` : `: ${last.stage.replaceAll("-", " ")}`;
}

function plain(at: number, title: string, lines: readonly string[]): Step {
  return { at, title, lines, stages: [], kind: "fact" };
}

/** By time; what has the same time keeps its order. */
function inOrder(steps: readonly Step[]): Step[] {
  return steps.toSorted((a, b) => a.at - b.at);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
