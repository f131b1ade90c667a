import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatFault } from "../../../sim/scenario/faults.ts";
import { jsonFault } from "../../../sim/scenario/json-fault.ts";

describe("a text that is no JSON", () => {
  it.each([
    ["", "line 1, column 1: the text is empty; give a scenario: an object in braces."],
    ['{"a":1,}', 'line 1, column 8: expected the name of a field in double quotes, found "}"; remove the comma before it.'],
    ["{'a':1}", `line 1, column 2: expected the name of a field in double quotes, found "'"; put the name of the field in double quotes.`],
    ['{\n  "a" 1\n}', 'line 2, column 7: expected ":" and a value, found "1"; put a colon between the name and its value.'],
    ['{"a": 1\n "b": 2}', 'line 2, column 2: expected "," or "}", found a double quote; put a comma between two entries.'],
    ['{"a":[1,2', "line 1, column 10: the text ends in the middle of an object or a list; the brackets still open want ]}."],
    ["[1,]", 'line 1, column 4: expected a value, found "]"; remove the comma before it.'],
    ['{"a":}', 'line 1, column 6: expected a value, found "}"; give the value that is missing.'],
    ["[}", 'line 1, column 2: expected a value, found "}"; close the list with ] first.'],
    ["[1}", 'line 1, column 3: expected "," or "]", found "}"; close the list with ] first.'],
    ['{"a":01}', 'line 1, column 7: expected the end of the number, found "1"; write the number without leading zeros.'],
    ['{"a":NaN}', 'line 1, column 6: expected a value, found "N"; write a number, or null where it is allowed.'],
    ['{"a":True}', 'line 1, column 6: expected a value, found "T"; write true.'],
    ["{} // all", 'line 1, column 4: expected the end of the text, found "/"; remove what follows the closing bracket.'],
    ["[/* none */]", 'line 1, column 2: expected a value, found "/"; remove the comment: JSON has none.'],
    ['"a', "line 1, column 1: the text that starts here has no closing quote; close it with a double quote."],
    [String.raw`["\x"]`, String.raw`line 1, column 4: expected an escape that JSON knows, found "x"; write a backslash itself as \\.`],
    [
      '["a\nb"]',
      String.raw`line 1, column 4: expected the rest of the text or its closing quote, found the end of the line; close the text with ", and write line breaks and tabs in it as \n and \t.`,
    ],
    [
      "[".repeat(100_000),
      "line 1, column 100001: the text ends in the middle of an object or a list; close the 100000 brackets that are open.",
    ],
  ])("%j is answered with the place and what was expected", (text, sentence) => {
    expect(formatFault(jsonFault(text)!)).toBe(sentence);
  });

  it("is found exactly when the engine finds it", () => {
    const damaged = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom("", "{", "}", "[", "]", ",", ":", '"', "\\", "0", ".", "e", "-", "\n", "u", " "))
      .map(([json, at, piece]) => {
        const place = at % (json.length + 1);
        return json.slice(0, place) + piece + json.slice(place + (piece === "" ? 1 : 0));
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string()), (text) => {
        expect(jsonFault(text) !== undefined, text).toBe(isRefused(text));
      }),
      { numRuns: 5000 },
    );
  });
});

function isRefused(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}
