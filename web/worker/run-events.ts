import { formatDuration, REFUSAL_WORDS, type EndCause, type Result, type Scenario } from "../../sim/index.ts";
import type { Part } from "./preview.ts";
import type { RunEvent } from "./sim-api.ts";

/** More than these a lane cannot show apart. */
const MOST_EVENTS = 2000;

/** What befell the fleet, in the order of time: alarms of the operators, faults, instances lost, launches refused. */
export function eventsOf(result: Result, { fromMs, whole }: Pick<Part, "fromMs" | "whole">): RunEvent[] {
  const events = [...alarms(result), ...faults(result.scenario), ...losses(result), ...refusals(result)];
  const first = events.sort((a, b) => a.at - b.at).slice(0, MOST_EVENTS);
  if (whole) return first;
  // In the whole run they have other places, and may not be there at all: it is asked what happened at their time.
  return first.map((event): RunEvent => {
    const at = event.at + fromMs;
    return { ...event, at, question: { kind: "capacity", atMs: at, withinMs: SAME_WITHIN_MS } };
  });
}

/** How close to a moment of a part something in the whole run is taken for the same. */
const SAME_WITHIN_MS = 120_000;

function alarms({ alarms }: Result): RunEvent[] {
  return alarms.flatMap(({ at, alarm, to, from, text, told }, index): RunEvent[] => {
    if (to !== "alarm" && from !== "alarm") return [];
    const what =
      to === "alarm"
        ? `“${alarm}” goes off${told === undefined ? ", and nobody hears of it" : `, and tells ${told}`}.`
        : `“${alarm}” ends.`;
    return [{ at, kind: "alarm", text: `${what} ${text}`, question: { kind: "alarm", index } }];
  });
}

function faults({ faults: { windows } }: Scenario): RunEvent[] {
  return windows.map(({ kind, fromSec, lengthSec }) => {
    const at = fromSec * 1000;
    const withinMs = lengthSec * 1000;
    const text = `${FAULTS[kind]} for ${formatDuration(withinMs)}.`;
    return { at, kind: "fault", text, question: { kind: "wait", atMs: at + withinMs, withinMs } };
  });
}

const FAULTS: Readonly<Record<Scenario["faults"]["windows"][number]["kind"], string>> = {
  "downstream-outage": "The downstream is out",
  "downstream-throttling": "The downstream throttles",
  "downstream-slow": "The downstream is slow",
  "no-capacity": "EC2 has no capacity",
  "zone-outage": "A zone is out",
};

function losses({ instances }: Result): RunEvent[] {
  return instances.flatMap(({ number, endCause, stages }): RunEvent[] => {
    const words = endCause === undefined ? undefined : LOSSES[endCause];
    const last = stages.findLast(({ stage }) => stage !== "terminated" && stage !== "stopped") ?? stages.at(-1);
    if (words === undefined || last === undefined) return [];
    const began = stages.find(({ stage }) => stage === "interrupted" || stage === "impaired") ?? last;
    return [{ at: began.at, kind: "fault", text: `Instance ${String(number)} ${words}.`, question: { kind: "end", instance: number } }];
  });
}

/** Ends that nobody wanted. */
const LOSSES: Readonly<Partial<Record<EndCause, string>>> = {
  failed: "fails",
  impaired: "is impaired",
  "zone-outage": "goes with its zone",
  "spot-interruption": "is taken back by Spot",
  "hook-abandoned": "is given up by its launch hook",
};

function refusals({ refusals }: Result): RunEvent[] {
  return refusals.map(({ at, cause }, index) => ({
    at,
    kind: "fault",
    text: `Refused: ${REFUSAL_WORDS[cause]}.`,
    question: { kind: "refusal", index },
  }));
}
