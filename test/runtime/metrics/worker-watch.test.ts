import { describe, expect, it } from "vitest";
import { directoryOf } from "../../../runtime/metrics/worker-directory.ts";
import { WorkerWatch } from "../../../runtime/metrics/worker-watch.ts";

interface Stats {
  readonly slots?: number;
  readonly busySlots?: number;
  readonly phase?: string;
  readonly uptimeSec?: number;
  readonly done?: number;
  readonly failed?: number;
  readonly jobTimeMs?: number;
}

/** A watch over workers `i-0`, `i-1`, … of which some do not answer. */
function watching(answers: Record<string, Stats | undefined>) {
  const watch = new WorkerWatch(directoryOf("http://{instance}:9090"), (url) => {
    const stats = answers[new URL(url).hostname];
    if (stats === undefined) return Promise.reject(new Error(`${url} did not answer`));
    const { slots = 4, busySlots = 0, phase = "working", uptimeSec = 60, done = 0, failed = 0, jobTimeMs = 0 } = stats;
    return Promise.resolve({ slots, busySlots, phase, uptimeSec, jobs: { done, failed }, jobTimeMs, more: "ignored" });
  });
  return (now = 1_000_000) => watch.look(Object.keys(answers), now);
}

describe("the watch over workers", () => {
  it("puts together what the working ones say: their share of busy slots, and when they began", async () => {
    const figures = await watching({
      "i-0": { busySlots: 4, uptimeSec: 100 },
      "i-1": { busySlots: 1 },
      "i-2": { busySlots: 4, phase: "draining" },
      "i-3": undefined,
    })();
    expect(figures).toMatchObject({ working: 2, busyShare: 5 / 8, serviceTimeMs: undefined });
    expect(figures.beganAt.get("i-0")).toBe(900_000);
    expect(figures.beganAt.has("i-3")).toBe(false);
  });

  it("takes the mean time of a job from what was done since, whichever workers come, go and begin anew", async () => {
    const answers: Record<string, Stats> = { "i-0": { done: 10, jobTimeMs: 1000 } };
    const look = watching(answers);
    expect((await look()).serviceTimeMs).toBe(100);
    answers["i-0"] = { done: 15, failed: 5, jobTimeMs: 3000 };
    expect((await look()).serviceTimeMs).toBeCloseTo(150, -1);
    answers["i-0"] = { done: 10, jobTimeMs: 1500 };
    answers["i-1"] = { done: 10, jobTimeMs: 500 };
    expect((await look()).serviceTimeMs).toBeCloseTo(125, -1);
  });

  it("forgets slowly: after three hundred jobs only the new ones count", async () => {
    const answers: Record<string, Stats> = { "i-0": { done: 10, jobTimeMs: 1000 } };
    const look = watching(answers);
    await look();
    answers["i-0"] = { done: 310, jobTimeMs: 4000 };
    expect((await look()).serviceTimeMs).toBe(10);
  });

  it("knows nothing when none answers, and says why", async () => {
    await expect(watching({ "i-0": undefined, "i-1": undefined })()).rejects.toThrow("http://i-0:9090/stats did not answer");
  });
});

describe("the directory of workers", () => {
  it("has a page for each instance when the pattern names instances", async () => {
    expect(await directoryOf("http://{instance}.eu-central-1.compute.internal:9090")(["i-0ab", "i-1cd"])).toEqual([
      { url: "http://i-0ab.eu-central-1.compute.internal:9090/stats", instanceId: "i-0ab" },
      { url: "http://i-1cd.eu-central-1.compute.internal:9090/stats", instanceId: "i-1cd" },
    ]);
  });

  it("has a page for each address of a host otherwise", async () => {
    const pages = await directoryOf("http://localhost:9090")([]);
    expect(pages.length).toBeGreaterThan(0);
    for (const { url } of pages) expect(url).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]):9090\/stats$/);
  });
});
