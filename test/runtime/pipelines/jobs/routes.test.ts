import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Limits } from "../../../../runtime/aws/fleet-limits.ts";
import { DatabaseFailure } from "../../../../runtime/pipelines/jobs/database.ts";
import type { Job } from "../../../../runtime/pipelines/jobs/job.ts";
import { addRoutes, type JobRouteParts } from "../../../../runtime/pipelines/jobs/routes.ts";
import { jobs } from "../../../../runtime/pipelines/jobs/pipeline.ts";
import { anyBody, anyText } from "../../../support/any-request.ts";
import { problemIn, TestApi } from "../../../support/test-api.ts";

const JOB: Job = {
  id: "11111111-1111-4111-8111-111111111111",
  name: "monthly report",
  durationSec: undefined,
  fails: false,
  status: "SUBMITTED",
  error: undefined,
  attempts: 0,
  submittedAt: new Date(Date.UTC(2026, 0, 15)),
  startedAt: undefined,
  finishedAt: undefined,
};

function world(more: Partial<JobRouteParts> = {}) {
  const state = { submitted: 0, toldToSend: 0, limits: { min: 1, max: 4 } as Limits, cursors: [] as unknown[] };
  const api = new TestApi({
    mount: (routes) =>
      addRoutes(routes, {
        store: {
          submit: () => Promise.resolve({ ...JOB, ...((state.submitted += 1) && {}) }),
          find: (id) => Promise.resolve(id === JOB.id ? JOB : undefined),
          page: ({ after }) => {
            state.cursors.push(after);
            return Promise.resolve({ jobs: [JOB], next: after === undefined ? JOB : undefined });
          },
          counts: () => Promise.resolve({ SUBMITTED: 1, IN_PROGRESS: 0, COMPLETED: 0, FAILED: 0 }),
        },
        prepared: () => Promise.resolve(),
        saved: () => (state.toldToSend += 1),
        limits: { read: () => Promise.resolve(state.limits), change: (limits) => Promise.resolve(void (state.limits = limits)) },
        isAdministrator: (token) => Promise.resolve(token === "the-token"),
        ...more,
      }),
  });
  return { api, state };
}

const ADMIN = { Authorization: "Bearer the-token" };

describe("POST /submit-job", () => {
  it("saves what is a job and refuses the rest, whatever comes", { timeout: 60_000 }, async () => {
    const { api, state } = world();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          anyBody(jobs.sample.body).map((body) => JSON.stringify(body)),
          anyText(),
        ),
        async (text) => {
          const { submitted, toldToSend } = state;
          const { status } = await api.post("/submit-job", text);
          expect(status).toBeLessThan(500);
          const taken = status === 202 ? 1 : 0;
          expect(state).toMatchObject({ submitted: submitted + taken, toldToSend: toldToSend + taken });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("says so while the database does not answer", async () => {
    const down = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const { api, state } = world({ prepared: () => Promise.reject(new DatabaseFailure(down)) });
    const response = await api.post("/submit-job", jobs.sample.body);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(state.toldToSend).toBe(0);
  });
});

describe("GET /jobs", () => {
  it("leads from page to page", async () => {
    const { api, state } = world();
    const first = (await (await api.get("/jobs")).json()) as { jobs: unknown[]; next_cursor: string; counts: object };
    expect(first).toMatchObject({ jobs: [{ job_id: JOB.id, status: "SUBMITTED" }], counts: { SUBMITTED: 1, FAILED: 0 } });
    const second = (await (await api.get(`/jobs?cursor=${first.next_cursor}`)).json()) as object;
    expect(second).not.toHaveProperty("next_cursor");
    expect(state.cursors).toEqual([undefined, { submittedAt: JOB.submittedAt, id: JOB.id }]);
  });

  it("refuses limits, statuses and cursors that are none, and never fails", async () => {
    const { api } = world();
    for (const query of ["limit=0", "limit=101", "limit=x", "status=DONE", "cursor=x", "cursor="]) {
      expect([query, (await api.get(`/jobs?${query}`)).status]).toEqual([query, 422]);
    }
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        const cursor = Buffer.from(text).toString("base64url");
        expect((await api.get(`/jobs?cursor=${cursor}&limit=${encodeURIComponent(text)}`)).status).toBe(422);
      }),
    );
  });
});

describe("POST /update-scaling", () => {
  const limits = { min_capacity: 2, max_capacity: 8 };

  it("moves the limits for an administrator, and tells what they were", async () => {
    const { api, state } = world();
    const response = await api.post("/update-scaling", limits, ADMIN);
    expect([response.status, await response.json()]).toEqual([200, { ...limits, before: { min_capacity: 1, max_capacity: 4 } }]);
    expect(state.limits).toEqual({ min: 2, max: 8 });
  });

  it("is for nobody else, and tells them nothing", async () => {
    const { api, state } = world();
    for (const headers of [{}, { Authorization: "Bearer wrong" }, { Authorization: "the-token" }]) {
      expect((await api.post("/update-scaling", "no JSON", headers)).status).toBe(401);
      expect((await api.post("/update-scaling", limits, headers)).status).toBe(401);
    }
    expect(state.limits).toEqual({ min: 1, max: 4 });
  });

  it("refuses limits that cross, and any that are none", async () => {
    const { api, state } = world();
    const crossed = await api.post("/update-scaling", { min_capacity: 3, max_capacity: 2 }, ADMIN);
    expect((await problemIn(crossed)).faults).toMatchObject([{ path: "/max_capacity", must: "has to be at least min_capacity" }]);
    await fc.assert(
      fc.asyncProperty(anyBody(limits), async (body) => {
        const { status } = await api.post("/update-scaling", body, ADMIN);
        expect(status).toBeLessThan(500);
        expect(state.limits.min).toBeLessThanOrEqual(state.limits.max);
      }),
    );
  });
});
