import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ToldJob } from "../../../sim/index.ts";
import { JobBoard, READ_EVERY_SEC } from "../../../web/board/job-board.ts";

/** An API with so many jobs, the newest first, whose cursors are places in that list. */
class FakeApi {
  readonly asked: string[] = [];
  jobs: ToldJob[];
  isDown = false;

  constructor(count: number) {
    this.jobs = Array.from({ length: count }, (_, index) => jobNumbered(count - index));
    vi.stubGlobal("fetch", (path: string) => Promise.resolve(this.answer(path)));
  }

  private answer(path: string): Response {
    this.asked.push(path);
    const { pathname, searchParams } = new URL(path, "http://localhost");
    if (this.isDown) return new Response("Bad Gateway", { status: 502 });
    const [, , id] = pathname.split("/");
    if (id !== undefined) return Response.json(this.jobs.find(({ job_id: each }) => each === id));
    const from = Number(searchParams.get("cursor") ?? 0);
    const to = from + Number(searchParams.get("limit"));
    const next = to < this.jobs.length ? { next_cursor: String(to) } : {};
    return Response.json({ jobs: this.jobs.slice(from, to), ...next, counts: { SUBMITTED: 1, IN_PROGRESS: 0, COMPLETED: 0, FAILED: 0 } });
  }
}

function jobNumbered(number: number): ToldJob {
  return { job_id: `job-${number}`, name: `report ${number}`, status: "SUBMITTED", attempts: 0, submitted_at: "2026-01-15T09:00:00.000Z" };
}

const idsOf = (board: JobBoard) => board.read.value?.jobs.map(({ job_id: id }) => id);

async function openBoard(): Promise<JobBoard> {
  const board = new JobBoard();
  board.open();
  await vi.waitUntil(() => board.read.value !== undefined);
  return board;
}

const oneTurn = () => vi.advanceTimersByTimeAsync(READ_EVERY_SEC * 1000);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", Object.assign(new EventTarget(), { hidden: false }));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the jobs of the board", () => {
  it("are read anew every five seconds, as many as are wanted, from cursor to cursor where a page is too short", async () => {
    const api = new FakeApi(130);
    const board = await openBoard();
    for (let more = 0; more < 6; more += 1) await board.older();
    expect(idsOf(board)).toEqual(api.jobs.map(({ job_id: id }) => id));
    expect(board.read.value?.hasOlder).toBe(false);
    expect(api.asked.slice(-2)).toEqual(["./jobs?limit=100", "./jobs?limit=40&cursor=100"]);
    api.jobs = [jobNumbered(131), ...api.jobs];
    await oneTurn();
    expect(idsOf(board)?.slice(0, 2)).toEqual(["job-131", "job-130"]);
    expect(new Set(idsOf(board)).size).toBe(idsOf(board)?.length);
  });

  it("stay as they were read while the API does not answer, and are read when it does", async () => {
    const api = new FakeApi(3);
    const board = await openBoard();
    api.isDown = true;
    await oneTurn();
    expect(board.trouble.value).toBe("The API does not answer: what stands before it says 502.");
    expect(idsOf(board)).toEqual(["job-3", "job-2", "job-1"]);
    api.isDown = false;
    api.jobs = [jobNumbered(4), ...api.jobs];
    await oneTurn();
    expect(board.trouble.value).toBeUndefined();
    expect(idsOf(board)?.[0]).toBe("job-4");
  });

  it("go on being told of the one that is looked at when newer ones have pushed it out of the list", async () => {
    const api = new FakeApi(1);
    const board = await openBoard();
    board.choose(board.read.value?.jobs[0]);
    api.jobs = [
      ...Array.from({ length: 30 }, (_, index) => jobNumbered(40 - index)),
      { ...jobNumbered(1), status: "IN_PROGRESS", attempts: 1 },
    ];
    await oneTurn();
    expect(idsOf(board)).not.toContain("job-1");
    expect(board.chosen.value).toMatchObject({ job_id: "job-1", status: "IN_PROGRESS" });
    board.choose(undefined);
    await oneTurn();
    expect(board.chosen.value).toBeUndefined();
    expect(api.asked.at(-1)).toBe("./jobs?limit=20");
  });
});
