import { describe, expect, it } from "vitest";
import { kedaHpa, type KedaHpaSettings, type KedaHpaState } from "../../../../sim/core/policy/keda-hpa.ts";
import { group, MINUTE_MS } from "../../../support/observations.ts";

const usual: KedaHpaSettings = {
  queueLength: 5,
  activationQueueLength: 0,
  scaleOnInFlight: true,
  pollingMs: 30_000,
  cooldownMs: 300_000,
  hpaEveryMs: 15_000,
  tolerance: 0.1,
  stabilisationMs: 300_000,
};

/** Reviews every 15 s, on a group that follows at once. */
function play(
  world: (second: number) => { visible: number; inFlight: number },
  seconds: number,
  more: Partial<KedaHpaSettings> = {},
  min = 0,
) {
  const policy = kedaHpa({ ...usual, ...more });
  let state: KedaHpaState = policy.initial();
  let desired = min;
  const seen: number[] = [];
  for (let second = 0; second < seconds; second += 15) {
    const now = 10 * MINUTE_MS + second * 1000;
    const { visible, inFlight } = world(second);
    const observation = {
      metric: [],
      backlog: { value: visible, at: now },
      inFlight: { value: inFlight, at: now },
      capacity: group(desired, { min, max: 100 }),
    };
    const step = policy.decide(state, observation, now);
    state = step.state;
    desired = step.decision.desired;
    seen.push(desired);
  }
  return seen;
}

describe("KEDA with the HPA", () => {
  it("turns the workers on, and then at most doubles or adds four", () => {
    expect(play(() => ({ visible: 200, inFlight: 0 }), 90)).toEqual([1, 5, 10, 20, 40, 40]);
  });

  it("does nothing within 10 %", () => {
    expect(play(() => ({ visible: 54, inFlight: 0 }), 30, {}, 10)).toEqual([10, 10]);
    expect(play(() => ({ visible: 56, inFlight: 0 }), 15, {}, 10)).toEqual([12]);
  });

  it("goes down to the largest that it wanted in the last five minutes", () => {
    const seen = play((second) => ({ visible: second < 30 ? 40 : 5, inFlight: 0 }), 400, {}, 1);
    expect(seen.slice(1, 20)).toEqual(Array<number>(19).fill(8));
    expect(seen.at(-1)).toBe(1);
  });

  it("turns the last worker off in the middle of its work when messages in flight do not count", () => {
    const oneJob = () => ({ visible: 0, inFlight: 1 });
    const start = (second: number) => (second < 30 ? { visible: 1, inFlight: 0 } : oneJob());
    expect(play(start, 700, { scaleOnInFlight: false }).at(-1)).toBe(0);
    expect(play(start, 700).at(-1)).toBe(1);
  });

  it("never turns off with a minimum of one", () => {
    expect(play(() => ({ visible: 0, inFlight: 0 }), 900, {}, 1).at(-1)).toBe(1);
  });
});
