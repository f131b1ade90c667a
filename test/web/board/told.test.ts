import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JOB_STATUSES, type ToldJob, type ToldJobs } from "../../../sim/index.ts";
import { isMovedLimits, isProblem, isToldJob, isToldJobs } from "../../../web/board/told.ts";

const JOB: ToldJob = {
  job_id: "11111111-1111-4111-8111-111111111111",
  name: "monthly report",
  status: "FAILED",
  attempts: 2,
  duration_sec: 0.5,
  error: "The job was asked to fail.",
  submitted_at: "2026-01-15T09:00:00.000Z",
  started_at: "2026-01-15T09:00:01.000Z",
  finished_at: "2026-01-15T09:00:02.000Z",
};
const COUNTS = { SUBMITTED: 0, IN_PROGRESS: 1, COMPLETED: 2, FAILED: 3 };
const JOBS: ToldJobs = { jobs: [JOB], next_cursor: "x", counts: COUNTS };
const LIMITS = { min_capacity: 2, max_capacity: 8 };
const MOVED = { ...LIMITS, before: { min_capacity: 1, max_capacity: 4 } };

const without = (given: object, name: string) => Object.fromEntries(Object.entries(given).filter(([each]) => each !== name));

describe("what the board is told", () => {
  it.each(JOB_STATUSES)("is a job that is %s, with or without what not every job has", (status) => {
    const { job_id, name, attempts, submitted_at } = JOB;
    expect(isToldJob({ ...JOB, status })).toBe(true);
    expect(isToldJob({ job_id, name, status, attempts, submitted_at })).toBe(true);
  });

  it("is what it is also when a newer API says more", () => {
    expect(isToldJobs({ ...JOBS, jobs: [{ ...JOB, priority: 7 }], more: {} })).toBe(true);
    expect(isMovedLimits({ ...MOVED, by: "somebody" })).toBe(true);
  });

  it("is nothing at all when a part that every job has is missing or of another kind", () => {
    for (const name of ["job_id", "name", "status", "attempts", "submitted_at"]) expect(isToldJob(without(JOB, name))).toBe(false);
    const strange = { status: "DONE", attempts: 1.5, duration_sec: "5", submitted_at: "yesterday", finished_at: 7, error: {} };
    for (const [name, value] of Object.entries(strange)) expect(isToldJob({ ...JOB, [name]: value })).toBe(false);
    for (const status of JOB_STATUSES) expect(isToldJobs({ ...JOBS, counts: without(COUNTS, status) })).toBe(false);
    expect(isToldJobs({ ...JOBS, jobs: [JOB, { ...JOB, name: 1 }] })).toBe(false);
    expect(isMovedLimits(LIMITS)).toBe(false);
  });

  it("is never taken for something else, whatever comes", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect([isToldJob(value), isToldJobs(value), isMovedLimits(value)]).toEqual([false, false, false]);
      }),
    );
  });

  it("may be a problem, with faults or without", () => {
    expect(
      isProblem({ detail: "The body cannot be used as it is.", faults: [{ path: "/name", must: "has to be a text", value: 1 }] }),
    ).toBe(true);
    expect(isProblem({ detail: "Try again." })).toBe(true);
    expect(isProblem({ message: "Forbidden" })).toBe(false);
    expect(isProblem({ detail: "x", faults: [{ path: "/name" }] })).toBe(false);
  });
});
