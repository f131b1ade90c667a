import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ServiceLimits } from "../../../runtime/aws/fleet-limits.ts";

/** Application Auto Scaling as far as one scalable target goes. */
let server: Server;
let targets: Record<string, object>;
const calls: string[] = [];

beforeAll(async () => {
  process.env["AWS_ACCESS_KEY_ID"] = "nobody";
  process.env["AWS_SECRET_ACCESS_KEY"] = "a-secret-of-nobody";
  targets = { "service/main/worker": { MinCapacity: 1, MaxCapacity: 4 } };
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (piece: Buffer) => (text += piece.toString()));
    request.on("end", () => {
      const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
      const { ResourceIds = [], ResourceId = "", ...rest } = JSON.parse(text) as { ResourceIds?: string[]; ResourceId?: string };
      calls.push(operation);
      if (operation === "RegisterScalableTarget") targets[ResourceId] = rest;
      const ScalableTargets = ResourceIds.flatMap((id) => targets[id] ?? []);
      response.setHeader("content-type", "application/x-amz-json-1.1").end(JSON.stringify({ ScalableTargets }));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.close();
});

const limitsOf = (name: string) =>
  new ServiceLimits({ name, region: "us-east-1", endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });

describe("the limits of an ECS service", () => {
  it("are read and moved at its scalable target", async () => {
    const limits = limitsOf("service/main/worker");
    expect(await limits.read()).toEqual({ min: 1, max: 4 });
    await limits.change({ min: 2, max: 8 });
    expect(await limits.read()).toEqual({ min: 2, max: 8 });
    expect(targets["service/main/worker"]).toMatchObject({ ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" });
    limits.close();
  });

  it("are not made where there is no such target", async () => {
    const limits = limitsOf("service/main/other");
    calls.length = 0;
    await expect(limits.change({ min: 2, max: 8 })).rejects.toMatchObject({ name: "AwsFailure", kind: "missing" });
    expect(calls).toEqual(["DescribeScalableTargets"]);
    limits.close();
  });
});
