import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WorkerSettings } from "../../../sim/core/worker/settings.ts";
import type { AwsFailureKind } from "../../../runtime/aws/errors.ts";
import { DriverWorld, failing, taken, type PendingBatch, type PendingVisibility } from "../../support/driver-world.ts";
import { settled } from "../../support/stepped-clock.ts";

const settings: fc.Arbitrary<Partial<WorkerSettings>> = fc.record({
  slots: fc.integer({ min: 1, max: 12 }),
  maxMessagesPerReceive: fc.integer({ min: 1, max: 10 }),
  concurrentReceives: fc.integer({ min: 1, max: 3 }),
  deleteLingerMs: fc.constantFrom(0, 200, 3000),
  heartbeat: fc.option(fc.constant({ everyMs: 2000, extendToMs: 6000, maxMs: 20_000 }), { nil: undefined }),
  retryDelayMs: fc.constantFrom(undefined, 0, 9000),
  circuitBreaker: fc.option(fc.constant({ failures: 2, openMs: 3000, probes: 1 }), { nil: undefined }),
});

/** One thing that may happen. `pick` chooses whom it happens to, `much` how much of it. */
const happening = fc.record({
  what: fc.constantFrom("deliver", "deliver", "fail receive", "done", "done", "failed", "throws", "settle", "settle", "lose call", "time"),
  pick: fc.nat(1000),
  much: fc.nat(1000),
});
type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never;

const KINDS = ["throttled", "unreachable", "timed-out", "server", "denied", "stale", "missing"] as const satisfies AwsFailureKind[];
const RETRYABLE: readonly AwsFailureKind[] = ["throttled", "unreachable", "timed-out", "server"];

/**
 * Keeps book of every message from outside: what a queue and a handler can see of it. A message ends by a delete that was
 * answered (well, or with a failure for good), by a release that was sent, or by being left after its job failed.
 */
class Bookkeeper {
  readonly world: DriverWorld;
  readonly ends = new Map<string, string[]>();
  private readonly failedWithoutDelay = new Set<string>();
  private readonly seen = new Set<PendingVisibility>();

  constructor(world: DriverWorld) {
    this.world = world;
  }

  /** Notes what the last happening made the driver send. */
  note(): void {
    for (const { ids } of this.world.visibilities.filter((call) => !this.seen.has(call))) {
      for (const id of ids) if (!this.world.handlers.has(id)) this.end(id, "released");
    }
    for (const call of this.world.visibilities) this.seen.add(call);
  }

  delivered(ids: readonly string[]): void {
    for (const id of ids) this.ends.set(id, []);
  }

  failed(id: string): void {
    this.failedWithoutDelay.add(id);
  }

  end(id: string, how: string): void {
    this.ends.get(id)!.push(how);
    this.failedWithoutDelay.delete(id);
  }

  /** Those whose failed jobs were followed by no call. */
  get left(): number {
    return this.failedWithoutDelay.size;
  }

  close(): void {
    for (const id of this.failedWithoutDelay) this.ends.get(id)!.push("left");
  }
}

describe("a driven worker, whatever is answered in whatever order,", () => {
  it("ends every message exactly once: deleted, released, left, or lost with a delete that was refused", async () => {
    await fc.assert(
      fc.asyncProperty(
        settings,
        fc.boolean(),
        fc.array(happening, { maxLength: 50 }),
        fc.array(happening, { maxLength: 25 }),
        async (given, hangsUp, before, after) => {
          const world = new DriverWorld(given, { hangsUp, timeLimitMs: 30_000 });
          const book = new Bookkeeper(world);
          for (const next of before) await happen(book, next);
          await world.drain();
          book.note();
          for (const next of after) await happen(book, next);
          await payEverything(book);

          expect(world.defects).toEqual([]);
          expect(world.hasStopped).toBe(true);
          expect(world.telemetry.counts.leftToExpire).toBe(book.left);
          book.close();
          expect([...book.ends].filter(([, ends]) => ends.length !== 1)).toEqual([]);
          expect(world.receives.length + world.deletes.length + world.visibilities.length).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

async function happen(book: Bookkeeper, { what, pick, much }: Happening): Promise<void> {
  const { world } = book;
  const kind = KINDS[much % KINDS.length]!;
  const id = [...world.handlers.keys()][pick % Math.max(1, world.handlers.size)];
  switch (what) {
    case "deliver":
      if (world.receives.length > 0) await deliver(book, pick, much);
      break;
    case "fail receive":
      if (world.receives.length > 0) await world.receives.splice(pick % world.receives.length, 1)[0]!.fail(kind);
      break;
    case "done":
      if (id !== undefined) await world.finish(id, undefined);
      break;
    case "failed":
      if (id !== undefined) await fail(book, id, much);
      break;
    case "throws":
      if (id !== undefined) {
        book.failed(id);
        await world.throwIn(id, new Error("as the test says"));
      }
      break;
    case "settle":
      await settle(book, pick, much % 3 === 0 ? kind : undefined, much);
      break;
    case "lose call":
      await settle(book, pick, kind, 0xffff);
      break;
    case "time":
      await pass(book, much * 5);
      break;
  }
  await settled();
  book.note();
}

async function deliver(book: Bookkeeper, pick: number, much: number): Promise<void> {
  const { world } = book;
  const receive = world.receives.splice(pick % world.receives.length, 1)[0]!;
  const messages = Array.from({ length: much % (receive.request.maxMessages + 1) }, () => world.newMessage());
  book.delivered(messages.map(({ id }) => id));
  await receive.answer(messages);
}

async function fail(book: Bookkeeper, id: string, much: number): Promise<void> {
  book.failed(id);
  const delay = much % 3 === 0 ? { retryDelaySec: 2 } : {};
  await book.world.finish(id, { kind: "failed", isDownstream: much % 2 === 0, ...delay });
}

/** Answers one of the batched calls: with those entries failed that the bits of `much` name, or not at all. */
async function settle(book: Bookkeeper, pick: number, kind: AwsFailureKind | undefined, much: number): Promise<void> {
  const { world } = book;
  const calls: PendingBatch[][] = [world.deletes, world.visibilities].filter((list) => list.length > 0);
  const list = calls[pick % Math.max(1, calls.length)];
  if (list === undefined) return;
  const isDelete = list === world.deletes;
  const call = list.splice(pick % list.length, 1)[0]!;
  const failed = kind === undefined ? [] : call.ids.filter((_, index) => ((much >> index) & 1) === 1);
  if (isDelete) for (const id of call.ids) if (!failed.includes(id)) book.end(id, "deleted");
  if (isDelete && kind !== undefined && !RETRYABLE.includes(kind)) for (const id of failed) book.end(id, "lost");
  if (kind !== undefined && much === 0xffff) await call.fail(kind);
  else await call.answer(kind === undefined ? [] : failing(call, failed, kind));
}

/** Handlers whose time is up while it passes have failed without a delay. */
async function pass(book: Bookkeeper, ms: number): Promise<void> {
  const { clock } = book.world;
  const until = clock.now() + ms;
  while (clock.nextAt <= until) {
    await clock.step();
    abandonLate(book);
  }
  await clock.pass(until - clock.now());
}

function abandonLate(book: Bookkeeper): void {
  for (const [id, handler] of book.world.handlers) {
    if (!handler.context.signal.aborted) continue;
    book.failed(id);
    book.world.handlers.delete(id);
    handler.resolve(undefined);
  }
  book.note();
}

/** Pays all debts, without further failures, until the worker has stopped. */
async function payEverything(book: Bookkeeper): Promise<void> {
  const { world } = book;
  for (let round = 0; round < 1000 && !(world.hasStopped && world.visibilities.length === 0); round += 1) {
    while (world.receives.length > 0) await taken(world.receives).answer([]);
    for (const id of [...world.handlers.keys()]) await world.finish(id);
    book.note();
    while (world.deletes.length + world.visibilities.length > 0) await settle(book, 0, undefined, 0);
    book.note();
    if (!world.hasStopped && world.clock.nextAt < Infinity) await world.clock.step();
  }
}
