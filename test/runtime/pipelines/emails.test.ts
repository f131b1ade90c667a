import fc from "fast-check";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { EmailFigures } from "../../../runtime/pipelines/emails/figures.ts";
import { emailHandler } from "../../../runtime/pipelines/emails/handler.ts";
import { addRoutes } from "../../../runtime/pipelines/emails/routes.ts";
import { handled } from "../../support/handled.ts";
import { MemoryObjectStore } from "../../support/memory-store.ts";
import { problemIn, TestApi } from "../../support/test-api.ts";

const EMAIL = {
  email_subject: "Happy new year!",
  email_sender: "John Doe",
  email_timestream: "1693561101",
  email_content: "Just want to say…",
};
/** SHA-256 of the sender, its first 16 digits. */
const KEY = "emails/2023/09/01/email-1693561101-6cea57c2fb6cbc2a.json";

/** @param token What the parameter holds; a change is known to a renewed read only. */
function emailApi(token: { value: string; renewed?: string } = { value: "the-token" }) {
  const sent: string[] = [];
  const api = new TestApi({
    mount: (routes) =>
      addRoutes(routes, {
        queue: { send: (text) => Promise.resolve(void sent.push(text)) },
        token: { value: () => Promise.resolve(token.value), renewed: () => Promise.resolve(token.renewed ?? token.value) },
      }),
  });
  const post = (body: unknown, given = "the-token") => api.post("/api/email", body, { Authorization: `Bearer ${given}` });
  return { api, post, sent };
}

function worker(store = new MemoryObjectStore()) {
  const registry = new Registry();
  const figures = new EmailFigures(registry, () => Promise.resolve(4));
  return { store, registry, handler: emailHandler(store, figures) };
}

describe("POST /api/email", () => {
  it("enqueues an e-mail of who has the token", async () => {
    const { post, sent } = emailApi();
    const response = await post(EMAIL);
    expect([response.status, await response.json()]).toEqual([202, { enqueued: true }]);
    expect(sent.map((text) => JSON.parse(text) as unknown)).toEqual([EMAIL]);
  });

  it("lets nobody else in, and enqueues nothing", async () => {
    const { api, post, sent } = emailApi();
    expect((await post(EMAIL, "another")).status).toBe(401);
    expect((await api.post("/api/email", EMAIL)).status).toBe(401);
    expect(sent).toEqual([]);
  });

  it("knows a token that was changed a moment ago, and the old one no longer once it has been read", async () => {
    const { post } = emailApi({ value: "the-old-token", renewed: "the-token" });
    expect((await post(EMAIL)).status).toBe(202);
  });

  it("lets nobody in before the token is set", async () => {
    expect((await emailApi({ value: "not set" }).post(EMAIL, "not set")).status).toBe(401);
  });

  it("asks for all four fields", async () => {
    const { post, sent } = emailApi();
    const { faults = [] } = await problemIn(await post({}));
    expect(faults.map(({ path, must }) => `${path} ${must}`)).toEqual([
      "/email_subject has to be a text",
      "/email_sender has to be a text",
      "/email_timestream has to be a text",
      "/email_content has to be a text",
    ]);
    expect(sent).toEqual([]);
  });
});

describe("the worker on e-mails", () => {
  it("keeps an e-mail by day, time and sender, once, however often its message comes", async () => {
    const { handler, store } = worker();
    for (let receive = 0; receive < 3; receive += 1) expect(await handled(handler, JSON.stringify(EMAIL))).toEqual({ kind: "done" });
    expect(store.contents()).toEqual({ [KEY]: EMAIL });
  });

  it("keeps all e-mails of a sender and second, in whatever order and however often their messages come", async () => {
    const contents = ["one", "two", "three"].map((email_content) => ({ ...EMAIL, email_content }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(2), { minLength: 1, maxLength: 12 }), async (receives) => {
        const { handler, store } = worker();
        for (const which of receives) expect(await handled(handler, JSON.stringify(contents[which]))).toEqual({ kind: "done" });
        const kept = Object.values(store.contents()).map((content) => (content as typeof EMAIL).email_content);
        expect(kept.sort()).toEqual([...new Set(receives)].map((which) => contents[which]!.email_content).sort());
      }),
    );
  });

  it("fails on whatever holds no e-mail, writes nothing, and tells nothing of it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: "binary" }), fc.json()), async (body) => {
        const { handler, store } = worker();
        expect(await handled(handler, body)).toMatchObject({
          kind: "failed",
          reason: expect.stringMatching(/^The message holds no/) as string,
        });
        expect(store.objects.size).toBe(0);
      }),
    );
  });

  it("counts e-mails, writes and time, and tells how many wait", async () => {
    const { handler, registry } = worker();
    await handled(handler, JSON.stringify(EMAIL));
    await handled(handler, "{}");
    const text = await registry.metrics();
    for (const line of [
      'emails_total{result="processed"} 1',
      'emails_total{result="failed"} 1',
      'emails_s3_uploads_total{result="ok"} 1',
      "emails_processing_duration_seconds_count 2",
      "emails_queue_visible_messages 4",
    ])
      expect(text).toContain(line);
  });
});
