import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wrapped } from "../../../runtime/cli/wrapped.ts";

describe("a text in a narrow terminal", () => {
  it("stays as it is where it fits", () => {
    expect(wrapped("Run   1 d\n\n  short\n", 20)).toBe("Run   1 d\n\n  short\n");
  });

  it("goes on below the last cell of its row", () => {
    expect(wrapped("  5  2 → 10  the high alarm holds, three of three above 100", 40)).toBe(
      ["  5  2 → 10  the high alarm holds, three", "             of three above 100"].join("\n"),
    );
  });

  it("goes on below an indented text, and at the edge below plain prose", () => {
    expect(wrapped("       Raise the timeout well above the longest job.", 36)).toBe(
      ["       Raise the timeout well above", "       the longest job."].join("\n"),
    );
    expect(wrapped("Holds: the oldest message stays under five minutes.", 30)).toBe(
      ["Holds: the oldest message", "stays under five minutes."].join("\n"),
    );
  });

  it("takes a last cell that has hardly any room to a line of its own", () => {
    expect(wrapped("  Exact backlog   20 of 20   $48.94   1 to 10 instances, target 1,200 messages", 42)).toBe(
      ["  Exact backlog   20 of 20   $48.94", "      1 to 10 instances, target 1,200", "      messages"].join("\n"),
    );
  });

  it("keeps a word whole that is wider than the room", () => {
    expect(wrapped("see https://docs.aws.amazon.com/autoscaling for more of it", 24)).toBe(
      ["see", "https://docs.aws.amazon.com/autoscaling", "for more of it"].join("\n"),
    );
  });

  it("loses no word and ends, whatever it says", () => {
    const words = fc.array(fc.constantFrom("a", "10", "→", "instances", "https://example.com/a/long/address", "  ", " "), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 120 }), (parts, columns) => {
        const text = parts.join(" ");
        expect(wrapped(text, columns).match(/\S+/g)).toEqual(text.match(/\S+/g));
      }),
    );
  });
});
