import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ImdsServer } from "../../../../runtime/local/imds/imds-server.ts";
import type { InstanceDescription } from "../../../../runtime/local/imds/instance-description.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { ask } from "../raw-client.ts";

const DESCRIPTION: InstanceDescription = {
  instanceId: "i-0123456789abcdef0",
  instanceType: "t3.medium",
  imageId: "ami-0123456789abcdef0",
  accountId: "000000000000",
  region: "us-east-1",
  availabilityZone: "us-east-1a",
  privateIp: "10.0.0.1",
  purchase: "spot",
  launchedAt: 1_000_000,
  roleName: "worker",
  targetLifecycleState: undefined,
  spotAction: undefined,
  rebalanceRecommendedAt: undefined,
};

let instance: InstanceDescription;
let clock: ManualClock;
let imds: ImdsServer;
let url: string;

beforeEach(async () => {
  instance = { ...DESCRIPTION };
  clock = new ManualClock();
  imds = new ImdsServer(instance, clock);
  url = await imds.start();
});

afterEach(() => imds.close());

function token(ttlSec: string, headers: Record<string, string> = {}) {
  return ask(`${url}/latest/api/token`, { method: "PUT", headers: { "x-aws-ec2-metadata-token-ttl-seconds": ttlSec, ...headers } });
}

async function read(path: string, given?: string): Promise<{ status: number; body: string }> {
  const { status, body } = await ask(`${url}${path}`, {
    method: "GET",
    headers: { "x-aws-ec2-metadata-token": given ?? (await token("60")).body },
  });
  return { status, body };
}

describe("a token", () => {
  it("lets its holder in until its time is over", async () => {
    const { status, headers, body } = await token("60");
    expect([status, headers["x-aws-ec2-metadata-token-ttl-seconds"]]).toEqual([200, "60"]);
    clock.advance(59_999);
    expect(await read("/latest/meta-data/instance-id", body)).toEqual({ status: 200, body: "i-0123456789abcdef0" });
    clock.advance(1);
    expect((await read("/latest/meta-data/instance-id", body)).status).toBe(401);
  });

  it.each(["0", "21601", "x", ""])("is not given out for %j seconds", async (ttlSec) => {
    expect((await token(ttlSec)).status).toBe(400);
  });

  it("is not given out through a proxy", async () => {
    expect((await token("60", { "x-forwarded-for": "10.0.0.2" })).status).toBe(403);
  });

  it("is needed: version 1 is refused", async () => {
    expect((await ask(`${url}/latest/meta-data/instance-id`, { method: "GET" })).status).toBe(401);
    expect((await read("/latest/meta-data/instance-id", "guessed")).status).toBe(401);
  });

  it("is not given out to a web page", async () => {
    expect((await token("60", { origin: "http://localhost:3000" })).status).toBe(403);
    expect((await token("60", { host: "rebound.example.com" })).status).toBe(403);
  });
});

describe("metadata", () => {
  it("lists what is below a folder", async () => {
    expect((await read("/latest/meta-data/placement/")).body).toBe("availability-zone\nregion");
    expect((await read("/latest/meta-data/iam/security-credentials/")).body).toBe("worker");
    expect((await read("/latest/")).body).toBe("dynamic/\nmeta-data/");
    expect((await read("/latest/meta-data/nothing")).status).toBe(404);
  });

  it("tells what the instance is", async () => {
    expect(JSON.parse((await read("/latest/dynamic/instance-identity/document")).body)).toMatchObject({
      instanceId: "i-0123456789abcdef0",
      region: "us-east-1",
      pendingTime: "1970-01-01T00:16:40Z",
    });
    expect((await read("/latest/meta-data/instance-life-cycle")).body).toBe("spot");
  });

  it("tells what becomes of the instance as soon as that is known, and nothing before", async () => {
    const paths = ["autoscaling/target-lifecycle-state", "spot/instance-action", "events/recommendations/rebalance"];
    for (const path of paths) expect((await read(`/latest/meta-data/${path}`)).status).toBe(404);
    instance.targetLifecycleState = "Terminated";
    instance.spotAction = { action: "terminate", at: 1_120_000 };
    instance.rebalanceRecommendedAt = 1_000_000;
    const bodies = [];
    for (const path of paths) bodies.push((await read(`/latest/meta-data/${path}`)).body);
    expect(bodies).toEqual(["Terminated", '{"action":"terminate","time":"1970-01-01T00:18:40Z"}', '{"noticeTime":"1970-01-01T00:16:40Z"}']);
    expect((await read("/latest/meta-data/spot/termination-time")).body).toBe("1970-01-01T00:18:40Z");
  });

  it("renews the role's credentials before they expire", async () => {
    const credentials = async () =>
      JSON.parse((await read("/latest/meta-data/iam/security-credentials/worker")).body) as { AccessKeyId: string; Expiration: string };
    const first = await credentials();
    clock.advance(6 * 3_600_000 - 300_000);
    expect((await credentials()).AccessKeyId).toBe(first.AccessKeyId);
    clock.advance(1_000);
    const second = await credentials();
    expect(second.AccessKeyId).not.toBe(first.AccessKeyId);
    expect(Date.parse(second.Expiration) - clock.now()).toBe(6 * 3_600_000);
  });
});
