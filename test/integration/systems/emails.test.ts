import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/until.ts";
import { BUCKET, jsonPost, SECRET, SystemRig } from "./system-rig.ts";

let rig: SystemRig;
beforeAll(async () => {
  rig = await SystemRig.start();
});
afterAll(async () => {
  await rig.stop();
});

const TOKEN = "a-token-of-the-callers";

/** Each test has e-mails of its own second: their objects are in the same bucket. */
function email(second: number, content = "Just want to say… happy new year!") {
  return {
    email_subject: "Happy new year!",
    email_sender: "John Doe",
    email_timestream: String(1_693_561_100 + second),
    email_content: content,
  };
}

async function emailSystem(name: string, maxReceiveCount = 10) {
  const queueUrl = await rig.queueWithDeadLetters(name, maxReceiveCount);
  const parameter = `/${name}/token`;
  await rig.setParameter(parameter, TOKEN);
  const environment = { SQS_QUEUE_URL: queueUrl, SSM_TOKEN_PARAMETER: parameter, S3_BUCKET_NAME: BUCKET };
  return {
    queueUrl,
    parameter,
    api: () => rig.api("emails", environment),
    worker: (more: Readonly<Record<string, string>> = {}) => rig.worker("emails", { ...environment, ...more }),
    kept: (second: number) => rig.store.list(`emails/2023/09/01/email-${1_693_561_100 + second}-`),
  };
}

function withToken(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}

describe.concurrent("the e-mail system", () => {
  it("keeps what somebody with the token has sent, by day, time and sender", async () => {
    const { api, worker, queueUrl, kept } = await emailSystem("kept");
    expect((await api().page("api/email", jsonPost(email(1), withToken(TOKEN)))).status).toBe(202);
    worker();
    await until("it is kept", async () => (await kept(1)).length === 1);
    expect(await kept(1)).toEqual(["emails/2023/09/01/email-1693561101-6cea57c2fb6cbc2a.json"]);
    expect(JSON.parse((await rig.store.get((await kept(1))[0]!)) ?? "")).toEqual(email(1));
    await rig.emptied(queueUrl);
  });

  it("refuses who has no token or another one, and takes a new token as soon as it is set", async () => {
    const { api, parameter, queueUrl } = await emailSystem("token");
    const asked = api();
    const statusWith = async (headers: Record<string, string>) => (await asked.page("api/email", jsonPost(email(2), headers))).status;
    expect([await statusWith({}), await statusWith(withToken("wrong")), await statusWith(withToken(TOKEN))]).toEqual([401, 401, 202]);
    await rig.setParameter(parameter, "the-next-token");
    await until("the new token is taken", async () => (await statusWith(withToken("the-next-token"))) === 202);
    expect(await statusWith(withToken(TOKEN))).toBe(401);
    expect(await rig.held(queueUrl)).toBe(2);
    const figures = await (await asked.page("metrics")).text();
    expect(figures).toMatch(/headroom_api_requests_total\{method="POST",route="\/api\/email",status="202"\} 2/);
  });

  it("keeps an e-mail once when a worker is killed between the write and the delete", async () => {
    const { worker, queueUrl, kept } = await emailSystem("killed");
    await rig.send(queueUrl, JSON.stringify(email(3)));
    const first = worker({ DELETE_LINGER_MS: "60000", HEARTBEAT_EVERY_SEC: "0", VISIBILITY_TIMEOUT_SEC: "2" });
    await until("it is kept", async () => (await kept(3)).length === 1);
    first.kill("SIGKILL");
    await first.exited;
    await worker().figures(({ jobs }) => jobs.done === 1);
    await rig.emptied(queueUrl);
    expect(await kept(3)).toHaveLength(1);
  });

  it("keeps two e-mails of one sender and second", async () => {
    const { worker, queueUrl, kept } = await emailSystem("collision");
    await rig.send(queueUrl, JSON.stringify(email(4, "one")));
    await rig.send(queueUrl, JSON.stringify(email(4, "two")));
    worker();
    await rig.emptied(queueUrl);
    expect(await kept(4)).toHaveLength(2);
  });

  it("does not pause after a batch, and says so to who asks for it", async () => {
    const { worker, queueUrl, kept } = await emailSystem("pause");
    const working = worker({ SQS_POLL_INTERVAL: "30", SLOTS: "10" });
    expect(await working.says("SQS_POLL_INTERVAL is not used")).toMatchObject({ ceilingPerSec: 0.33 });
    for (let index = 0; index < 25; index += 1) await rig.send(queueUrl, JSON.stringify(email(5, String(index))));
    await until("all are kept", async () => (await kept(5)).length === 25, 5000);
    const figures = await (await working.page("metrics")).text();
    expect(figures).toContain('emails_total{result="processed"} 25');
    expect(figures).toMatch(/emails_queue_visible_messages 0/);
  });

  it("writes neither tokens nor what e-mails say into any log", async () => {
    const { api, worker, queueUrl } = await emailSystem("silence", 2);
    await api().page("api/email", jsonPost(email(6, "between us"), withToken(TOKEN)));
    await api().page("api/email", jsonPost({ ...email(6, "between us"), email_sender: 7 }, withToken(TOKEN)));
    await rig.send(queueUrl, JSON.stringify({ ...email(6, "between us"), email_sender: 7 }));
    const working = worker({ RETRY_DELAY_SEC: "0", LOG_LEVEL: "debug" });
    await rig.emptied(queueUrl);
    await working.says("handler has thrown");
    expect(rig.written).not.toMatch(/between us|John Doe/);
    for (const secret of [TOKEN, SECRET]) expect(rig.written).not.toContain(secret);
  });
});
