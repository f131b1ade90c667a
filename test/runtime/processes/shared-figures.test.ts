import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { SharedFigures } from "../../../runtime/processes/shared-figures.ts";
import type { Figures } from "../../../runtime/processes/words.ts";

/** What a process would tell that has served so many requests, all of them "GET". */
async function figuresOf(served: number, waiting = 0): Promise<Figures> {
  const registers = [new Registry()];
  new Counter({ name: "served_total", help: "Served.", labelNames: ["method"], registers }).inc({ method: "GET" }, served);
  const seconds = new Histogram({ name: "seconds", help: "Time.", buckets: [1, 10], registers });
  for (let request = 0; request < served; request += 1) seconds.observe(2);
  new Gauge({ name: "under_way", help: "Under way.", registers }).set(1);
  new Gauge({ name: "queue", help: "The queue's.", aggregator: "max", registers }).set(waiting);
  return { metrics: await registers[0]!.getMetricsAsJSON(), counts: { jobs: { done: served } }, view: served };
}

async function told(figures: SharedFigures<string>): Promise<string[]> {
  return (await figures.registry().metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

describe("the figures of several processes", () => {
  it("are their sum, and of what they all see the same, what one of them sees", async () => {
    const figures = new SharedFigures<string>({ jobs: { done: 0 } });
    figures.heard("one", await figuresOf(3, 7));
    figures.heard("two", await figuresOf(4, 7));
    expect(await told(figures)).toEqual([
      'served_total{method="GET"} 7',
      'seconds_bucket{le="1"} 0',
      'seconds_bucket{le="10"} 7',
      'seconds_bucket{le="+Inf"} 7',
      "seconds_sum 14",
      "seconds_count 7",
      "under_way 2",
      "queue 7",
    ]);
    expect(figures.counts()).toEqual({ jobs: { done: 7 } });
  });

  it("are told before there is any", async () => {
    const figures = new SharedFigures<string>({ jobs: { done: 0 } });
    expect(figures.counts()).toEqual({ jobs: { done: 0 } });
    expect(await told(figures)).toEqual([]);
  });

  it("count each process once, as it was last heard", async () => {
    const figures = new SharedFigures<string>({ jobs: { done: 0 } });
    figures.heard("one", await figuresOf(3));
    figures.heard("one", await figuresOf(5));
    expect(figures.counts()).toEqual({ jobs: { done: 5 } });
    expect(figures.views()).toEqual([5]);
  });

  it("never fall when processes end, however many at once; only what they were doing goes with them", async () => {
    const figures = new SharedFigures<string>({ jobs: { done: 0 } });
    const names = ["one", "two", "three", "four"];
    for (const name of names) figures.heard(name, await figuresOf(2));
    for (const [gone, name] of names.entries()) {
      figures.ended(name);
      // Once before, and once after those that have ended were summed up.
      for (let look = 0; look < 2; look += 1) {
        const lines = await told(figures);
        expect(lines).toContain('served_total{method="GET"} 8');
        expect(lines).toContain("seconds_count 8");
        if (gone < 3) expect(lines).toContain(`under_way ${3 - gone}`);
        expect(figures.counts()).toEqual({ jobs: { done: 8 } });
      }
    }
    expect(figures.views()).toEqual([]);
    figures.ended("nobody");
    expect(figures.counts()).toEqual({ jobs: { done: 8 } });
  });
});
