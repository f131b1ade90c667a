import { assert } from "../core/assert.ts";
import type {
  ClassSummary,
  DownstreamSummary,
  FrontDoorSummary,
  ProducerSummary,
  UsersSummary,
  WorkloadHistograms,
  WorkloadSummary,
} from "../measure/result.ts";
import type { Downstream } from "../model/downstream.ts";
import type { FrontDoor } from "../model/front-door.ts";
import type { ProducerPath } from "../model/producer-path.ts";
import type { UserGroupFigures } from "../model/users.ts";
import { quantilesOfHistogram } from "./summary.ts";
import type { Workload } from "./workload.ts";

/** What a scenario has beyond one class of messages, drawn together and checked; undefined when it has nothing. */
export function workloadFigures(
  { workload, downstream, inQueue, waiting }: WorkloadParts,
  nowMs: number,
): { readonly summary: WorkloadSummary; readonly histograms: WorkloadHistograms } | undefined {
  const { classes, users, path, frontDoor } = workload;
  const hasClasses = classes.length > 1;
  if (!hasClasses && users === undefined && path === undefined && frontDoor === undefined && downstream === undefined) return undefined;
  const summary: WorkloadSummary = {
    ...(hasClasses && { classes: classSummaries(workload, inQueue, waiting) }),
    ...(users !== undefined && { users: users.groups.map((group) => usersSummary(group, nowMs)) }),
    ...(path !== undefined && { producer: producerSummary(path, sentOf(workload)) }),
    ...(frontDoor !== undefined && { frontDoor: frontDoorSummary(frontDoor, nowMs) }),
    ...(downstream !== undefined && { downstream: downstreamSummary(downstream, nowMs) }),
  };
  return { summary, histograms: histogramsOf(workload, hasClasses) };
}

interface WorkloadParts {
  readonly workload: Workload;
  readonly downstream: Downstream | undefined;
  /** Messages in the queue, and those whose send has yet to get through. */
  readonly inQueue: Iterable<number>;
  readonly waiting: Iterable<number>;
}

function classSummaries(workload: Workload, inQueue: Iterable<number>, waiting: Iterable<number>): ClassSummary[] {
  const left = countsByClass(workload, inQueue);
  const unsent = countsByClass(workload, waiting);
  return workload.figures.map(({ latencyMs, sent: accepted, deleted, redriven, duplicated, dead, expired, purged }, index) => {
    const name = workload.classes[index]?.name ?? "";
    const counts = { sent: accepted - (unsent[index] ?? 0), redriven, duplicated, deleted, dead, expired, purged, left: left[index] ?? 0 };
    const gone = deleted + dead + expired + purged;
    assert(counts.sent + redriven + duplicated === gone + counts.left, `messages of the class ${name} are conserved`);
    return { name, ...counts, latencyMs: quantilesOfHistogram(latencyMs) };
  });
}

function countsByClass(workload: Workload, messages: Iterable<number>): number[] {
  const counts = workload.classes.map(() => 0);
  for (const message of messages) {
    const messageClass = workload.classIndexOf(message);
    counts[messageClass] = (counts[messageClass] ?? 0) + 1;
  }
  return counts;
}

function histogramsOf({ figures, users, path, frontDoor }: Workload, hasClasses: boolean): WorkloadHistograms {
  return {
    classLatencyMs: hasClasses ? figures.map(({ latencyMs }) => latencyMs) : [],
    responseMs: users?.groups.map(({ responseMs }) => responseMs) ?? [],
    ...(path !== undefined && { acceptMs: path.acceptMs, clientLatencyMs: path.clientLatencyMs }),
    ...(frontDoor !== undefined && { frontDoorLatencyMs: frontDoor.latencyMs, frontDoorWaitMs: frontDoor.waitMs }),
  };
}

function sentOf({ figures }: Workload): number {
  return figures.reduce((sum, { sent }) => sum + sent, 0);
}

function usersSummary({ asked, answered, refused, gaveUp, responseMs }: UserGroupFigures, nowMs: number): UsersSummary {
  assert(asked >= answered + refused + gaveUp, "nobody is answered who has not asked");
  return { asked, answered, refused, gaveUp, responseMs: quantilesOfHistogram(responseMs), answeredPerSec: answered / (nowMs / 1000) };
}

function producerSummary(path: ProducerPath, sent: number): ProducerSummary {
  const { requested, failed, lost, repeated, deduplicated, underWay } = path;
  assert(requested + repeated === failed + lost + sent + deduplicated + underWay, "requests are conserved");
  return {
    requested,
    failed,
    lost,
    repeated,
    deduplicated,
    underWay,
    acceptMs: quantilesOfHistogram(path.acceptMs),
    clientLatencyMs: quantilesOfHistogram(path.clientLatencyMs),
  };
}

function frontDoorSummary(door: FrontDoor, nowMs: number): FrontDoorSummary {
  const { arrived, served, rejected, timedOutWaiting, timedOutInService, places } = door;
  const timedOut = timedOutWaiting + timedOutInService;
  assert(arrived === served + rejected + timedOut + places.present, "callers are conserved");
  return {
    arrived,
    served,
    rejected,
    timedOut,
    servedInVain: timedOutInService,
    mostWaiting: places.mostWaiting,
    busyPlaces: places.meanBusy(nowMs),
    latencyMs: quantilesOfHistogram(door.latencyMs),
    waitMs: quantilesOfHistogram(door.waitMs),
  };
}

function downstreamSummary(downstream: Downstream, nowMs: number): DownstreamSummary {
  const { calls, succeeded, failed, refused, timedOut, abandoned, places } = downstream;
  assert(calls === succeeded + failed + refused + timedOut + abandoned + places.present, "calls are conserved");
  return { calls, succeeded, failed, refused, timedOut, abandoned, mostWaiting: places.mostWaiting, busyPlaces: places.meanBusy(nowMs) };
}
