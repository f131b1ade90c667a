import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { REAL_CLOCK } from "../../../runtime/clock.ts";
import { EMAIL } from "../../../runtime/pipelines/emails/email.ts";
import { emails } from "../../../runtime/pipelines/emails/pipeline.ts";
import { addRoutes as addEmailRoutes } from "../../../runtime/pipelines/emails/routes.ts";
import { ORDER } from "../../../runtime/pipelines/orders/order.ts";
import { PaymentPlaces } from "../../../runtime/pipelines/orders/payment.ts";
import { orders } from "../../../runtime/pipelines/orders/pipeline.ts";
import { addRoutes as addOrderRoutes } from "../../../runtime/pipelines/orders/routes.ts";
import { PAYMENT } from "../../../runtime/pipelines/payments/payment.ts";
import { payments } from "../../../runtime/pipelines/payments/pipeline.ts";
import { addRoutes as addPaymentRoutes } from "../../../runtime/pipelines/payments/routes.ts";
import type { Api } from "../../../runtime/pipelines/pipeline.ts";
import { anyBody, anyText } from "../../support/any-request.ts";
import { problemIn, TestApi } from "../../support/test-api.ts";

interface Case {
  readonly path: string;
  readonly sample: unknown;
  /** What a message has to be. */
  readonly message: z.ZodType;
  readonly mount: (api: Api, send: (text: string) => Promise<void>) => void;
}

const mountOrders: Case["mount"] = (api, send) =>
  addOrderRoutes(api, { topic: { publish: send }, places: new PaymentPlaces(1000, REAL_CLOCK), paymentTimeSec: 0 });
const token = { value: () => Promise.resolve("the-token"), renewed: () => Promise.resolve("the-token") };

const CASES: readonly Case[] = [
  { path: "/orders/sync", sample: orders.sample.body, message: ORDER, mount: mountOrders },
  { path: "/orders/async", sample: orders.sample.body, message: ORDER, mount: mountOrders },
  {
    path: "/payments",
    sample: payments.sample.body,
    message: PAYMENT,
    mount: (api, send) => addPaymentRoutes(api, { queue: { send }, epochMs: () => 0 }),
  },
  { path: "/api/email", sample: emails.sample.body, message: EMAIL, mount: (api, send) => addEmailRoutes(api, { queue: { send }, token }) },
];

/** Characters that SQS takes (SendMessage, SQS API reference). */
const TAKEN_BY_SQS = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

describe.each(CASES)("POST $path", ({ path, sample, message, mount }) => {
  const sent: string[] = [];
  const api = new TestApi({ mount: (routes) => mount(routes, (text) => Promise.resolve(void sent.push(text))) });

  /** Answered well, or with a problem that is the caller's; what was sent is what the worker takes. */
  async function asks(text: string): Promise<void> {
    sent.length = 0;
    const response = await api.post(path, text, { Authorization: "Bearer the-token" });
    if (response.status >= 300) {
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
      expect(await problemIn(response)).toMatchObject({ status: response.status, detail: expect.any(String) as string });
      if (response.status === 422) expect(await problemsAgain(text)).not.toEqual([]);
      expect(sent).toEqual([]);
    }
    for (const each of sent) {
      expect(each).toMatch(TAKEN_BY_SQS);
      expect(message.safeParse(JSON.parse(each)).success).toBe(true);
    }
  }

  async function problemsAgain(text: string): Promise<unknown> {
    return (await problemIn(await api.post(path, text, { Authorization: "Bearer the-token" }))).faults;
  }

  it("takes what is asked for and refuses the rest, whatever JSON comes", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyBody(sample), (body) => asks(JSON.stringify(body))),
      { numRuns: 1000 },
    );
  });

  it("refuses what is no JSON, whatever it is", async () => {
    await fc.assert(fc.asyncProperty(anyText(), asks));
  });

  it("takes the sample", async () => {
    const response = await api.post(path, sample, { Authorization: "Bearer the-token" });
    expect(response.ok).toBe(true);
  });
});

describe("any address and method", () => {
  it("is answered, and never with a defect", async () => {
    const api = new TestApi({ mount: (routes) => mountOrders(routes, () => Promise.resolve()) });
    const anyPath = fc.oneof(
      fc.webPath(),
      fc.string().map((text) => `/${encodeURIComponent(text)}`),
      fc.constantFrom("/%", "/%ff", "//", "/orders/sync/"),
    );
    await fc.assert(
      fc.asyncProperty(anyPath, async (path) => {
        expect((await api.get(path === "" ? "/" : path)).status).toBeLessThan(500);
      }),
    );
  });
});
