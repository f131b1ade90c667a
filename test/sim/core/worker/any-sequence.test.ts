import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WorkerSettings } from "../../../../sim/core/worker/settings.ts";
import { WorkerWorld } from "../../../support/worker-world.ts";

const settings: fc.Arbitrary<Partial<WorkerSettings>> = fc.record({
  slots: fc.integer({ min: 1, max: 30 }),
  maxMessagesPerReceive: fc.integer({ min: 1, max: 10 }),
  concurrentReceives: fc.integer({ min: 1, max: 4 }),
  deleteLingerMs: fc.constantFrom(0, 1, 200, 5000),
  heartbeat: fc.option(
    fc.record({
      everyMs: fc.integer({ min: 100, max: 5000 }),
      extendToMs: fc.integer({ min: 1000, max: 60_000 }),
      maxMs: fc.integer({ min: 1000, max: 20_000 }),
    }),
    { nil: undefined },
  ),
  receiveBackOffFirstMs: fc.integer({ min: 10, max: 1000 }),
  receiveBackOffMaxMs: fc.integer({ min: 1000, max: 20_000 }),
  retryDelayMs: fc.constantFrom(undefined, 0, 9000),
  circuitBreaker: fc.option(
    fc.record({
      failures: fc.integer({ min: 1, max: 3 }),
      openMs: fc.integer({ min: 100, max: 5000 }),
      probes: fc.integer({ min: 1, max: 5 }),
    }),
    { nil: undefined },
  ),
});

/** One thing that may happen to a worker. `pick` chooses whom it happens to, `much` how much of it. */
const happening = fc.record({
  what: fc.constantFrom("deliver", "deliver", "fail receive", "finish", "finish", "fail", "settle delete", "settle extension", "time"),
  pick: fc.nat(1000),
  much: fc.nat(1000),
});
type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never;

describe("a worker, whatever happens to it in whatever order,", () => {
  it("keeps its half of the contract, and stops after a drain when everything owed is paid", () => {
    fc.assert(
      fc.property(settings, fc.array(happening, { maxLength: 60 }), fc.array(happening, { maxLength: 30 }), (given, before, after) => {
        // The world throws at the first broken promise: too many jobs, a message that ends twice, …
        const world = new WorkerWorld(given);
        for (const next of before) happen(world, next);
        world.drain();
        for (const next of after) happen(world, next);
        payEverything(world);
        expect(world.stopped).toBe(true);
        expect(world.holding).toBe(0);
        expect(world.asked().filter((line) => line === "stopped")).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });

  it("asks for work whenever a slot is free, a receive may be made, and no receive has just failed", () => {
    fc.assert(
      fc.property(settings, fc.array(happening, { maxLength: 60 }), (given, sequence) => {
        const world = new WorkerWorld({ ...given, circuitBreaker: undefined });
        for (const next of sequence.filter(({ what }) => what !== "fail receive")) {
          happen(world, next);
          const promised = [...world.receives.values()].reduce((sum, most) => sum + most, 0);
          const idle = world.settings.slots - world.jobs.size - promised;
          expect(idle === 0 || world.receives.size === world.settings.concurrentReceives).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});

function happen(world: WorkerWorld, { what, pick, much }: Happening): void {
  const calls = [...world.receives.keys()];
  const call = calls[pick % Math.max(1, calls.length)];
  const message = world.running[pick % Math.max(1, world.running.length)];
  switch (what) {
    case "deliver":
      if (call !== undefined) world.deliver(call, much % (world.receives.get(call)! + 1));
      break;
    case "fail receive":
      if (call !== undefined) world.failReceive(call);
      break;
    case "finish":
      if (message !== undefined) world.finish(message);
      break;
    case "fail":
      if (message !== undefined) world.fail(message, { isDownstream: much % 2 === 0, retryDelayMs: much % 3 === 0 ? 100 : undefined });
      break;
    case "settle delete":
      if (world.deletes.length > 0) world.settleDelete(some(world.deletes[0]!, much));
      break;
    case "settle extension":
      if (world.extensions.length > 0) world.settleExtension(some(world.extensions[0]!, much));
      break;
    case "time":
      world.pass(much * 10);
      break;
  }
}

/** None of them more often than not; else those that the bits of `much` name. */
function some(messages: readonly string[], much: number): string[] {
  return much % 2 === 0 ? [] : messages.filter((_, index) => ((much >> index) & 1) === 1);
}

/** Pays all debts, without further failures, until there are none. */
function payEverything(world: WorkerWorld): void {
  while (world.receives.size + world.jobs.size + world.deletes.length + world.extensions.length > 0 || !world.stopped) {
    for (const call of world.receives.keys()) world.deliver(call, 0);
    for (const message of world.running) world.finish(message);
    while (world.deletes.length > 0) world.settleDelete();
    while (world.extensions.length > 0) world.settleExtension();
    if (!world.stopped && !world.step()) return;
  }
}
