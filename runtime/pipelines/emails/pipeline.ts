import type { Pipeline } from "../pipeline.ts";

/** E-mails on their way to storage: load balancer → API → SQS → consumers → S3. */
export const emails: Pipeline = {
  name: "emails",
  summary: "E-mails, taken from who has the token and kept in S3 by day",
  scenarioId: "email",
  needs: [
    { kind: "queue", setting: "SQS_QUEUE_URL" },
    { kind: "bucket", setting: "S3_BUCKET_NAME" },
    { kind: "token", setting: "SSM_TOKEN_PARAMETER" },
  ],
  sample: {
    method: "POST",
    path: "/api/email",
    needsToken: true,
    body: emailOf(1_693_561_101),
    nthBody: (number) => emailOf(1_693_561_101 + number),
  },
  api: async () => (await import("./routes.ts")).api,
  worker: async () => (await import("./handler.ts")).worker,
};

function emailOf(sec: number) {
  return {
    email_subject: "Happy new year!",
    email_sender: "John Doe",
    email_timestream: String(sec),
    email_content: "Just want to say… happy new year!",
  };
}
