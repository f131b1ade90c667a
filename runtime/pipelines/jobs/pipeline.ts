import type { Pipeline } from "../pipeline.ts";

/** Jobs that take their time: load balancer → API → PostgreSQL and SQS → workers. */
export const jobs: Pipeline = {
  name: "jobs",
  summary: "Long jobs, saved in PostgreSQL, sent by an outbox and worked off from a queue",
  scenarioId: "job-processing",
  needs: [{ kind: "queue", setting: "QUEUE_URL" }, { kind: "postgres" }, { kind: "token", setting: "ADMIN_TOKEN_PARAMETER" }],
  sample: {
    method: "POST",
    path: "/submit-job",
    needsToken: false,
    body: { name: "monthly report" },
    nthBody: (number) => ({ name: `report ${number}` }),
  },
  api: async () => (await import("./routes.ts")).api,
  worker: async () => (await import("./handler.ts")).worker,
};
