import { EventEmitter, once } from "node:events";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { Faults, type FaultRule } from "../../../runtime/local/faults.ts";
import { startAwsHost, type AwsHost } from "../../../runtime/local/server.ts";
import { AwsError, type AwsOperation, type AwsRecord, type AwsService } from "../../../runtime/local/service.ts";
import { ask, askJson, askQuery } from "./raw-client.ts";

let host: AwsHost | undefined;

afterEach(async () => {
  await host?.close();
  host = undefined;
});

const asked: AwsRecord[] = [];
const operations: Record<string, AwsOperation> = {
  Echo: (input) => input,
  Instant: () => ({ At: new Date(1_500), List: [{ Deep: new Date(2_000) }], Plain: "x", Gone: undefined }),
  Map: () => ({ Attributes: new Map([["a<", "1\r\n&"]]) }),
  Refuse: () => {
    throw new AwsError("QueueDoesNotExist", "No such queue.", { queryCode: "AWS.SimpleQueueService.NonExistentQueue" });
  },
  Break: () => {
    throw new TypeError("a defect");
  },
  Note: (input) => {
    asked.push(input);
    return {};
  },
};
const JSON_SERVICE: AwsService = { name: "sqs", protocol: "json-1.0", version: "AmazonSQS", operations };
const QUERY_SERVICE: AwsService = {
  name: "sns",
  protocol: "query",
  version: "2010-03-31",
  xmlNamespace: "http://sns.amazonaws.com/doc/2010-03-31/",
  operations,
};
const TWIN: AwsService = { ...QUERY_SERVICE, name: "twin", operations: { Echo: () => ({ Twin: "yes" }) } };

async function start(rules: readonly FaultRule[] = [], services: readonly AwsService[] = [JSON_SERVICE, QUERY_SERVICE]): Promise<string> {
  host = await startAwsHost({ services, faults: new Faults(1, rules), defectFound: (error) => defects.push(error) });
  return host.url;
}

const defects: unknown[] = [];

describe("AWS JSON 1.0", () => {
  it("hands the object on and answers in JSON, with the id of the request", async () => {
    const { status, headers, body } = await askJson(await start(), "AmazonSQS.Echo", { a: [1, { b: "c" }] });
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("application/x-amz-json-1.0");
    expect(headers["x-amzn-requestid"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(body)).toEqual({ a: [1, { b: "c" }] });
  });

  it("writes instants as epoch seconds, however deep", async () => {
    const { body } = await askJson(await start(), "AmazonSQS.Instant", {});
    expect(JSON.parse(body)).toEqual({ At: 1.5, List: [{ Deep: 2 }], Plain: "x" });
  });

  it("names an error in the body, and for older clients in a header", async () => {
    const { status, headers, body } = await askJson(await start(), "AmazonSQS.Refuse", {});
    expect(status).toBe(400);
    expect(headers["x-amzn-query-error"]).toBe("AWS.SimpleQueueService.NonExistentQueue;Sender");
    expect(JSON.parse(body)).toEqual({ __type: "QueueDoesNotExist", message: "No such queue." });
  });

  it("unpacks gzip, and refuses what is not or is too large", async () => {
    const url = await start();
    const headers = { "x-amz-target": "AmazonSQS.Echo", "content-encoding": "gzip" };
    expect((await ask(url, { headers, body: gzipSync('{"a":1}') })).body).toBe('{"a":1}');
    expect(JSON.parse((await ask(url, { headers, body: "plain" })).body)).toMatchObject({ __type: "SerializationException" });
    expect((await ask(url, { headers, body: gzipSync(Buffer.alloc(9 * 1024 * 1024)) })).status).toBe(413);
  });

  it("refuses what is no JSON object, and operations it does not serve", async () => {
    const url = await start();
    for (const body of ["{", "[]", '"x"']) {
      const { body: answer } = await ask(url, { headers: { "x-amz-target": "AmazonSQS.Echo" }, body });
      expect(JSON.parse(answer)).toMatchObject({ __type: "SerializationException" });
    }
    for (const target of ["AmazonSQS.Nothing", "Elsewhere.Echo", "AmazonSQS.constructor"]) {
      expect(JSON.parse((await askJson(url, target, {})).body)).toMatchObject({ __type: "UnknownOperationException" });
    }
  });

  it("reports a defect and answers it with 500", async () => {
    const { status, body } = await askJson(await start(), "AmazonSQS.Break", {});
    expect(status).toBe(500);
    expect(JSON.parse(body)).toMatchObject({ __type: "InternalFailure" });
    expect(defects.splice(0)).toEqual([new TypeError("a defect")]);
  });
});

describe("AWS query", () => {
  const VERSION = { Version: "2010-03-31" };

  it("hands a form on as nested as JSON would be", async () => {
    const url = await start();
    await askQuery(url, {
      Action: "Note",
      ...VERSION,
      Name: "n",
      "List.member.2.A": "second",
      "List.member.1.A": "first",
      "Map.entry.1.key": "k",
      "Map.entry.1.value": "v",
      "Typed.entry.1.Name": "k",
      "Typed.entry.1.Value.StringValue": "v",
      "Flat.1": "x",
      "Flat.2": "y",
      "__proto__.member.1": "harmless",
      Empty: "",
    });
    const [input] = asked.splice(0);
    expect(input).toEqual({
      Name: "n",
      List: [{ A: "first" }, { A: "second" }],
      Map: { k: "v" },
      Typed: { k: { StringValue: "v" } },
      Flat: ["x", "y"],
      ["__proto__"]: ["harmless"],
      Empty: "",
    });
  });

  it("answers in XML that keeps every character", async () => {
    const url = await start();
    expect((await askQuery(url, { Action: "Map", ...VERSION })).body).toContain(
      "<MapResult><Attributes><entry><key>a&lt;</key><value>1&#xD;\n&amp;</value></entry></Attributes></MapResult>",
    );
    expect((await askQuery(url, { Action: "Instant", ...VERSION })).body).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<InstantResponse xmlns="http:\/\/sns.amazonaws.com\/doc\/2010-03-31\/"><InstantResult><At>1970-01-01T00:00:01.500Z<\/At><List><member><Deep>1970-01-01T00:00:02.000Z<\/Deep><\/member><\/List><Plain>x<\/Plain><\/InstantResult><ResponseMetadata><RequestId>[0-9a-f-]{36}<\/RequestId><\/ResponseMetadata><\/InstantResponse>$/,
    );
  });

  it("answers errors in XML", async () => {
    const { status, body } = await askQuery(await start(), { Action: "Refuse", ...VERSION });
    expect(status).toBe(400);
    expect(body).toContain(
      "<Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>No such queue.</Message></Error>",
    );
  });

  it("takes a query in the path of a GET", async () => {
    const { body } = await ask(`${await start()}/?Action=Echo&Version=2010-03-31&A=1`, { method: "GET" });
    expect(body).toContain("<EchoResult><A>1</A></EchoResult>");
  });

  it("refuses malformed forms, and what it does not serve", async () => {
    const url = await start();
    const refused = async (form: Record<string, string>) => (await askQuery(url, form)).body;
    expect(await refused({ Action: "Echo", ...VERSION, A: "1", "A.B": "2" })).toContain("<Code>MalformedQueryString</Code>");
    expect(await refused({ Action: "Echo", ...VERSION, [Array(30).fill("a").join(".")]: "2" })).toContain(
      "<Code>MalformedQueryString</Code>",
    );
    expect(await refused({ Action: "Nothing", ...VERSION })).toContain("<Code>InvalidAction</Code>");
    expect(await refused({ Action: "Echo", Version: "1999-01-01" })).toContain("<Code>InvalidAction</Code>");
    expect(await refused({})).toContain("<Code>MissingAction</Code>");
  });

  it("tells two services with one version apart by the credential scope", async () => {
    const url = await start([], [QUERY_SERVICE, TWIN]);
    const signedFor = (service: string) => ({
      authorization: `AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    });
    expect((await askQuery(url, { Action: "Echo", ...VERSION }, signedFor("twin"))).body).toContain("<Twin>yes</Twin>");
    expect((await askQuery(url, { Action: "Echo", ...VERSION }, signedFor("sns"))).body).not.toContain("<Twin>");
  });
});

describe("who may come in", () => {
  it.each([
    ["a name that leads here by DNS", { host: "rebound.example.com" }],
    ["a name that only begins like this machine's", { host: "localhost.example.com" }],
    ["an address of another machine", { host: "10.0.0.1:4566" }],
    ["a web page", { origin: "http://localhost:3000" }],
    ["a page that hides its origin", { "sec-fetch-site": "cross-site" }],
  ])("refuses %s", async (_, headers) => {
    const { status, body } = await ask(await start(), { headers: { "x-amz-target": "AmazonSQS.Note", ...headers }, body: "{}" });
    expect(status).toBe(403);
    expect(body).toContain("Loopback only");
    expect(asked).toEqual([]);
  });

  it.each(["127.0.0.1:1", "localhost", "LOCALHOST:80", "[::1]:5", "sqs.us-east-1.localhost:4566"])("lets %s in", async (name) => {
    const { status } = await ask(await start(), { headers: { "x-amz-target": "AmazonSQS.Echo", host: name }, body: "{}" });
    expect(status).toBe(200);
  });

  it("listens on the loopback address only", async () => {
    expect(await start()).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });
});

describe("a call", () => {
  it("ends its signal when the client goes away unanswered", async () => {
    const calls = new EventEmitter();
    const hangs: AwsOperation = (_, { signal }) => {
      calls.emit("begun", signal);
      return new Promise(() => undefined);
    };
    await start([], [{ ...JSON_SERVICE, operations: { Hang: hangs } }]);
    const begun = once(calls, "begun");
    const socket = connect(host!.port, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nx-amz-target: AmazonSQS.Hang\r\nContent-Length: 2\r\n\r\n{}");
    const [signal] = (await begun) as [AbortSignal];
    expect(signal.aborted).toBe(false);
    socket.destroy();
    await once(signal, "abort");
    expect(signal.aborted).toBe(true);
  });

  it("does not end its signal after the answer", async () => {
    let signal: AbortSignal | undefined;
    const looks: AwsOperation = (_, call) => {
      signal = call.signal;
      return {};
    };
    const url = await start([], [{ ...JSON_SERVICE, operations: { Look: looks } }]);
    await askJson(url, "AmazonSQS.Look", {});
    await host?.close();
    host = undefined;
    expect(signal?.aborted).toBe(false);
  });
});

describe("injected faults", () => {
  it("refuses without doing", async () => {
    const url = await start([{ service: "sqs", operation: "Note", throttledProbability: 1 }]);
    const { status, body } = await askJson(url, "AmazonSQS.Note", {});
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ __type: "ThrottlingException" });
    expect(asked).toEqual([]);
    expect((await askJson(url, "AmazonSQS.Echo", {})).status).toBe(200);
  });

  it("fails with 500 without doing", async () => {
    const url = await start([{ service: "sns", failedProbability: 1 }]);
    const { status, body } = await askQuery(url, { Action: "Note", Version: "2010-03-31" });
    expect(status).toBe(500);
    expect(body).toContain("<Type>Receiver</Type><Code>InternalFailure</Code>");
    expect(asked).toEqual([]);
  });

  it("does what was asked and loses the answer", async () => {
    const url = await start([{ lostAnswerProbability: 1 }]);
    await expect(askJson(url, "AmazonSQS.Note", { a: 1 })).rejects.toThrow(/hang up|reset/);
    expect(asked.splice(0)).toEqual([{ a: 1 }]);
  });

  it("does nothing for a client that went away while it was made to wait", async () => {
    await start([{ operation: "Note", addedLatency: { kind: "constant", sec: 0.2 } }]);
    const socket = connect(host!.port, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nx-amz-target: AmazonSQS.Note\r\nContent-Length: 2\r\n\r\n{}");
    await once(socket, "ready");
    socket.destroy();
    await askJson(host!.url, "AmazonSQS.Note", { later: true });
    expect(asked.splice(0)).toEqual([{ later: true }]);
  });

  it("draws the same for the same seed, at the rates that hold now", () => {
    const drawn = (rules: readonly FaultRule[]) => {
      const faults = new Faults(7, rules);
      return Array.from({ length: 2_000 }, () => {
        const fault = faults.draw("sqs", "SendMessage");
        return `${fault?.error?.code ?? "-"} ${String(fault?.losesAnswer)} ${String(fault?.delayMs)}`;
      });
    };
    const rules = [
      {
        service: "sqs",
        throttledProbability: 0.2,
        failedProbability: 0.1,
        lostAnswerProbability: 0.1,
        addedLatency: { kind: "constant", sec: 0.005 },
      },
    ] as const;
    const first = drawn(rules);
    expect(drawn(rules)).toEqual(first);
    expect(first.filter((fault) => fault.startsWith("ThrottlingException false 5")).length).toBeGreaterThan(300);
    expect(first.filter((fault) => fault.startsWith("ThrottlingException")).length).toBeLessThan(500);

    const faults = new Faults(7, rules);
    faults.set([]);
    expect(faults.draw("sqs", "SendMessage")).toBeUndefined();
  });
});
