import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { currentTraceId, inTrace, traceIdOfMessage, traceIdOfRequest, traceparentOf } from "../../runtime/trace.ts";

const ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACEPARENT = `00-${ID}-00f067aa0ba902b7-01`;

describe("the trace of a request", () => {
  it("is its caller's, else that of AWS's load balancer, else a new one", () => {
    expect(traceIdOfRequest(TRACEPARENT, "Root=1-67891233-abcdef012345678912345678")).toBe(ID);
    expect(traceIdOfRequest(undefined, "Self=1-67891234-12456789abcdef012345678;Root=1-67891233-abcdef012345678912345678")).toBe(
      "67891233abcdef012345678912345678",
    );
    expect(traceIdOfRequest(undefined, undefined)).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each(["", "nonsense", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`, `00-${ID.toUpperCase()}-00f067aa0ba902b7-01`, `${TRACEPARENT}\n"x`])(
    "is a new one where %j is no trace",
    (text) => {
      const id = traceIdOfRequest(text, text);
      expect(id).toMatch(/^[0-9a-f]{32}$/);
      expect(id).not.toBe(ID);
    },
  );

  it("is told to all that is done for it, and to nothing else", async () => {
    const told = await Promise.all(
      ["one", "two"].map((name) =>
        inTrace(name, async () => {
          await setImmediate();
          return currentTraceId();
        }),
      ),
    );
    expect(told).toEqual(["one", "two"]);
    expect(currentTraceId()).toBeUndefined();
  });
});

describe("the trace of a message", () => {
  it("is that of its attribute, also in the envelope of SNS", () => {
    expect(traceIdOfMessage({ attributes: { traceparent: traceparentOf(ID) }, body: "{}" })).toBe(ID);
    const envelope = {
      Type: "Notification",
      Message: "{}",
      MessageAttributes: { traceparent: { Type: "String", Value: traceparentOf(ID) } },
    };
    expect(traceIdOfMessage({ attributes: {}, body: JSON.stringify(envelope) })).toBe(ID);
  });

  it.each(["", 'no JSON with "traceparent" in it', '{"traceparent":1}', '{"MessageAttributes":{"traceparent":{"Value":7}}}'])(
    "is none in %j",
    (body) => expect(traceIdOfMessage({ attributes: {}, body })).toBeUndefined(),
  );
});
