import { describe, expect, it } from "vitest";
import { report } from "../../../runtime/cli/report.ts";
import { resultCsv, resultJson } from "../../../sim/measure/result-files.ts";
import { COLUMN_NAMES, Histogram, type ColumnName, type AlarmTransition, type DecisionRecord, type Result } from "../../../sim/index.ts";
import { madeResult } from "../../sim/measure/made-result.ts";

const RECORDING = { kind: "counts", intervalSec: 60, counts: [1, 2], startsAt: "2014-04-10T08:32:00Z" };

function decision(at: number, before: number, desired: number, limitedBy?: DecisionRecord["limitedBy"]): DecisionRecord {
  return {
    at,
    before,
    desired,
    reason: { code: "out", text: `${before} × 250 / 100 → ${desired} instances.` },
    limitedBy,
    nextReviewAt: at + 60_000,
  };
}

const DECISIONS = [decision(47_000, 2, 2), decision(107_000, 2, 5), decision(30_000_000, 5, 10, "max")];

const ALARMED = {
  scenario: {
    alarms: [
      { name: "backlog", metric: "visible", comparison: "above", threshold: 1000, notifies: "operators" },
      { name: "age", metric: "age", comparison: "above", threshold: 300 },
    ],
  },
  alarms: [
    alarmed({ at: 107_000, alarm: "backlog", from: "insufficient-data", to: "ok", text: "visible is 0; not 1 of 1 above 1000." }),
    alarmed({ at: 167_000, alarm: "backlog", to: "alarm", text: "visible is 1200; 1 of 1 above 1000.", told: "operators" }),
    alarmed({ at: 227_000, alarm: "age", to: "alarm", text: "age is 301; 1 of 1 above 300." }),
  ],
} as const;

function alarmed(given: Partial<AlarmTransition>): AlarmTransition {
  return { at: 0, alarm: "", from: "ok", to: "ok", datapoints: [], text: "", told: undefined, ...given };
}

function lines(result: Result): string[] {
  return report(result).split("\n");
}

describe("the summary", () => {
  it("begins with the name and the verdict", () => {
    expect(lines(madeResult({ messages: { sent: 0 } })).slice(0, 2)).toEqual(["Made up", "Holds: no message arrived."]);
  });

  it("says of each class of messages what became of it, and nothing of one class alone", () => {
    const latencyMs = { mean: 200, p50: 150, p95: 300, p99: 61_000, max: 90_000 };
    const counts = { redriven: 0, duplicated: 0, purged: 0, left: 3, latencyMs };
    const classes = [
      { name: "small", sent: 1200, deleted: 1190, dead: 5, expired: 2, ...counts },
      { name: "large", sent: 10, deleted: 0, dead: 7, expired: 0, ...counts },
    ];
    const text = lines(madeResult({ summary: { workload: { classes } } }));
    const from = text.indexOf("Classes");
    expect(text.slice(from + 1, from + 4)).toEqual([
      "          sent   done  dead-lettered  expired  left  latency p50        p99",
      "  small  1,200  1,190              5        2     3       150 ms  1 min 1 s",
      "  large     10      0              7        0     3       150 ms  1 min 1 s",
    ]);
    expect(report(madeResult())).not.toContain("Classes");
  });

  it("tells of instances that are retained, and only then", () => {
    const stages = [
      { stage: "draining", at: 1 },
      { stage: "retained", at: 2 },
    ] as const;
    const instance = { number: 0, purchase: "on-demand", zone: 0, cause: "initial", endCause: "scale-in", killed: false } as const;
    const instances = [
      { ...instance, stages },
      { ...instance, number: 1, stages: [...stages, { stage: "terminated" as const, at: 3 }] },
    ];
    expect(report({ ...madeResult(), instances })).toMatch(/^ {2}Retained +1 instance, billed until somebody ends them$/m);
    expect(report(madeResult())).not.toContain("Retained");
  });

  it("shows the unknown as –, and never as NaN or 0", () => {
    const text = report(madeResult());
    expect(text).toMatch(/delete +– +– +– +– +–/);
    expect(text).not.toMatch(/NaN|undefined|null/);
  });

  it("lists the decisions that changed the desired capacity: elapsed time, before and after, limit, reason", () => {
    const text = lines(madeResult({ decisions: DECISIONS }));
    const from = text.indexOf("Decisions that changed the desired capacity: 2 of 60 reviews");
    expect(text.slice(from + 1, from + 4)).toEqual([
      "  no.  time elapsed  instances  limited by  reason",
      "    2  00:01:47      2 → 5      ·           2 × 250 / 100 → 5 instances.",
      "    3  08:20:00      5 → 10     max         5 × 250 / 100 → 10 instances.",
    ]);
  });

  it("tells clock time for recordings", () => {
    expect(report(madeResult({ decisions: DECISIONS, scenario: { traffic: RECORDING } }))).toContain("  2014-04-10 08:33:47  2 → 5      ·");
  });

  it("says when no decision changed anything", () => {
    expect(report(madeResult({ decisions: DECISIONS.slice(0, 1) }))).toContain(
      "Decisions: none of 60 reviews changed the desired capacity\n",
    );
  });

  it("tells what the operators' alarms did, and whom they told", () => {
    const text = lines(madeResult(ALARMED));
    const from = text.indexOf("Alarms: 3 changes of 2 alarms");
    expect(text.slice(from + 1, from + 5)).toEqual([
      "  time elapsed  alarm    state                   tells      because",
      "  00:01:47      backlog  insufficient-data → ok             visible is 0; not 1 of 1 above 1000.",
      "  00:02:47      backlog  ok → alarm              operators  visible is 1200; 1 of 1 above 1000.",
      "  00:03:47      age      ok → alarm              nobody     age is 301; 1 of 1 above 300.",
    ]);
    expect(report(madeResult())).not.toContain("Alarms");
  });

  it("has the bill by line, in all, a month and a million messages", () => {
    const cost = {
      lines: [
        { item: "Instances", quantity: 58.01, unit: "h", usd: 2.413 },
        { item: "SQS requests", quantity: 0.9667, unit: "million", usd: 0.3867 },
      ],
      totalUsd: 2.8,
      perMonthUsd: 85.16,
      perMillionMessagesUsd: 7.85,
    };
    const text = lines(madeResult({ summary: { cost } }));
    const from = text.indexOf("Bill");
    expect(text.slice(from + 1, from + 4)).toEqual([
      "  Instances     $2.41  58 h",
      "  SQS requests  $0.39  0.967 million",
      "  In all        $2.80  $85.16 / month, $7.85 / million messages",
    ]);
  });
});

describe("the whole result", () => {
  const latencyMs = new Histogram();
  latencyMs.record(41);
  const made = { ...madeResult({ decisions: DECISIONS, columns: { metric: [NaN, 250], backlog: [0, 500] } }), latencyMs };

  it("as JSON holds everything, and null for what is no number", () => {
    const written = JSON.parse([...resultJson(made)].join("")) as Record<string, unknown>;
    expect(Object.keys(written)).toEqual(Object.keys(made));
    expect(written).toMatchObject({
      scenario: made.scenario,
      seed: 1,
      digest: made.digest,
      latencyMs: { count: 1, mean: 41, max: 41, buckets: [{ from: 41, to: 42, count: 1 }] },
      waitMs: { count: 0, mean: null, buckets: [] },
      decisions: [{ at: 47_000, limitedBy: null }, { desired: 5 }, { limitedBy: "max" }],
    });
    const columns = written["columns"] as Record<string, unknown[]>;
    expect(Object.keys(columns)).toEqual([...COLUMN_NAMES]);
    expect(columns["metric"]?.slice(0, 2)).toEqual([null, 250]);
    expect(columns["timeMs"]).toHaveLength(61);
  });

  it("as CSV has a unit in every heading, a row each sample, and blanks for what is no number", () => {
    const rows = [...resultCsv(made)].join("").split("\r\n");
    expect(rows).toHaveLength(63);
    for (const heading of rows[0]?.split(",") ?? []) expect(heading).toMatch(/Ms$|PerSec$|PerHourUsd$|\(.+\)$/);
    const cells = rows.slice(1, 3).map((row) => row.split(","));
    const at = (name: ColumnName) => cells.map((row) => row[COLUMN_NAMES.indexOf(name)]);
    expect([at("timeMs"), at("backlog"), at("metric")]).toEqual([
      ["0", "60000"],
      ["0", "500"],
      ["", "250"],
    ]);
  });

  it("as CSV has the clock time in front for recordings", () => {
    const rows = [...resultCsv(madeResult({ scenario: { traffic: RECORDING } }))].join("").split("\r\n");
    expect(rows[0]).toMatch(/^time \(UTC\),timeMs,/);
    expect(rows[2]).toMatch(/^2014-04-10T08:33:00Z,60000,/);
  });

  it("as CSV has each alarm's state at each row, in a column of its own", () => {
    const rows = [...resultCsv(madeResult(ALARMED))].join("").split("\r\n");
    expect(rows[0]).toMatch(/,"alarm: backlog","alarm: age"$/);
    expect(rows.slice(1, 6).map((row) => row.split(",").slice(-2))).toEqual([
      ["insufficient-data", "insufficient-data"],
      ["insufficient-data", "insufficient-data"],
      ["ok", "insufficient-data"],
      ["alarm", "insufficient-data"],
      ["alarm", "alarm"],
    ]);
  });
});
