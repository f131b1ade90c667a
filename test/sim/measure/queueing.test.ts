import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { erlangB, erlangC, md1, mg1, mmc, type LongRun, type Steady } from "../../../sim/measure/queueing.ts";

const loads = fc.record({
  utilization: fc.double({ min: 0.001, max: 0.999, noNaN: true }),
  meanServiceSec: fc.double({ min: 0.001, max: 1000, noNaN: true }),
  servers: fc.integer({ min: 1, max: 500 }),
});

describe("Erlang's loss formula", () => {
  it.each([
    // Offered load, servers, blocking as printed in the usual tables of traffic engineering.
    [0.0101, 1, 0.01],
    [1.271, 3, 0.1],
    [4.461, 10, 0.01],
    [12.03, 20, 0.01],
    [84.06, 100, 0.01],
  ])("for %d erlangs on %d servers is %d", (offered, servers, blocking) => {
    expect(erlangB(offered, servers)).toBeCloseTo(blocking, 3);
  });

  it("is the sum that it stands for", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 60, noNaN: true }), fc.integer({ min: 0, max: 60 }), (offered, servers) => {
        let term = 1;
        let sum = 1;
        for (let count = 1; count <= servers; count += 1) sum += term *= offered / count;
        expect(erlangB(offered, servers) / (term / sum) - 1).toBeCloseTo(0, 12);
      }),
    );
  });

  it("holds for ten thousand servers and for none", () => {
    expect(erlangB(5, 0)).toBe(1);
    expect(erlangB(0, 3)).toBe(0);
    // At a = c the formula approaches √(2 / (π c)) (Jagerman 1974).
    expect(erlangB(10_000, 10_000)).toBeCloseTo(Math.sqrt(2 / (Math.PI * 10_000)), 4);
  });
});

describe("Erlang's delay formula", () => {
  it("is what the loss formula of one server fewer gives", () => {
    fc.assert(
      fc.property(loads, ({ utilization, servers }) => {
        const offered = utilization * servers;
        const blocked = erlangB(offered, servers - 1);
        const delayed = 1 / (1 + (servers - offered) / (offered * blocked));
        expect(erlangC(offered, servers) - delayed).toBeCloseTo(0, 12);
      }),
    );
  });

  it("is 1 when the servers cannot do the work", () => {
    expect(erlangC(5, 5)).toBe(1);
    expect(erlangC(7, 5)).toBe(1);
  });

  it.each([0, -1, 1.5, NaN])("refuses %d servers", (servers) => {
    expect(() => erlangC(0.5, servers)).toThrow("servers are a whole number from 1");
  });
});

describe("M/M/c", () => {
  it("for 50 servers at ρ = 0.9 has the published wait", () => {
    const theory = steady(mmc({ arrivalRatePerSec: 45, meanServiceSec: 1, servers: 50 }));
    expect(theory.utilization).toBe(0.9);
    expect(theory.waitProbability).toBeCloseTo(0.363864, 6);
    expect(theory.meanWaitSec).toBeCloseTo(0.072773, 6);
    expect(theory.meanWaiting).toBeCloseTo(3.27478, 5);
    expect(theory.meanTimeInSystemSec).toBeCloseTo(1.072773, 6);
    expect(theory.meanInSystem).toBeCloseTo(48.27478, 5);
  });

  it("with one server is M/M/1", () => {
    fc.assert(
      fc.property(loads, ({ utilization, meanServiceSec }) => {
        const theory = steady(mmc({ arrivalRatePerSec: utilization / meanServiceSec, meanServiceSec, servers: 1 }));
        expect(theory.waitProbability).toBeCloseTo(utilization, 9);
        expect(theory.meanInSystem / (utilization / (1 - utilization)) - 1).toBeCloseTo(0, 9);
      }),
    );
  });

  it("agrees with itself by Little's law, and waits less with more servers", () => {
    fc.assert(
      fc.property(loads, ({ utilization, meanServiceSec, servers }) => {
        const arrivalRatePerSec = (utilization * servers) / meanServiceSec;
        const theory = steady(mmc({ arrivalRatePerSec, meanServiceSec, servers }));
        expect(theory.meanInSystem - theory.meanWaiting).toBeCloseTo(utilization * servers, 6);
        const more = steady(mmc({ arrivalRatePerSec, meanServiceSec, servers: servers + 1 }));
        // With very many servers for very little work, the wait is too short for a double.
        if (theory.meanWaitSec > 1e-300) expect(more.meanWaitSec).toBeLessThan(theory.meanWaitSec);
      }),
    );
  });

  it("answers for ten thousand servers", () => {
    const theory = steady(mmc({ arrivalRatePerSec: 9900, meanServiceSec: 1, servers: 10_000 }));
    expect(theory.waitProbability).toBeGreaterThan(0.2);
    expect(theory.waitProbability).toBeLessThan(0.3);
  });

  it("has nobody waiting when nobody comes or nothing takes time", () => {
    expect(mmc({ arrivalRatePerSec: 0, meanServiceSec: 1, servers: 2 })).toMatchObject({ steady: true, meanWaitSec: 0, meanInSystem: 0 });
    expect(mmc({ arrivalRatePerSec: 5, meanServiceSec: 0, servers: 2 })).toMatchObject({ steady: true, meanWaitSec: 0, meanInSystem: 0 });
  });

  it("has no long run from ρ = 1 on", () => {
    expect(mmc({ arrivalRatePerSec: 10, meanServiceSec: 1, servers: 10 })).toEqual({ steady: false, utilization: 1 });
    expect(mmc({ arrivalRatePerSec: 15, meanServiceSec: 1, servers: 10 })).toEqual({ steady: false, utilization: 1.5 });
  });

  it.each([-1, NaN, Infinity])("refuses the rate %d", (arrivalRatePerSec) => {
    expect(() => mmc({ arrivalRatePerSec, meanServiceSec: 1, servers: 1 })).toThrow("an arrival rate is 0 or more");
    expect(() => mmc({ arrivalRatePerSec: 1, meanServiceSec: arrivalRatePerSec, servers: 1 })).toThrow("a mean service time is 0 or more");
  });
});

describe("one server with any service times", () => {
  it("is M/M/1 for exponential ones, and waits half as long for constant ones", () => {
    fc.assert(
      fc.property(loads, ({ utilization, meanServiceSec }) => {
        const load = { arrivalRatePerSec: utilization / meanServiceSec, meanServiceSec };
        fc.pre(load.arrivalRatePerSec * meanServiceSec < 1);
        const exponential = steady(mg1({ ...load, secondMomentServiceSec2: 2 * meanServiceSec * meanServiceSec }));
        expect(exponential.meanWaitSec / steady(mmc({ ...load, servers: 1 })).meanWaitSec - 1).toBeCloseTo(0, 9);
        expect(steady(md1(load)).meanWaitSec / exponential.meanWaitSec).toBeCloseTo(0.5, 9);
        expect(exponential.waitProbability).toBeCloseTo(utilization, 9);
      }),
    );
  });

  it("is a textbook's example: λ = 0.5, services of 1 s and 2 s equally often", () => {
    // ρ = 0.75, E[S²] = 2.5, so Wq = 0.5 × 2.5 / (2 × 0.25) = 2.5 s.
    const theory = steady(mg1({ arrivalRatePerSec: 0.5, meanServiceSec: 1.5, secondMomentServiceSec2: 2.5 }));
    expect(theory).toEqual({
      steady: true,
      utilization: 0.75,
      waitProbability: 0.75,
      meanWaitSec: 2.5,
      meanTimeInSystemSec: 4,
      meanWaiting: 1.25,
      meanInSystem: 2,
    });
  });

  it("has no long run from ρ = 1 on", () => {
    expect(md1({ arrivalRatePerSec: 1, meanServiceSec: 1 })).toEqual({ steady: false, utilization: 1 });
  });

  it("refuses a second moment that no service time can have", () => {
    expect(() => mg1({ arrivalRatePerSec: 1, meanServiceSec: 0.5, secondMomentServiceSec2: 0.2 })).toThrow("below the square of the mean");
  });
});

function steady(theory: LongRun): Steady {
  if (!theory.steady) throw new Error(`ρ = ${theory.utilization}`);
  return theory;
}
