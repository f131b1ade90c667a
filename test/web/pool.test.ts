import { describe, expect, it } from "vitest";
import { gallery } from "../../sim/index.ts";
import { helpersFor, Pool, type Runner } from "../../web/worker/pool.ts";
import type { Replicate } from "../../web/worker/sim-api.ts";

const scenario = gallery[0]!.scenario;
const jobs = [1, 2, 3, 4, 5].map((seed) => ({ scenario, seed }));

describe("the pool of workers", () => {
  it("gives the results in the order of the jobs, whoever made them", async () => {
    const made: string[] = [];
    let helpers = 0;
    const pool = new Pool(
      runner("first", made),
      () => {
        helpers += 1;
        return runner(`helper ${helpers}`, made);
      },
      2,
    );
    const shares: number[] = [];
    const results = await pool.run(jobs, { signal: new AbortController().signal, progress: (share) => shares.push(share) });
    expect(results?.map(({ seed }) => seed)).toEqual([1, 2, 3, 4, 5]);
    expect(helpers).toBe(2);
    expect(new Set(made)).toEqual(new Set(["first", "helper 1", "helper 2"]));
    expect(shares.at(-1)).toBe(1);
  });

  it("leaves the first worker alone until it is free", async () => {
    const made: string[] = [];
    const pool = new Pool(runner("first", made), () => runner("helper", made), 1);
    const results = pool.run(jobs, { signal: new AbortController().signal, progress: () => undefined, firstIsFree: ticks(50) });
    expect((await results)?.length).toBe(5);
    expect(new Set(made)).toEqual(new Set(["helper"]));
  });

  it("answers with nothing when stopped", async () => {
    const stop = new AbortController();
    const pool = new Pool(runner("first", []), () => runner("helper", []), 1);
    const progress = () => {
      stop.abort();
    };
    expect(await pool.run(jobs, { signal: stop.signal, progress })).toBeUndefined();
  });

  it("leaves threads to the page and to the first worker", () => {
    expect([1, 2, 3, 4, 8, 64].map(helpersFor)).toEqual([0, 0, 1, 2, 3, 3]);
  });
});

function runner(name: string, made: string[]): Runner {
  return {
    async replicate({ seed }, signal) {
      await ticks(seed);
      if (signal.aborted) return undefined;
      made.push(name);
      return { seed } as Replicate;
    },
  };
}

async function ticks(count: number): Promise<void> {
  for (let tick = 0; tick < count; tick += 1) await Promise.resolve();
}
