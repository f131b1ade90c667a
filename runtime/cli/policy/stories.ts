import fc from "fast-check";
import type { Capacity, Observation, Scene, Story } from "../../../sim/index.ts";

const MINUTE_MS = 60_000;
/** Late enough for every series to lie behind it. */
const FIRST_REVIEW_MS = 1000 * MINUTE_MS;

/** Any group that can be: desired within its limits, warming ones among those in service. */
export const anyGroup: fc.Arbitrary<Capacity> = fc
  .record({
    min: fc.nat(20),
    span: fc.nat(40),
    at: fc.nat(40),
    pending: fc.nat(10),
    inService: fc.nat(40),
    warming: fc.nat(40),
    terminating: fc.nat(5),
  })
  .map(({ min, span, at, pending, inService, warming, terminating }) => ({
    min,
    max: min + span,
    desired: min + (at % (span + 1)),
    pending,
    inService,
    warming: Math.min(warming, inService),
    terminating,
  }));

/**
 * Random stories for policies: what a controller might have seen at a few reviews in a row, awkward cases included (a
 * queue that could not be read, metrics with gaps or none at all, groups in the middle of a change). Everything is drawn
 * relative to the review, so that a story shrinks freely: scenes go, series shorten, figures fall towards 0.
 */
export const anyStory: fc.Arbitrary<Story> = fc
  .array(fc.record({ gapSec: fc.integer({ min: 15, max: 3600 }), seen: anySight() }), { minLength: 1, maxLength: 4 })
  .map((scenes) => {
    let now = FIRST_REVIEW_MS;
    return scenes.map(({ gapSec, seen }, index) => {
      if (index > 0) now += gapSec * 1000;
      return { now, observation: seen(now) } satisfies Scene;
    });
  });

function anySight(): fc.Arbitrary<(now: number) => Observation> {
  return fc
    .record({
      capacity: anyGroup,
      visible: anySeries(5000),
      inFlight: anySeries(100),
      inService: anySeries(30),
      sent: anySeries(5000),
      backlog: fc.option(fc.nat(20_000), { freq: 8, nil: undefined }),
      busy: fc.nat(100),
      serviceMs: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined }),
      launchMs: fc.option(fc.integer({ min: 1000, max: 600_000 }), { nil: undefined }),
    })
    .map(({ capacity, backlog, busy, serviceMs, launchMs, ...series }) => (now: number): Observation => {
      const visible = series.visible(now);
      const inService = series.inService(now);
      const reading = (value: number) => ({ value, at: now });
      return {
        capacity: { ...capacity },
        metric: visible.map(({ at, value }) => ({ at, value: value / Math.max(1, capacity.inService) })),
        published: { visible, inFlight: series.inFlight(now), inService, running: inService, sent: series.sent(now) },
        telemetry: {
          ...(serviceMs === undefined ? {} : { serviceTimeMs: reading(serviceMs) }),
          ...(launchMs === undefined ? {} : { launchDelayMs: reading(launchMs) }),
          working: reading(capacity.inService),
        },
        backlog: backlog === undefined ? undefined : reading(backlog),
        inFlight: backlog === undefined ? undefined : reading(busy),
      };
    });
}

/** Published series end a minute before the review, some with gaps. */
function anySeries(most: number): fc.Arbitrary<(now: number) => { at: number; value: number }[]> {
  return fc
    .array(fc.option(fc.oneof(fc.nat(most), fc.constantFrom(0, 1)), { freq: 8 }), { maxLength: 20 })
    .map(
      (drawn) => (now: number) =>
        drawn.flatMap((value, index) => (value === null ? [] : [{ at: now - (drawn.length - index) * MINUTE_MS, value }])),
    );
}
