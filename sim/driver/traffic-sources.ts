import { assert, assertNever } from "../core/assert.ts";
import { durationSampler } from "../kernel/distributions.ts";
import type { RandomStreams } from "../kernel/random.ts";
import type { ArrivalSource } from "../model/arrivals.ts";
import { BatchedArrivals, meanBatch } from "../model/arrivals-batches.ts";
import { CountedArrivals } from "../model/arrivals-counts.ts";
import { MmppArrivals } from "../model/arrivals-mmpp.ts";
import { PoissonArrivals, RampArrivals } from "../model/arrivals-poisson.ts";
import { RenewalArrivals } from "../model/arrivals-renewal.ts";
import { TimestampArrivals } from "../model/arrivals-timestamps.ts";
import type { UserGroup } from "../model/users.ts";
import { minuteRatesPerSec, ratePieces } from "../scenario/expected-messages.ts";
import type { Traffic } from "../scenario/schema.ts";

/** The sources that a scenario's traffic consists of, each with random streams of its own. */
export interface TrafficSources {
  readonly open: readonly OpenSource[];
  readonly users: readonly (UserGroup & { readonly messageClass: number })[];
}

/** Arrivals that come whatever happens to those before them. */
export interface OpenSource {
  readonly arrivals: ArrivalSource;
  /** Index of the class of all its messages, {@link DRAWN} when each is drawn. */
  readonly messageClass: number;
}

/** In place of a class: drawn for each message by the shares of the classes. */
export const DRAWN = -1;

/** @param name Begins the names of the random streams. */
export function trafficSources(traffic: Traffic, streams: RandomStreams, name: string, classNames: readonly string[] = []): TrafficSources {
  const open: OpenSource[] = [];
  const users: TrafficSources["users"][number][] = [];
  for (const [index, { single, messageClass }] of singles(traffic, classNames).entries()) {
    const own = index === 0 ? name : `${name} of source ${String(index + 1)}`;
    if (single.kind === "users") users.push({ ...userGroup(single, streams, own), messageClass });
    else open.push({ arrivals: arrivalSource(single, streams, own), messageClass });
  }
  return { open, users };
}

type Single = Exclude<Traffic, { kind: "sum" }>;
type Open = Exclude<Single, { kind: "users" }>;

function singles(traffic: Traffic, classNames: readonly string[]): { single: Single; messageClass: number }[] {
  if (traffic.kind !== "sum") return [{ single: traffic, messageClass: DRAWN }];
  return traffic.sources.map(({ traffic: single, messageClass }) => {
    const index = messageClass === null ? DRAWN : classNames.indexOf(messageClass);
    assert(messageClass === null || index >= 0, `work.classes has no class named ${String(messageClass)}`);
    return { single: { ...single, scale: single.scale * traffic.scale }, messageClass: index };
  });
}

function arrivalSource(traffic: Open, streams: RandomStreams, name: string): ArrivalSource {
  if (traffic.kind === "counts" || traffic.kind === "timestamps" || traffic.batch === null) return oneByOne(traffic, streams, name);
  const batches = { ...traffic, batch: null, scale: traffic.scale / meanBatch(traffic.batch) };
  return new BatchedArrivals(oneByOne(batches, streams, name), streams.stream(`${name}: batches`), traffic.batch);
}

function oneByOne(traffic: Open, streams: RandomStreams, name: string): ArrivalSource {
  const stream = streams.stream(name);
  const { scale } = traffic;
  switch (traffic.kind) {
    case "poisson":
      return new PoissonArrivals(stream, [traffic.ratePerSec * scale], HOUR_MS);
    case "renewal":
      return new RenewalArrivals(stream, traffic.gap, traffic.ratePerSec * scale);
    case "piecewise":
    case "flash-sale":
      return new RampArrivals(stream, ratePieces(traffic));
    case "daily":
    case "weekly":
      return new PoissonArrivals(stream, minuteRatesPerSec(traffic), MINUTE_MS);
    case "mmpp":
      return new MmppArrivals(
        stream,
        streams.stream(`${name}: states`),
        traffic.states.map((state) => ({ ...state, ratePerSec: state.ratePerSec * scale })),
      );
    case "counts":
      return new CountedArrivals(stream, {
        counts: traffic.counts,
        intervalMs: traffic.intervalSec * traffic.stretch * SEC,
        startMs: traffic.shiftSec * SEC,
        scale,
      });
    case "timestamps":
      return new TimestampArrivals(stream, {
        atSec: traffic.atSec,
        sizesBytes: traffic.sizesBytes,
        startMs: traffic.shiftSec * SEC,
        stretch: traffic.stretch,
        scale,
      });
    default:
      return assertNever(traffic);
  }
}

function userGroup(traffic: Extract<Single, { kind: "users" }>, streams: RandomStreams, name: string): UserGroup {
  const startAtMs = Math.round(traffic.startAtSec * SEC);
  return {
    users: Math.max(1, Math.round(traffic.users * traffic.scale)),
    startAtMs,
    spawnEveryMs: SEC / traffic.spawnPerSec,
    stopAtMs: traffic.stopAfterSec === null ? Infinity : startAtMs + Math.round(traffic.stopAfterSec * SEC),
    patienceMs: Math.max(1, Math.round(traffic.patienceSec * SEC)),
    waitsUntilServed: traffic.answer === "served",
    thinkTime: durationSampler(traffic.thinkTime, streams.stream(`${name}: think times`)),
  };
}

const SEC = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
