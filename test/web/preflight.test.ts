import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { gallery, type Finding, type Scenario } from "../../sim/index.ts";
import { Preflight } from "../../web/preflight/preflight.ts";

const first = gallery[0]!.scenario;
const finding: Finding = { rule: "too-small", level: "fault", text: "", mend: "", edits: [], paths: [], source: "https://aws.example" };

describe("preflight on the page", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("waits for the first run, and then for the hand to rest", async () => {
    const [scenario, view] = [signal(first), signal<unknown>(undefined)];
    const asked: Scenario[] = [];
    const preflight = new Preflight({ preflight: (each) => (asked.push(each), Promise.resolve([finding])) }, scenario, view);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([]);
    view.value = {};
    for (let step = 0; step < 20; step += 1) {
      scenario.value = { ...first };
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toEqual([scenario.value]);
    expect(preflight.findings.value).toEqual([finding]);
  });

  it("drops an answer that a change has overtaken", async () => {
    const scenario = signal(first);
    const answers: ((findings: readonly Finding[]) => void)[] = [];
    const preflight = new Preflight({ preflight: () => new Promise((resolve) => answers.push(resolve)) }, scenario, signal({}));
    await vi.advanceTimersByTimeAsync(200);
    scenario.value = { ...first };
    answers[0]?.([finding]);
    await vi.advanceTimersByTimeAsync(200);
    expect(preflight.findings.value).toEqual([]);
    answers[1]?.([finding]);
    await vi.advanceTimersByTimeAsync(0);
    expect(preflight.findings.value).toEqual([finding]);
  });

  it("says when it could not look, until it can", async () => {
    const scenario = signal(first);
    let broken = true;
    const client = { preflight: () => (broken ? Promise.reject(new Error("broke")) : Promise.resolve([])) };
    const preflight = new Preflight(client, scenario, signal({}));
    await vi.advanceTimersByTimeAsync(200);
    expect(preflight.failure.value).toBe("broke");
    broken = false;
    scenario.value = { ...first };
    await vi.advanceTimersByTimeAsync(200);
    expect(preflight.failure.value).toBeUndefined();
  });
});
