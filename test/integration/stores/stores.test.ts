import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { S3ObjectStore } from "../../../runtime/aws/object-store.ts";
import { ParameterStore } from "../../../runtime/aws/parameter-store.ts";
import { DynamoTable } from "../../../runtime/aws/table.ts";
import { startAwsHost, type AwsHost } from "../../../runtime/local/server.ts";
import { LocalSsm } from "../../../runtime/local/ssm/local-ssm.ts";
import { startLocalDynamo } from "../../../runtime/local/stores/local-dynamo.ts";
import type { LocalStore } from "../../../runtime/local/stores/local-server.ts";
import { startLocalS3 } from "../../../runtime/local/stores/local-s3.ts";
import { CREDENTIALS } from "../sqs/local-aws.ts";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";

const region = "us-east-1";

beforeAll(() => {
  process.env["AWS_ACCESS_KEY_ID"] = "nobody";
  process.env["AWS_SECRET_ACCESS_KEY"] = "a-secret-of-nobody";
});

describe("a table", () => {
  let dynamo: LocalStore;
  let table: DynamoTable;

  beforeAll(async () => {
    dynamo = await startLocalDynamo([{ name: "things", key: "id" }]);
    table = new DynamoTable({ name: "things", key: "id", region, endpoint: dynamo.url });
  });
  afterAll(async () => {
    table.close();
    await dynamo.stop();
  });

  it("gives back what was put, whatever its attributes are called", async () => {
    const item = { id: "1", status: "new", size: 12.5, name: "a name", isOpen: true, "odd name": "" };
    expect(await table.put(item)).toBe(true);
    expect(await table.get("1")).toEqual(item);
    expect(await table.get("nobody")).toBeUndefined();
  });

  it("writes on condition only when it holds", async () => {
    expect(await table.put({ id: "2", version: 1 }, { absent: "id" })).toBe(true);
    expect(await table.put({ id: "2", version: 2 }, { absent: "id" })).toBe(false);
    const free = { any: [{ absent: "until" }, { below: ["until", 100] }] } as const;
    expect(await table.update("2", { set: { until: 90 } }, free)).toBe(true);
    expect(await table.update("2", { set: { until: 150 } }, free)).toBe(true);
    expect(await table.update("2", { set: { until: 200 } }, free)).toBe(false);
    const both = { all: [{ equals: ["until", 150] }, { equals: ["version", 1] }] } as const;
    expect(await table.update("2", { set: { version: 3 }, remove: ["until"] }, both)).toBe(true);
    expect(await table.get("2")).toEqual({ id: "2", version: 3 });
    expect(await table.delete("2", { equals: ["version", 1] })).toBe(false);
    expect(await table.delete("2", { equals: ["version", 3] })).toBe(true);
    expect(await table.get("2")).toBeUndefined();
  });

  it("lets one of many who write at the same time succeed", async () => {
    const written = await Promise.all(Array.from({ length: 20 }, (_, by) => table.put({ id: "3", by }, { absent: "id" })));
    expect(written.filter(Boolean)).toHaveLength(1);
  });

  it("tells of a table that is not there", async () => {
    const other = new DynamoTable({ name: "nothing", key: "id", region, endpoint: dynamo.url });
    await expect(other.get("1")).rejects.toMatchObject({ name: "AwsFailure", kind: "missing" });
    other.close();
  });

  it("is not reached by a page of the web", async () => {
    const response = await fetch(dynamo.url, { method: "POST", headers: { origin: "https://example.com" } });
    expect(response.status).toBe(403);
  });
});

describe("an object store", () => {
  let s3: LocalStore;
  let store: S3ObjectStore;

  beforeAll(async () => {
    s3 = await startLocalS3(["things"]);
    store = new S3ObjectStore({ bucket: "things", region, endpoint: s3.url });
  });
  afterAll(async () => {
    store.close();
    await s3.stop();
  });

  it("keeps texts under keys and lists them by prefix", async () => {
    const options = { contentType: "application/json", ifAbsent: false };
    for (const key of ["b/2", "a/1", "b/1", "b/ä ö"]) expect(await store.put(key, `text of ${key}, ü`, options)).toBe(true);
    expect(await store.get("b/ä ö")).toBe("text of b/ä ö, ü");
    expect(await store.get("c")).toBeUndefined();
    expect(await store.list("b/")).toEqual(["b/1", "b/2", "b/ä ö"]);
  });

  it("leaves what is there when asked to", async () => {
    const options = { contentType: "text/plain", ifAbsent: true };
    expect(await store.put("once", "first", options)).toBe(true);
    expect(await store.put("once", "second", options)).toBe(false);
    expect(await store.get("once")).toBe("first");
  });

  it("lets one of many who write at the same time succeed", async () => {
    const writing = Array.from({ length: 10 }, (_, by) => store.put("race", String(by), { contentType: "text/plain", ifAbsent: true }));
    const settled = await Promise.allSettled(writing);
    const written = settled.filter((result) => result.status === "fulfilled" && result.value);
    expect(written).toHaveLength(1);
  });

  it("lists more than a thousand keys", async () => {
    const keys = Array.from({ length: 1005 }, (_, index) => `many/${String(index).padStart(4, "0")}`);
    for (let first = 0; first < keys.length; first += 50) {
      const part = keys.slice(first, first + 50);
      await Promise.all(part.map((key) => store.put(key, ".", { contentType: "text/plain", ifAbsent: false })));
    }
    expect(await store.list("many/")).toEqual(keys);
  });

  it("tells of a bucket that is not there, and is not reached by a page of the web", async () => {
    const other = new S3ObjectStore({ bucket: "nothing", region, endpoint: s3.url });
    await expect(other.list("")).rejects.toMatchObject({ name: "AwsFailure", kind: "missing" });
    other.close();
    const response = await fetch(`${s3.url}/things`, { headers: { origin: "https://example.com" } });
    expect(response.status).toBe(403);
  });
});

describe("a parameter", () => {
  let host: AwsHost;
  let client: SSMClient;
  let store: ParameterStore;

  beforeAll(async () => {
    host = await startAwsHost({ services: [new LocalSsm().service] });
    client = new SSMClient({ ...CREDENTIALS, endpoint: host.url });
    store = new ParameterStore({ region, endpoint: host.url });
  });
  afterAll(async () => {
    client.destroy();
    store.close();
    await host.close();
  });

  const put = (value: string, more: object = {}) =>
    client.send(new PutParameterCommand({ Name: "/headroom/token", Value: value, Type: "SecureString", ...more }));

  it("is read decrypted, in its newest version", async () => {
    expect(await put("first")).toMatchObject({ Version: 1 });
    expect(await store.read("/headroom/token")).toBe("first");
    await expect(put("second")).rejects.toMatchObject({ name: "ParameterAlreadyExists" });
    expect(await put("second", { Overwrite: true })).toMatchObject({ Version: 2 });
    expect(await store.read("/headroom/token")).toBe("second");
  });

  it("is missing, or refused, in AWS's words", async () => {
    await expect(store.read("/headroom/nothing")).rejects.toMatchObject({ kind: "missing", code: "ParameterNotFound" });
    await expect(put("x", { Name: "a b" })).rejects.toMatchObject({ name: "ValidationException" });
  });
});
