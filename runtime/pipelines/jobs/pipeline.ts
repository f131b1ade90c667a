import type { Pipeline } from "../pipeline.ts";

/** Jobs that take their time: load balancer → API → PostgreSQL and SQS → workers. */
export const jobs: Pipeline = {
  name: "jobs",
  summary: "Long jobs, saved in PostgreSQL, sent by an outbox and worked off from a queue",
  scenarioId: "job-processing",
  needs: [{ kind: "queue", setting: "QUEUE_URL" }, { kind: "postgres" }, { kind: "token", setting: "ADMIN_TOKEN_PARAMETER" }],
  // The scenario begins with a job a minute, each of a minute: who only wants to see it work would see nothing.
  localPace: {
    scale: 20,
    said: "Jobs go at twenty times the scenario's pace here: twenty times its requests, and half a second to six seconds for a job.",
  },
  localSettings: { JOB_SHORTEST_SEC: "0.5", JOB_LONGEST_SEC: "6" },
  page: "board",
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
