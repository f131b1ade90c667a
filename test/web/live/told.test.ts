import { describe, expect, it } from "vitest";
import type { MeasuredEvent, MeasuredRow, MeasuredRun } from "../../../sim/index.ts";
import { heard } from "../../../web/live/told.ts";

const run = (id: string, phase: MeasuredRun["phase"]): MeasuredEvent => ({
  type: "run",
  run: {
    id,
    phase,
    name: "Small",
    fromSec: 0,
    forSec: 60,
    scale: 1,
    seed: 1,
    controller: "aws",
    leftOut: [],
    endpointUrl: null,
    queueUrl: null,
    beganAtMs: null,
    failure: null,
    result: null,
  },
});
const row = (timeMs: number): MeasuredEvent => ({ type: "row", row: { timeMs } as MeasuredRow });
const mishap: MeasuredEvent = { type: "mishap", mishap: { at: 1, text: "i-1 ended: SIGKILL" } };

describe("what is heard of a run", () => {
  it("grows with each event, whether they come one by one or together", () => {
    const events = [run("a", "starting"), run("a", "running"), row(0), mishap, row(1000), run("a", "ended")];
    const together = heard(undefined, events);
    expect(events.reduce<ReturnType<typeof heard>>((told, event) => heard(told, [event]), undefined)).toEqual(together);
    expect(together).toMatchObject({ run: { phase: "ended" }, rows: [{ timeMs: 0 }, { timeMs: 1000 }], mishaps: [{ at: 1 }] });
  });

  it("begins anew with another run", () => {
    const before = heard(undefined, [run("a", "running"), row(0), mishap, run("a", "ended")]);
    expect(heard(before, [run("b", "starting")])).toMatchObject({ run: { id: "b" }, rows: [], decisions: [], mishaps: [] });
  });

  it("is nothing before the first run", () => {
    expect(heard(undefined, [])).toBeUndefined();
  });
});
