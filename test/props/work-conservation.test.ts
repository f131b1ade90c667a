import fc from "fast-check";
import { expect, it } from "vitest";
import type { Policy } from "../../sim/core/policy/policy.ts";
import { scenarioSchema } from "../../sim/scenario/schema.ts";
import { simulate } from "../../sim/simulate.ts";

const worlds = fc.record({
  instances: fc.integer({ min: 1, max: 4 }),
  slots: fc.integer({ min: 1, max: 12 }),
  maxMessagesPerReceive: fc.integer({ min: 1, max: 10 }),
  concurrentReceives: fc.integer({ min: 1, max: 3 }),
  load: fc.double({ min: 0.3, max: 1.5, noNaN: true }),
  meanSec: fc.constantFrom(0.05, 0.5, 3),
  batch: fc.constantFrom(null, { kind: "fixed", count: 7 }, { kind: "geometric", mean: 20 }),
  kind: fc.constantFrom("constant", "exponential"),
});

it("no slot stands empty while a message waits, whatever the fleet, the batches and the way of receiving", () => {
  let waiting = 0;
  fc.assert(
    fc.property(worlds, fc.nat(), ({ instances, slots, load, meanSec, batch, kind, ...receiving }, seed) => {
      const places = instances * slots;
      const scenario = scenarioSchema.parse({
        version: 1,
        name: "work conservation",
        run: { durationSec: 60, sampleEverySec: 60 },
        traffic: { kind: "poisson", ratePerSec: (places * load) / meanSec, batch },
        work: { serviceTime: kind === "constant" ? { kind, sec: meanSec } : { kind: "exponential", meanSec } },
        queue: { visibilityTimeoutSec: 43_200, receiveLatencySec: 0, deleteLatencySec: 0, chances: { duplicateProbability: 0 } },
        worker: { slots, deleteLingerSec: 0, ...receiving },
        fleet: { min: instances, max: instances },
        metrics: { countsWithinSec: 0 },
      });
      // Each receive takes a tick to be answered, and brings no more than it may: so long may an instance take to be
      // filled, when it begins and whenever several of its jobs end in one tick.
      const fillingMs = 2 + 2 * Math.ceil(slots / receiving.maxMessagesPerReceive);
      let idleSince = Infinity;
      const watch: Policy<null> = {
        kind: "watches every tick",
        initial: () => null,
        decide(state, { backlog, inFlight, capacity }, now) {
          if (backlog!.value > 0) waiting += 1;
          idleSince = backlog!.value > 0 && inFlight!.value < places ? Math.min(idleSince, now) : Infinity;
          // Only failures are asserted one by one: there are millions of ticks.
          if (now - idleSince > fillingMs) expect(inFlight!.value, `at ${now} ms, ${backlog!.value} wait`).toBe(places);
          const reason = { code: "hold" as const, text: "Only watches what happens." };
          return { state, decision: { desired: capacity.desired, reason, limitedBy: undefined, nextReviewAt: now + 1 } };
        },
      };
      simulate(scenario, seed, { policy: watch });
    }),
    { numRuns: 15 },
  );
  expect(waiting).toBeGreaterThan(1000);
});
