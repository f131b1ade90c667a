import { beforeEach, describe, expect, it } from "vitest";
import { LatestWins } from "../../web/worker/latest-wins.ts";

const PATIENCE_MS = 1000;

describe("requests that come faster than they are served", () => {
  let now: number;
  let served: Serving[];
  let queue: LatestWins<string>;

  beforeEach(() => {
    now = 0;
    served = [];
    const serve = (request: string, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        served.push({ request, signal, end: resolve });
        signal.addEventListener("abort", () => {
          resolve();
        });
      });
    queue = new LatestWins(serve, PATIENCE_MS, () => now);
  });

  const patient = (request: string) => {
    queue.submit(request, { patient: true });
  };
  const urgent = (request: string) => {
    queue.submit(request, { patient: false });
  };
  const requests = () => served.map(({ request }) => request);

  it("are served one at a time", async () => {
    patient("a");
    patient("b");
    expect(requests()).toEqual(["a"]);
    await end(served[0]!);
    expect(requests()).toEqual(["a", "b"]);
  });

  it("are forgotten but for the newest", async () => {
    patient("a");
    patient("b");
    patient("c");
    patient("d");
    await end(served[0]!);
    expect(requests()).toEqual(["a", "d"]);
  });

  it("let a preview under way come to its end while the hand moves", () => {
    patient("a");
    now = PATIENCE_MS - 1;
    patient("b");
    expect(served[0]!.signal.aborted).toBe(false);
  });

  it("stop a preview that keeps them waiting too long", async () => {
    patient("a");
    now = PATIENCE_MS;
    patient("b");
    await settled();
    expect(served[0]!.signal.aborted).toBe(true);
    expect(requests()).toEqual(["a", "b"]);
  });

  it("stop what runs when they are not patient", async () => {
    patient("a");
    urgent("b");
    await settled();
    expect(served[0]!.signal.aborted).toBe(true);
    expect(requests()).toEqual(["a", "b"]);
  });

  it("stop an exact run even when they are patient", async () => {
    urgent("a");
    patient("b");
    await settled();
    expect(requests()).toEqual(["a", "b"]);
  });

  it("are all dropped on cancel, and the next one is served as usual", async () => {
    urgent("a");
    patient("b");
    queue.cancel();
    await settled();
    expect(served[0]!.signal.aborted).toBe(true);
    expect(requests()).toEqual(["a"]);
    patient("c");
    expect(requests()).toEqual(["a", "c"]);
  });
});

interface Serving {
  readonly request: string;
  readonly signal: AbortSignal;
  readonly end: () => void;
}

async function end(serving: Serving): Promise<void> {
  serving.end();
  await settled();
}

/** Everything that was only waiting for its turn has had it. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}
