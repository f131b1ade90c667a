import fc from "fast-check";
import { describe, expect, it } from "vitest";
import banking from "../../../sim/scenario/gallery/banking.json" with { type: "json" };
import { formatFault, type Fault } from "../../../sim/scenario/faults.ts";
import { allFields, fieldAt } from "../../../sim/scenario/fields.ts";
import { parseScenario, readScenario } from "../../../sim/scenario/read.ts";
import { scenarioSchema } from "../../../sim/scenario/schema.ts";

const LEAST = { version: 1, name: "Least" };

function faultsOf(value: unknown): readonly Fault[] {
  const read = readScenario(value);
  return read.ok ? [] : read.faults;
}

function sentences(value: unknown): string[] {
  return faultsOf(value).map(formatFault);
}

describe("a scenario", () => {
  it("needs a version and a name; all else has a default", () => {
    const read = readScenario(LEAST);
    expect(read.ok && read.scenario).toMatchObject({
      traffic: { kind: "poisson", scale: 1 },
      work: { serviceTime: { kind: "exponential" } },
      queue: { maxReceiveCount: 3 },
      fleet: { initial: null, pending: { kind: "lognormal" } },
      policy: { kind: "ec2-target-tracking", target: 100 },
    });
  });

  it("may begin with a byte order mark", () => {
    expect(parseScenario(`\uFEFF${JSON.stringify(LEAST)}`).ok).toBe(true);
  });

  it("that is no JSON is answered with line and column", () => {
    const read = parseScenario('{\n  "version": 1\n  "name": "x"\n}');
    expect(read.ok || read.faults).toMatchObject([{ code: "syntax", line: 3, column: 3 }]);
  });

  it("once read reads as the same again", () => {
    const first = readScenario(banking);
    expect(first.ok && readScenario(first.scenario)).toEqual(first);
  });
});

describe("the faults of a scenario", () => {
  it("are told all at once, those of fields and those between fields, in the order of the schema", () => {
    const faults = faultsOf({
      version: 1,
      fleet: { min: 5, max: 2, boot: { kind: "uniform", minSec: 9, maxSec: 3 } },
      worker: { slots: 0, sloths: 3 },
      work: { failureProbability: "often" },
      traffic: { kind: "daily", peakRatePerSec: 1 },
    });
    expect(faults.map(({ code, path }) => `${code} ${path}`)).toEqual([
      "missing name",
      "contradiction traffic.peakRatePerSec",
      "wrong-type work.failureProbability",
      "unknown-field worker.sloths",
      "out-of-range worker.slots",
      "contradiction fleet.max",
      "contradiction fleet.boot.maxSec",
    ]);
  });

  it.each<[string, unknown, string[]]>([
    ["null", null, ["The document is null, not an object; give an object in braces."]],
    ["a list", [], ["The document is an empty list, not an object; give an object in braces."]],
    [
      "a newer version",
      { version: 2, name: "a" },
      ["version: the file is of version 2, and this Headroom knows version 1; update Headroom, or write the file as version 1."],
    ],
    ["a version in quotes", { version: "1", name: "a" }, ['version: "1" is not allowed here; give 1.']],
    ["an empty name", { version: 1, name: "" }, ["name: is empty; give a text of 1 to 120 characters."]],
    [
      "a negative rate",
      { ...LEAST, traffic: { kind: "poisson", ratePerSec: -2 } },
      ["traffic.ratePerSec: -2 messages/s is below the least allowed, 0 messages/s; give a number from 0 to 100000 messages/s."],
    ],
    [
      "a share above 1",
      { ...LEAST, work: { failureProbability: 2 } },
      ["work.failureProbability: 2 is above the greatest allowed, 1; give a number from 0 to 1, a share of attempts."],
    ],
    [
      "a fraction of an instance",
      { ...LEAST, fleet: { max: 2.5 } },
      ["fleet.max: 2.5 is not a whole number; give a whole number from 0 to 10000 instances."],
    ],
    [
      "a number beyond all bounds",
      { ...LEAST, run: { durationSec: 1e300 } },
      ["run.durationSec: 1e+300 s is above the greatest allowed, 31622400 s; give a whole number from 60 to 31622400 s."],
    ],
    ["null where it is not allowed", { ...LEAST, queue: null }, ["queue: null is not an object; give an object in braces."]],
    [
      "a text where null is allowed",
      { ...LEAST, fleet: { initial: "x" } },
      ['fleet.initial: "x" is not a number; give a whole number from 0 to 10000 instances, or null.'],
    ],
    [
      "a period between two allowed",
      { ...LEAST, metrics: { periodSec: 15 } },
      ["metrics.periodSec: 15 is not allowed here; give 10, 30 or 60 s."],
    ],
    [
      "a misspelt choice",
      { ...LEAST, objective: { measure: "agee" } },
      ['objective.measure: "agee" is not allowed here; give "age" or "latency" (did you mean "age"?).'],
    ],
    [
      "half a distribution",
      { ...LEAST, work: { serviceTime: { kind: "lognormal", medianSec: 1 } } },
      ["work.serviceTime.p95Sec: is missing; give a number from 0.001 to 864000 s."],
    ],
    ["a misspelt section", { ...LEAST, traffik: {} }, ["traffik: there is no such field; rename it to traffic, or remove it."]],
    ["a field of another section", { ...LEAST, slots: 3 }, ["slots: there is no such field; move it to worker.slots, or remove it."]],
    [
      "a field like no other",
      { ...LEAST, objective: { zzz: 1 } },
      ["objective.zzz: there is no such field; remove it; known here: measure, percentile and limitSec."],
    ],
    [
      "a time of day without a day",
      { ...LEAST, traffic: { kind: "counts", intervalSec: 60, counts: [1], startsAt: "09:00" } },
      ['traffic.startsAt: "09:00" is not a time in UTC; give a time as "2014-04-10T00:04:00Z", or "" for none.'],
    ],
    [
      "no counts",
      { ...LEAST, traffic: { kind: "counts", intervalSec: 60, counts: [] } },
      ["traffic.counts: is empty; give a list of 1 to 1000000 entries."],
    ],
    [
      "too many counts",
      { ...LEAST, traffic: { kind: "counts", intervalSec: 60, counts: Array.from({ length: 1_000_001 }, () => 0) } },
      ["traffic.counts: has 1000001 entries, more than 1000000; give a list of 1 to 1000000 entries."],
    ],
  ])("%s: value, bound, unit and what to do", (_, value, expected) => {
    expect(sentences(value)).toEqual(expected);
  });

  it.each([
    [{ traffic: {} }, "traffic.kind: is missing; give "],
    [{ traffic: { kind: "daly" } }, 'traffic.kind: "daly" is not allowed here; give '],
    [{ policy: { kind: 7 } }, "policy.kind: 7 is not allowed here; give "],
    [{ work: { serviceTime: { meanSec: 3 } } }, "work.serviceTime.kind: is missing; give "],
  ])("list the kinds there are: %j", (sections, beginning) => {
    const document = { ...LEAST, ...sections };
    const [sentence, ...others] = sentences(document);
    expect(others).toEqual([]);
    expect(sentence?.startsWith(beginning), sentence).toBe(true);
    const path = beginning.slice(0, beginning.indexOf(".kind")).split(".");
    for (const kind of fieldAt(path, document)!.options) expect(sentence).toContain(JSON.stringify(kind));
  });

  it("name a prototype's own words as unknown fields", () => {
    const paths = faultsOf(JSON.parse('{"version":1,"name":"a","__proto__":{"x":1},"constructor":1}')).map(({ path }) => path);
    expect(paths).toEqual(["__proto__", "constructor"]);
  });

  it("name what is no name in quotes, and cut it short", () => {
    const paths = faultsOf({ ...LEAST, "a\nb": 1, "": 1, fleet: { ["x ".repeat(100)]: 1 } }).map(({ path }) => path);
    expect(paths).toEqual([`fleet["${"x ".repeat(30)}…"]`, String.raw`["a\nb"]`, '[""]']);
  });

  it("show twenty of a million bad counts, and how many more", () => {
    const counts = Array.from({ length: 1_000_000 }, () => "x");
    const faults = faultsOf({ ...LEAST, traffic: { kind: "counts", intervalSec: 60, counts } });
    expect(faults).toHaveLength(21);
    expect(formatFault(faults[0]!)).toBe('traffic.counts[0]: "x" is not a number; give a number from 0 to 1000000000 messages.');
    expect(faults.at(-1)?.problem).toBe("999980 more of the 1000000 entries are at fault");
  });
});

describe("the rules between fields", () => {
  it.each<[string, object, string[]]>([
    ["minimum above maximum", { fleet: { min: 5, max: 2 } }, ["fleet.max"]],
    ["a maximum below the minimum's default", { fleet: { max: 1 } }, ["fleet.max"]],
    ["a start below the minimum", { fleet: { min: 2, max: 4, initial: 1 } }, ["fleet.initial"]],
    ["a start above the maximum", { fleet: { min: 2, max: 4, initial: 5 } }, ["fleet.initial"]],
    ["a start at the minimum", { fleet: { min: 2, max: 4, initial: 2 } }, []],
    ["a longest time below the shortest", { fleet: { pending: { kind: "uniform", minSec: 3, maxSec: 2 } } }, ["fleet.pending.maxSec"]],
    [
      "a 95th percentile below the median",
      { work: { serviceTime: { kind: "lognormal", medianSec: 3, p95Sec: 2 } } },
      ["work.serviceTime.p95Sec"],
    ],
    ["a peak below the base", { traffic: { kind: "daily", baseRatePerSec: 9, peakRatePerSec: 8 } }, ["traffic.peakRatePerSec"]],
    [
      "a longest back-off below the first",
      { worker: { receiveBackOffFirstSec: 2, receiveBackOffMaxSec: 1 } },
      ["worker.receiveBackOffMaxSec"],
    ],
    [
      "a heartbeat as long as what it extends to",
      { queue: { visibilityTimeoutSec: 90 }, worker: { heartbeat: { everySec: 60, extendToSec: 60 } } },
      ["worker.heartbeat.everySec"],
    ],
    [
      "a heartbeat as long as the visibility timeout",
      { queue: { visibilityTimeoutSec: 30 }, worker: { heartbeat: { everySec: 30, extendToSec: 60 } } },
      ["worker.heartbeat.everySec"],
    ],
    ["no heartbeat", { queue: { visibilityTimeoutSec: 1 }, worker: { heartbeat: null } }, []],
    ["a row less often than the run is long", { run: { durationSec: 60, sampleEverySec: 61 } }, ["run.sampleEverySec"]],
    [
      "more rows than a result holds",
      { run: { durationSec: 2_000_000, sampleEverySec: 1 }, traffic: { kind: "poisson", ratePerSec: 1 } },
      ["run.sampleEverySec"],
    ],
    ["more messages than can be simulated", { traffic: { kind: "poisson", ratePerSec: 100_000 } }, ["traffic"]],
    [
      "more recorded messages than can be simulated",
      { traffic: { kind: "counts", intervalSec: 60, counts: [1e9], scale: 3 } },
      ["traffic"],
    ],
    [
      "a peak of more messages than can be simulated",
      { traffic: { kind: "daily", peakRatePerSec: 90_000, peakWidthHours: 20 } },
      ["traffic"],
    ],
    ["a backlog that no memory holds", { traffic: { kind: "poisson", ratePerSec: 2000 } }, ["traffic"]],
    ["the same traffic with enough slots", { traffic: { kind: "poisson", ratePerSec: 2000 }, fleet: { max: 1000 } }, []],
  ])("%s", (_, sections, paths) => {
    expect(faultsOf({ ...LEAST, ...sections }).map(({ path }) => path)).toEqual(paths);
  });

  it("say both values, where a default is one of them, and both ways out", () => {
    expect(sentences({ ...LEAST, fleet: { max: 1 } })).toEqual([
      "fleet.max: 1 instance is below fleet.min, 2 instances by default: the group could have no size at all; " +
        "raise fleet.max to at least 2 instances or lower fleet.min to at most 1 instance.",
    ]);
  });

  it("tell the first unknown fields of a file that is something else, and how many more there are", () => {
    const packages = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`package-${String(index)}`, { version: "1.0.0" }]));
    const told = sentences({ ...LEAST, ...packages });
    expect(told).toHaveLength(21);
    expect(told[19]).toMatch(/^package-19: there is no such field; /);
    expect(told[20]).toBe("19980 more fields are not known here; see whether this is a scenario at all.");
  });

  it("say how much is too much", () => {
    expect(sentences({ ...LEAST, traffic: { kind: "poisson", ratePerSec: 100_000 } })).toEqual([
      "traffic: 8.64 billion messages would be sent in 86400 s, and a run has at most 2 billion; divide traffic.scale or run.durationSec by 5.",
    ]);
  });

  it("read the sane parts when others are faulty", () => {
    const faults = faultsOf({ ...LEAST, fleet: { min: 20, initial: 3, max: "x" }, worker: { slots: -1 } });
    expect(faults.map(({ path }) => path)).toEqual(["worker.slots", "fleet.max", "fleet.initial"]);
  });
});

describe("whatever is given", () => {
  /** Documents that are nearly scenarios: a good one in which something is replaced. */
  const damaged = fc
    .tuple(fc.constantFrom(...allFields(banking).map(({ path }) => path)), fc.jsonValue({ maxDepth: 3 }))
    .map(([path, value]) => replaced(banking, path.split("."), value));

  it("is read, or has at least one fault, each with a path that can be shown and a whole sentence", () => {
    fc.assert(
      fc.property(fc.oneof({ arbitrary: damaged, weight: 4 }, fc.jsonValue(), fc.anything()), (value) => {
        const read = readScenario(value);
        if (read.ok) {
          expect(scenarioSchema.safeParse(read.scenario).success).toBe(true);
          expect(read.scenario.fleet.max).toBeGreaterThanOrEqual(read.scenario.fleet.min);
          expect(readScenario(read.scenario)).toEqual(read);
          return;
        }
        expect(read.faults.length).toBeGreaterThan(0);
        for (const fault of read.faults) {
          expect(fault.problem).not.toMatch(/undefined|\[object|NaN is|Infinity is (above|below)/);
          expect(formatFault(fault)).toMatch(/^.+; .+\.$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return by;
  const object = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  return { ...object, [step]: replaced(object[step], rest, by) };
}
