import fc from "fast-check";
import { describe, expect, it } from "vitest";
import banking from "../../../sim/scenario/gallery/banking.json" with { type: "json" };
import { isoInstant } from "../../../sim/scenario/civil-time.ts";
import { CountsCsvReader, withRecordedCounts, type ReadCounts } from "../../../sim/scenario/counts-csv.ts";
import { formatFault } from "../../../sim/scenario/faults.ts";
import { readScenario } from "../../../sim/scenario/read.ts";
import type { Scenario } from "../../../sim/scenario/schema.ts";

function read(...pieces: string[]): ReadCounts {
  const reader = new CountsCsvReader();
  for (const piece of pieces) reader.push(piece);
  return reader.finish();
}

function faultsOf(text: string): string[] {
  const outcome = read(text);
  return outcome.ok ? [] : outcome.faults.map(formatFault);
}

const THREE = { startsAt: "2014-04-10T00:04:00Z", intervalSec: 300, counts: [94, 56, 187] };

describe("recorded counts", () => {
  it.each<[string, string]>([
    ["as CloudWatch exports them", "timestamp,value\n2014-04-10 00:04:00,94.0\n2014-04-10 00:09:00,56.0\n2014-04-10 00:14:00,187.0\n"],
    ["without a header or a last line break", "2014-04-10 00:04:00,94\n2014-04-10 00:09:00,56\n2014-04-10 00:14:00,187"],
    ["with a zone", "2014-04-10T00:04:00Z,94\n2014-04-10T02:09:00+02:00,56\n2014-04-09T19:14-05:00,187\n"],
    [
      "with a byte order mark, CRLF and blank lines at the end",
      "\uFEFFtimestamp,value\r\n2014-04-10 00:04,94\r\n2014-04-10 00:09,56\r\n2014-04-10 00:14,187\r\n\r\n\r\n",
    ],
    ["between semicolons, with decimal commas", "Zeit;Anzahl\n2014-04-10 00:04;94,0\n2014-04-10 00:09;56,0\n2014-04-10 00:14;187,0\n"],
    ["between tabs", "2014-04-10 00:04\t94\n2014-04-10 00:09\t56\n2014-04-10 00:14\t187\n"],
    ["in quotes", '"time","count"\n"2014-04-10 00:04:00","94"\n"2014-04-10 00:09:00","56"\n"2014-04-10 00:14:00","187"\n'],
    ["in seconds since 1970", "1397088240,94\n1397088540,56\n1397088840,187\n"],
    ["in milliseconds since 1970", "1397088240000,94\n1397088540000,56\n1397088840000,187\n"],
    ["with slashes in the dates", "2014/04/10 00:04:00,94\n2014/04/10 00:09:00,56\n2014/04/10 00:14:00,187\n"],
    [
      "among other columns that a header names",
      "id,Sum,note,Timestamp\n1,94,,2014-04-10 00:04\n2,56,,2014-04-10 00:09\n3,187,x,2014-04-10 00:14\n",
    ],
    ["with exponents and blanks around the cells", " 2014-04-10 00:04 , 9.4e1 \n 2014-04-10 00:09 , +56 \n 2014-04-10 00:14 , 187. \n"],
  ])("are read %s", (_, text) => {
    expect(read(text)).toEqual({ ok: true, counts: THREE, notices: [] });
  });

  it("start nowhere in the calendar when they give elapsed seconds", () => {
    expect(read("0,94\n300,56\n600,187\n")).toEqual({ ok: true, counts: { ...THREE, startsAt: "" }, notices: [] });
  });

  it("have their gaps filled with the mean of the neighbours, and say so", () => {
    const outcome = read("2014-04-10 00:00,10\n2014-04-10 00:05,20\n2014-04-10 00:20,40\n2014-04-10 00:25,0\n2014-04-10 00:35,4\n");
    expect(outcome).toEqual({
      ok: true,
      counts: { startsAt: "2014-04-10T00:00:00Z", intervalSec: 300, counts: [10, 20, 30, 30, 40, 0, 2, 4] },
      notices: [
        "3 of 8 intervals were missing, the first at 2014-04-10T00:10:00Z. Each was filled with the mean of the two neighbours in the file.",
      ],
    });
  });

  it("may hold a million intervals", () => {
    const reader = new CountsCsvReader();
    for (let row = 0; row < 1_000_000; row += 1) reader.push(`${row * 10},${row % 7}\n`);
    const outcome = reader.finish();
    expect(outcome.ok && outcome.counts.counts.length).toBe(1_000_000);
  });

  it("are the same however they are written and cut into pieces", () => {
    const recording = fc.record({
      start: fc.integer({ min: 100_000_000, max: 4_000_000_000 }),
      interval: fc.integer({ min: 1, max: 86_400 }),
      counts: fc.array(fc.double({ min: 0, max: 1e9, noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 40 }),
      separator: fc.constantFrom(",", ";", "\t"),
      lineBreak: fc.constantFrom("\n", "\r\n"),
      isQuoted: fc.boolean(),
      hasHeader: fc.boolean(),
      stamp: fc.constantFrom(
        (sec: number) => isoInstant(sec * 1000),
        (sec: number) =>
          isoInstant(sec * 1000)
            .replace("T", " ")
            .replace("Z", ""),
        (sec: number) => String(sec),
        (sec: number) => String(sec * 1000),
      ),
      cuts: fc.array(fc.nat(200)),
    });
    fc.assert(
      fc.property(recording, ({ start, interval, counts, separator, lineBreak, isQuoted, hasHeader, stamp, cuts }) => {
        fc.pre((counts.length - 1) * interval < 366 * 86_400 - interval);
        const cell = (text: string) => (isQuoted ? `"${text}"` : text);
        const rows = counts.map((count, index) => [stamp(start + index * interval), String(count)].map(cell).join(separator));
        const text = [...(hasHeader ? [`timestamp${separator}value`] : []), ...rows].join(lineBreak);
        const expected = { startsAt: isoInstant(start * 1000), intervalSec: interval, counts };
        expect(read(...piecesOf(text, cuts))).toEqual({ ok: true, counts: expected, notices: [] });
      }),
    );
  });
});

describe("a faulty file of counts", () => {
  it.each<[string, string, string[]]>([
    ["is empty", "", ["The file is empty; give rows of a timestamp and a count, as 2014-04-10 00:04:00,94."]],
    [
      "has a header only",
      "timestamp,value\n",
      ["The file has no row of counts; give rows of a timestamp and a count, as 2014-04-10 00:04:00,94."],
    ],
    [
      "has one row",
      "2014-04-10,5\n",
      ["The file has one row only, so that the length of its interval is not known; give two rows or more."],
    ],
    [
      "has text, a negative, a blank and a missing count",
      "timestamp,value\n2014-04-10 00:00,x\n2014-04-10 00:05,-3\n2014-04-10 00:10,\n2014-04-10 00:15\n2014-04-10 00:20,2e9\n2014-04-10 00:25,NaN\n",
      [
        'line 2: "x" is not a number; give a count of messages as a number.',
        "line 3: -3 is below 0 messages; give a count from 0 to 1000000000 messages.",
        "line 4: the count is blank; give a number, 0 if nothing came, or remove the row to have it filled.",
        "line 5: the line has no count column; write rows as 2014-04-10 00:04:00,94.",
        "line 6: 2e9 is above 1000000000 messages, the greatest count allowed; give a count from 0 to 1000000000 messages.",
        'line 7: "NaN" is not a number; give a count of messages as a number.',
      ],
    ],
    [
      "has stamps that are none",
      "2014-04-10 00:00,1\n,2\n10.04.2014,3\n2014-02-30,4\n",
      [
        "line 2: the timestamp is blank; write it as 2014-04-10 00:04:00, or as seconds since 1970.",
        'line 3: "10.04.2014" is not a timestamp; write it as 2014-04-10 00:04:00, or as seconds since 1970.',
        'line 4: "2014-02-30" is not a timestamp; write it as 2014-04-10 00:04:00, or as seconds since 1970.',
      ],
    ],
    [
      "has stamps twice or out of order",
      "2014-04-10 00:00,1\n2014-04-10 00:05,2\n2014-04-10 00:05,x\n2014-04-10 00:00,4\n",
      [
        'line 3: "2014-04-10 00:05" is the same time as the row before; keep one row for each interval.',
        'line 3: "x" is not a number; give a count of messages as a number.',
        'line 4: "2014-04-10 00:00" is earlier than the row before; sort the rows by time.',
      ],
    ],
    [
      "has stamps between two intervals",
      "2014-04-10 00:00,1\n2014-04-10 00:05,2\n2014-04-10 00:10,2\n2014-04-10 00:12,3\n2014-04-10 00:15,3\n2014-04-10 00:20,3\n",
      [
        "line 4: the stamp is 120 s past the grid of 300 s intervals that starts at 2014-04-10T00:00:00Z; move it to the start of its interval.",
      ],
    ],
    [
      "has intervals that are too long",
      "2014-04-10,1\n2014-04-12,3\n",
      ["The rows are 172800 s apart, and intervals have 1 to 86400 s; give counts of shorter intervals."],
    ],
    [
      "has intervals that are too short",
      "2014-04-10 00:00:00.0,1\n2014-04-10 00:00:00.5,3\n",
      ["The rows are 0.5 s apart, and intervals have 1 to 86400 s; add the counts up over longer intervals."],
    ],
    [
      "spans more than a run may last",
      "2014-04-10,1\n2014-04-11,3\n2015-06-01,3\n",
      ["The recording spans 418 days, and a run has at most 366; cut the file."],
    ],
    [
      "has a stamp that makes a million gaps",
      "0,1\n1,3\n2,3\n5000000,1\n",
      [
        "From the first stamp to the last there are 5000001 intervals of 1 s, and a recording has at most 1000000; check the first and the last stamp, or cut the file.",
      ],
    ],
    [
      "has a quote that is not closed",
      '2014-04-10 00:00,1\n"2014-04-10 00:05,2\n',
      ["line 2: a quote is not closed; close it on the same line."],
    ],
    ["is something else", '{"version": 1}', ["line 1: the line has no count column; write rows as 2014-04-10 00:04:00,94."]],
    [
      "is no text",
      "PK\u0000\u0001\n",
      ["line 1: the line is not text; save the file as text in UTF-8, and unpack it first if it is packed."],
    ],
    [
      "is one endless line",
      "1".repeat(5000),
      ["line 1: the line is longer than 1000 characters; check that the file is a table of counts."],
    ],
  ])("that %s is answered with each fault and its line", (_, text, expected) => {
    expect(faultsOf(text)).toEqual(expected);
  });

  it("lists the first twenty faults and the number of the others", () => {
    const faults = faultsOf(Array.from({ length: 50 }, (_unused, row) => `${row},x\n`).join(""));
    expect(faults).toHaveLength(21);
    expect(faults.at(-1)).toBe("And 30 more faults; mend the ones above first.");
  });

  it("of too many rows is counted to its end", () => {
    const reader = new CountsCsvReader();
    for (let part = 0; part < 13; part += 1)
      reader.push(Array.from({ length: 100_000 }, (_, row) => `${part * 100_000 + row},1\n`).join(""));
    const outcome = reader.finish();
    expect(outcome.ok || outcome.faults.map(formatFault)).toEqual([
      "The file has 1300000 rows, and a recording has at most 1000000; add the counts up over longer intervals, or cut the file.",
    ]);
  });

  it("goes on behind a line that is too long, in pieces as well", () => {
    const pieces = ["x".repeat(900), "x".repeat(900), "x".repeat(900), "x\n2014-04-10,1\n2014-04-11,", "y\n"];
    const outcome = read(...pieces);
    expect(outcome.ok || outcome.faults.map(formatFault)).toEqual([
      "line 1: the line is longer than 1000 characters; check that the file is a table of counts.",
      'line 3: "y" is not a number; give a count of messages as a number.',
    ]);
  });

  it("never makes the reader throw", () => {
    const scraps = fc.constantFrom(
      "2014-04-10",
      " 00:05",
      "0",
      "300",
      "600",
      ",",
      ";",
      "\t",
      '"',
      "\n",
      "\r\n",
      "x",
      "-1",
      "1e3",
      ".",
      "\uFEFF",
      "\0",
      "timestamp",
      "value",
      " ",
    );
    const text = fc.oneof(
      fc.array(scraps, { maxLength: 40 }).map((parts) => parts.join("")),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(text, fc.array(fc.nat(20)), (csv, cuts) => {
        const outcome = read(...piecesOf(csv, cuts));
        expect(outcome).toEqual(read(csv));
        if (outcome.ok) {
          expect(outcome.counts.counts.every((count) => count >= 0)).toBe(true);
          return;
        }
        expect(outcome.faults.length).toBeGreaterThan(0);
        for (const fault of outcome.faults) expect(formatFault(fault)).toMatch(/^.+; .+\.$/s);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("a scenario under recorded counts", () => {
  const scenario = scenarioOf(banking);

  it("runs as long as the recording, at the scale asked for", () => {
    const counts = { startsAt: "2014-04-10T00:04:00Z", intervalSec: 300, counts: Array.from({ length: 4040 }, () => 60) };
    const merged = withRecordedCounts(scenario, counts, { scale: 100, name: "a load balancer" });
    expect(merged.ok && merged.scenario).toMatchObject({
      ...scenario,
      run: { durationSec: 1_212_000, sampleEverySec: 60 },
      traffic: { kind: "counts", name: "a load balancer", ...counts, scale: 100 },
    });
  });

  it.each([
    [2, 1, 60, 1],
    [86_400, 1, 86_400, 60],
    [300_000, 60, 18_000_000, 900],
    [366, 86_400, 31_622_400, 1800],
  ])("of %i intervals of %i s lasts %i s and has a row each %i s", (length, intervalSec, durationSec, sampleEverySec) => {
    const counts = { startsAt: "", intervalSec, counts: Array.from({ length }, () => 0) };
    const merged = withRecordedCounts(scenario, counts);
    expect(merged.ok && merged.scenario.run).toEqual({ durationSec, sampleEverySec });
  });

  it("is checked like any other", () => {
    const merged = withRecordedCounts(scenario, THREE, { scale: 1e8 });
    expect(merged.ok || merged.faults.map(({ path }) => path)).toEqual(["traffic.scale"]);
  });
});

function scenarioOf(document: unknown): Scenario {
  const outcome = readScenario(document);
  if (!outcome.ok) throw new Error(outcome.faults.map(formatFault).join("\n"));
  return outcome.scenario;
}

/** Cuts a text after as many characters as each number says. */
function piecesOf(text: string, cuts: readonly number[]): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const cut of cuts) {
    pieces.push(text.slice(from, from + cut));
    from += cut;
  }
  return [...pieces, text.slice(from)];
}
