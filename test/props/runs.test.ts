import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COLUMN_NAMES, type InstanceRecord, type Result } from "../../sim/measure/result.ts";
import { STAGES } from "../../sim/model/instance.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { simulate, SimulationRun } from "../../sim/simulate.ts";
import { anyScenario } from "../support/any-scenario.ts";

const seeds = fc.nat();

describe("a run of any scenario", () => {
  // Conservation of messages and Little's law are asserted by the simulator itself at the end of each run.
  it("keeps its books: no message is lost or invented", () => {
    fc.assert(
      fc.property(anyScenario(), seeds, (scenario, seed) => {
        const { summary, waitMs, latencyMs } = simulate(scenario, seed);
        const { messages } = summary;
        const came = messages.sent + messages.redriven + messages.duplicated;
        const left = messages.deleted + messages.dead + messages.expired + messages.purged;
        expect(came).toBe(left + messages.visible + messages.inFlight + messages.delayed);
        const classes = summary.workload?.classes ?? [];
        for (const one of classes) {
          expect(one.sent + one.redriven + one.duplicated, one.name).toBe(one.deleted + one.dead + one.expired + one.purged + one.left);
        }
        if (classes.length > 0) {
          for (const count of ["sent", "redriven", "duplicated", "deleted", "dead", "expired", "purged"] as const)
            expect(
              classes.reduce((sum, one) => sum + one[count], 0),
              count,
            ).toBe(messages[count]);
        }
        expect(latencyMs.count).toBeLessThanOrEqual(messages.deleted);
        expect(waitMs.count).toBeLessThanOrEqual(messages.sent + messages.redriven);
        expect(messages.received).toBeGreaterThanOrEqual(waitMs.count);
        const limits = receiveLimits(scenario);
        if (Math.max(...limits) === 0) expect(messages.dead).toBe(0);
        else if (Math.min(...limits) > 0) expect(messages.received).toBeLessThanOrEqual(came * Math.max(...limits));
      }),
      { numRuns: 60 },
    );
  });

  it("shows a fleet that stays within its limits, lives as instances live, and is billed what it lived", () => {
    fc.assert(
      fc.property(anyScenario(), seeds, (scenario, seed) => {
        const result = simulate(scenario, seed);
        const { columns, instances } = result;
        const { sampleEverySec, durationSec } = scenario.run;
        const rows = Math.floor(durationSec / sampleEverySec) + 1;
        for (const name of COLUMN_NAMES) expect(columns[name], name).toHaveLength(rows);
        const limits = limitsOver(result);
        for (let row = 0; row < rows; row += 1) {
          expect(columns.timeMs[row]).toBe(row * sampleEverySec * 1000);
          const desired = columns.desired[row]!;
          expect(desired >= limits.min && desired <= limits.max, `${desired} desired at row ${row}`).toBe(true);
          expect(columns.warming[row]!).toBeLessThanOrEqual(columns.inService[row]!);
        }
        for (const record of instances) expectLegalLife(record);
        if (scenario.fleet.platform === "lambda") return;
        const billedSec = instances.reduce((sum, record) => sum + billedSecOf(record, durationSec), 0);
        const lines = result.summary.cost.lines.filter(({ item }) => /^(Spot i|I)nstances$|^Fargate (Spot )?tasks$/.test(item));
        const free = scenario.money.instancePerHourUsd === 0;
        if (!free) expect(lines.reduce((sum, { quantity }) => sum + quantity * 3600, 0)).toBeCloseTo(billedSec, 3);
      }),
      { numRuns: 60 },
    );
  });

  it("pays a Lambda function for what it worked, and no more invocations than environments are at work at a time", () => {
    const anyLambda = anyScenario().filter(({ fleet }) => fleet.platform === "lambda");
    fc.assert(
      fc.property(anyLambda, seeds, (scenario, seed) => {
        const { summary, columns, instances } = simulate(scenario, seed);
        const { concurrencyLimit, memoryMb, batchSize } = scenario.fleet.lambda;
        const quantity = (item: string) => summary.cost.lines.find((line) => line.item === item)?.quantity ?? 0;
        const invocations = Math.round(quantity("Function requests") * 1e6);
        const atWorkSec = quantity("Function time") / (memoryMb / 1024);
        // Every message that was worked came in some batch; dropped and unfinished ones were received as well.
        expect(invocations * batchSize).toBeGreaterThanOrEqual(summary.messages.deleted);
        expect(invocations).toBeLessThanOrEqual(summary.messages.received);
        expect(atWorkSec).toBeLessThanOrEqual((Math.min(scenario.fleet.max, concurrencyLimit) * summary.durationMs) / 1000 + 1e-6);
        expect(summary.launches).toBeLessThanOrEqual(invocations);
        expect(instances).toHaveLength(summary.launches);
        columns.inService.forEach((inService, row) => {
          expect(inService + columns.pending[row]!).toBeLessThanOrEqual(Math.min(scenario.fleet.max, concurrencyLimit));
          expect(inService + columns.pending[row]! + columns.warmPool[row]!).toBeLessThanOrEqual(summary.launches);
        });
      }),
      { numRuns: 40 },
    );
  });

  it("does with operators' alarms what it does without them, and each alarm's changes follow one another", () => {
    fc.assert(
      fc.property(anyScenario(), seeds, (scenario, seed) => {
        const { alarms, summary, decisions } = simulate(scenario, seed);
        const unwatched = simulate({ ...scenario, alarms: [] }, seed);
        expect(decisions).toEqual(unwatched.decisions);
        expect(summary.messages).toEqual(unwatched.summary.messages);
        for (const [index, { name }] of scenario.alarms.entries()) {
          const own = alarms.filter(({ alarm }) => alarm === name);
          const states = ["insufficient-data", ...own.map(({ to }) => to)];
          expect(own.map(({ from }) => from)).toEqual(states.slice(0, -1));
          expect(own.every(({ from, to }) => from !== to)).toBe(true);
          expect(summary.alarms?.[index]).toMatchObject({ name, state: states.at(-1) });
        }
      }),
      { numRuns: 40 },
    );
  });

  it("gives the same bytes for the same seed, in one go or cut into any pieces, and others for another seed", () => {
    fc.assert(
      fc.property(anyScenario(), seeds, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (scenario, seed, cuts) => {
        const whole = simulate(scenario, seed);
        const run = new SimulationRun(scenario, seed);
        for (const cut of cuts.sort((a, b) => a - b)) run.advanceTo(Math.round(cut * run.endMs));
        run.advanceTo(run.endMs);
        expect(run.result().digest).toBe(whole.digest);
        if (whole.summary.messages.received > 20) expect(simulate(scenario, seed + 1).digest).not.toBe(whole.digest);
      }),
      { numRuns: 40 },
    );
  });
});

/** Receives before the dead-letter queue, at any time of the run. */
function receiveLimits({ queue, acts }: Scenario): number[] {
  const set = acts.flatMap((act) => (act.kind === "set-queue" && act.maxReceiveCount !== null ? [act.maxReceiveCount] : []));
  return [queue.maxReceiveCount, ...set];
}

/** The widest that operators, schedules and forecasts allow at any time. */
function limitsOver({ scenario }: Result): { min: number; max: number } {
  const { fleet, acts, policy } = scenario;
  const policies = policy.kind === "composition" ? policy.policies : [policy];
  const resized = acts.filter((act) => act.kind === "resize");
  const changes = [...resized, ...policies.flatMap((one) => (one.kind === "scheduled" ? one.actions : []))];
  const breaches = policies.some((one) => one.kind === "predictive" && one.maxCapacityBreach === "increase");
  const known = (values: (number | null)[]) => values.filter((value) => value !== null);
  return {
    min: Math.min(fleet.min, ...known(changes.map(({ min }) => min)), ...known(changes.map(({ max }) => max))),
    max: breaches ? Infinity : Math.max(fleet.max, ...known(changes.map(({ max }) => max)), ...known(changes.map(({ min }) => min))),
  };
}

function expectLegalLife({ number, stages }: InstanceRecord): void {
  stages.forEach(({ stage, at }, index) => {
    const before = stages[index - 1];
    if (before === undefined) return;
    expect(at, `instance ${number}`).toBeGreaterThanOrEqual(before.at);
    expect(STAGES[before.stage].next, `instance ${number} after ${before.stage}`).toContain(stage);
  });
}

/** Seconds billed, by the stages that the record tells of: each start by the second, and for a minute at least. */
function billedSecOf({ stages }: InstanceRecord, endSec: number): number {
  let billed = 0;
  let from: number | undefined;
  const stop = (atSec: number) => {
    if (from !== undefined) billed += Math.max(60, Math.ceil(Number((atSec - from).toFixed(3))));
    from = undefined;
  };
  for (const { stage, at } of stages) {
    const isRunning = STAGES[stage].billing === "running";
    if (isRunning) from ??= at / 1000;
    else stop(at / 1000);
  }
  stop(endSec);
  return billed;
}
