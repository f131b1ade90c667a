import {
  formatCount,
  formatDuration,
  formatNumber,
  formatRate,
  formatShare,
  IN_TIME,
  MOST_INSTANCES,
  RESERVE,
  sizingOf,
  type FleetSize,
  type SizingQuestion,
} from "../../sim/index.ts";

/** One step of the sizing, as a person would write it down. */
export interface Step {
  readonly title: string;
  /** The sum with its numbers, before the equals sign. */
  readonly sum: string;
  readonly result: string;
  readonly note: string;
}

export interface Told {
  readonly steps: readonly Step[];
  /** What stands against it; empty when nothing does. */
  readonly objection: string;
}

/** The sums behind a fleet, with the numbers of the three answers in them. */
export function tellSizing(question: SizingQuestion): Told {
  const { latencySec, serviceSec, slots, nowPerSec, peakPerSec } = question;
  const sizing = sizingOf(question);
  const [latency, service] = [formatDuration(latencySec * 1000), formatDuration(serviceSec * 1000)];
  const busy = (ratePerSec: number, size: FleetSize) => `${formatRate(ratePerSec)} × ${service} = ${formatNumber(size.offeredSlots)}`;
  const steps: Step[] = [
    {
      title: "Target of the policy",
      sum: `${latency} ÷ ${service} × ${formatCount(slots, "slot")}`,
      result: `${formatNumber(sizing.targetPerInstance)} messages an instance`,
      note: "The backlog that one instance can have and still be done in time, as AWS derives it.",
    },
    {
      title: "Slots that are busy",
      sum: `${busy(nowPerSec, sizing.now)} now; at the peak ${formatRate(peakPerSec)} × ${service}`,
      result: formatCount(Number(sizing.peak.offeredSlots.toPrecision(3)), "slot"),
      note: "Offered load: arrivals times the time of one. Fewer slots than this never keep up.",
    },
    fleetStep("Least fleet now", question, sizing.now),
    fleetStep("Least fleet at the peak", question, sizing.peak),
    {
      title: "Limits of the fleet",
      sum: `from the fleet of now to that of the peak and ${formatShare(RESERVE)} more`,
      result: `${formatNumber(sizing.min)} to ${formatCount(sizing.max, "instance")}`,
      note: "More than the least, because new instances come minutes late and then have to catch up.",
    },
  ];
  return { steps, objection: objectionTo(question, sizing.peak) };
}

function fleetStep(title: string, { slots, latencySec, serviceSec }: SizingQuestion, size: FleetSize): Step {
  const spare = formatDuration(Math.max(0, latencySec - serviceSec) * 1000);
  return {
    title,
    sum: `Erlang C of ${formatNumber(size.offeredSlots)} on ${formatCount(size.instances * slots, "slot")}`,
    result: formatCount(size.instances, "instance"),
    note: `${formatShare(size.utilization)} busy; ${formatShare(size.waitShare)} of the messages wait, ${formatShare(size.lateShare)} longer than ${spare}.`,
  };
}

function objectionTo({ latencySec, serviceSec }: SizingQuestion, peak: FleetSize): string {
  if (latencySec <= serviceSec) {
    return `One message alone takes ${formatDuration(serviceSec * 1000)}, so ${formatShare(IN_TIME)} of them are not done in ${formatDuration(latencySec * 1000)} however large the fleet: allow more time, or make the job shorter.`;
  }
  if (peak.instances >= MOST_INSTANCES) {
    return `The peak needs more than ${formatNumber(MOST_INSTANCES)} instances: take more slots an instance, or split the traffic over several fleets.`;
  }
  return "";
}
