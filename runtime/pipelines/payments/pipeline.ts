import type { Pipeline } from "../pipeline.ts";

/** Payments of mortgages, kept by day: load balancer → API → SQS → workers → S3 with a key of its own. */
export const payments: Pipeline = {
  name: "payments",
  summary: "Payments of mortgages, kept in S3 by the day on which they were made",
  scenarioId: "mortgage",
  needs: [
    { kind: "queue", setting: "QUEUE_URL" },
    { kind: "bucket", setting: "BUCKET" },
  ],
  sample: {
    method: "POST",
    path: "/payments",
    needsToken: false,
    body: { payment_id: "p123", amount: 99.12, ts: "2026-01-15T12:00:00Z" },
    nthBody: (number) => ({ payment_id: `p${number}`, amount: 99.12 }),
  },
  api: async () => (await import("./routes.ts")).api,
  worker: async () => (await import("./handler.ts")).worker,
};
