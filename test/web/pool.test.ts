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

  it("makes single runs in their order, on the helpers before the first worker, no more at once than there are workers", async () => {
    const made: string[] = [];
    const begun: number[] = [];
    const noting = (name: string): Runner => {
      const inner = runner(name, made);
      return {
        replicate: (request, signal, progress) => {
          begun.push(request.seed);
          return inner.replicate(request, signal, progress);
        },
      };
    };
    const pool = new Pool(noting("first"), () => noting("helper"), 1);
    const { signal } = new AbortController();
    const all = Promise.all(jobs.map((job) => pool.runOne(job, signal)));
    expect(begun).toEqual([1, 2]);
    expect((await all).map((replicate) => replicate?.seed)).toEqual([1, 2, 3, 4, 5]);
    expect(begun).toEqual([1, 2, 3, 4, 5]);
    expect(made[0]).toBe("helper");
    expect(new Set(made)).toEqual(new Set(["first", "helper"]));
  });

  it("answers single runs that wait with nothing when stopped, and goes on with others", async () => {
    const pool = new Pool(runner("first", []), () => runner("helper", []), 0);
    const stop = new AbortController();
    const stopped = Promise.all(jobs.map((job) => pool.runOne(job, stop.signal)));
    const other = pool.runOne(jobs[0]!, new AbortController().signal);
    stop.abort();
    expect(await stopped).toEqual(jobs.map(() => undefined));
    expect((await other)?.seed).toBe(1);
  });

  it("hands on what breaks in a single run, and makes the next", async () => {
    const broken: Runner = {
      replicate: ({ seed }) => (seed === 1 ? Promise.reject(new Error("broke")) : Promise.resolve({ seed } as Replicate)),
    };
    const pool = new Pool(broken, () => broken, 0);
    const { signal } = new AbortController();
    const [first, second] = [pool.runOne(jobs[0]!, signal), pool.runOne(jobs[1]!, signal)];
    await expect(first).rejects.toThrow("broke");
    expect((await second)?.seed).toBe(2);
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
