import { describe, expect, it } from "vitest";
import { factsOfAttributes, factsOfBody, readFilterPolicy, type FilterScope } from "../../../../runtime/local/sns/filter-policy.ts";

function passes(policy: unknown, message: Readonly<Record<string, unknown>>, scope: FilterScope = "MessageBody"): boolean {
  const facts = factsOfBody(JSON.stringify(message));
  return facts !== undefined && readFilterPolicy(JSON.stringify(policy), scope)(facts);
}

describe("a filter policy", () => {
  it.each<[unknown, readonly unknown[], readonly unknown[]]>([
    [
      ["a", 1, null, true],
      ["a", 1, null, true],
      ["b", "1", 0, false],
    ],
    [[{ prefix: "ab" }], ["ab", "abc"], ["a", "cab", 1]],
    [[{ suffix: ".png" }], ["a.png"], ["a.png.txt"]],
    [[{ wildcard: "a*b*c" }], ["abc", "a1b2c", "abbc"], ["ac", "ab", "abcd", "acb"]],
    [[{ wildcard: "ab" }], ["ab"], ["abc"]],
    [[{ "equals-ignore-case": "Ab" }], ["aB"], ["abc"]],
    [[{ "anything-but": ["a", 1] }], ["b", 2], ["a", 1]],
    [[{ "anything-but": { prefix: "x" } }], ["ax"], ["xa"]],
    [[{ numeric: ["=", 3] }], [3, 3.0], [4, "3"]],
    [[{ numeric: [">", 1, "<=", 3] }], [2, 3], [1, 3.1]],
    [[{ cidr: "10.0.0.0/24" }], ["10.0.0.255"], ["10.0.1.0", "::1", "x"]],
    [[{ cidr: "2001:db8::/32" }], ["2001:db8::1"], ["2001:db9::1", "10.0.0.1"]],
    [["a", { prefix: "b" }], ["a", "bc"], ["c"]],
  ])("%j takes %j and leaves %j", (rule, taken, left) => {
    expect(taken.filter((value) => !passes({ key: rule }, { key: value }))).toEqual([]);
    expect(left.filter((value) => passes({ key: rule }, { key: value }))).toEqual([]);
  });

  it("asks whether a key is there", () => {
    expect([passes({ a: [{ exists: true }] }, { a: 1 }), passes({ a: [{ exists: true }] }, { b: 1 })]).toEqual([true, false]);
    expect([passes({ a: [{ exists: false }] }, { a: 1 }), passes({ a: [{ exists: false }] }, { b: 1 })]).toEqual([false, true]);
    expect(passes({ a: ["x", { exists: false }] }, { a: "x" })).toBe(true);
    expect(passes({ a: [{ "anything-but": "x" }] }, {})).toBe(false);
  });

  it("joins keys by and, values and $or by or", () => {
    const policy = { kind: ["order"], $or: [{ amount: [{ numeric: [">", 100] }] }, { urgent: [true] }] };
    expect(passes(policy, { kind: "order", amount: 200 })).toBe(true);
    expect(passes(policy, { kind: "order", urgent: true })).toBe(true);
    expect(passes(policy, { kind: "order", amount: 50 })).toBe(false);
    expect(passes(policy, { kind: "other", amount: 200 })).toBe(false);
  });

  it("looks into bodies, through lists and structures", () => {
    const policy = { order: { items: { sku: ["a"] } } };
    expect(passes(policy, { order: { items: [{ sku: "b" }, { sku: "a" }] } })).toBe(true);
    expect(passes(policy, { order: { items: [{ sku: "b" }] }, sku: "a" })).toBe(false);
    expect(factsOfBody("no JSON")).toBeUndefined();
    expect(factsOfBody("[1]")).toBeUndefined();
  });

  it("looks at attributes by their types", () => {
    const facts = factsOfAttributes({
      kind: { DataType: "String", StringValue: "5" },
      size: { DataType: "Number", StringValue: "5.0" },
      tags: { DataType: "String.Array", StringValue: '["a", "b"]' },
      raw: { DataType: "Binary" },
    });
    const takes = (policy: unknown) => readFilterPolicy(JSON.stringify(policy), "MessageAttributes")(facts);
    expect([takes({ kind: ["5"] }), takes({ kind: [5] }), takes({ size: [5] }), takes({ tags: ["b"] }), takes({ tags: ["c"] })]).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
    expect([takes({ raw: [{ exists: true }] }), takes({ toString: [{ exists: true }] })]).toEqual([false, false]);
  });

  it.each([
    "[]",
    "{",
    '{"a":"b"}',
    '{"a":[]}',
    '{"a":{"b":["c"]}}',
    '{"a":[{"like":"b"}]}',
    '{"a":[{"prefix":1}]}',
    '{"a":[{"prefix":"x","suffix":"y"}]}',
    '{"a":[{"numeric":["~",1]}]}',
    '{"a":[{"numeric":[">"]}]}',
    '{"a":[{"cidr":"10.0.0.0/33"}]}',
    '{"a":[{"anything-but":{"numeric":["=",1]}}]}',
    '{"a":[["b"]]}',
  ])("is refused when it is %s", (policy) => {
    expect(() => readFilterPolicy(policy, "MessageAttributes")).toThrow("Invalid parameter: FilterPolicy");
  });
});
