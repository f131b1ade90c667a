import { afterEach, describe, expect, it, vi } from "vitest";
import { ask, refusalText, type Refusal } from "../../../web/board/answer.ts";
import { isMovedLimits } from "../../../web/board/told.ts";

const MOVED = { min_capacity: 2, max_capacity: 8, before: { min_capacity: 1, max_capacity: 4 } };

afterEach(() => vi.unstubAllGlobals());

function answering(status: number, text: string): Promise<unknown> {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(text, { status })));
  return ask("update-scaling", isMovedLimits);
}

async function textFor(status: number, text: string): Promise<string> {
  return refusalText((await answering(status, text)) as Refusal);
}

describe("a question of the board", () => {
  it("is answered with what was asked", async () => {
    expect(await answering(200, JSON.stringify(MOVED))).toEqual({ kind: "told", told: MOVED });
  });

  it("is refused with all that is wrong", async () => {
    const faults = [{ in: "body", path: "/max_capacity", must: "has to be at least min_capacity" }];
    expect(await answering(422, JSON.stringify({ detail: "The body cannot be used as it is.", faults }))).toEqual({
      kind: "refused",
      status: 422,
      detail: "The body cannot be used as it is.",
      faults,
    });
    expect(await textFor(503, '{"detail":"The database does not answer."}')).toBe("The API answers 503: The database does not answer.");
  });

  it.each([
    ["a load balancer that has nobody behind it", 504, "<html>Gateway Time-out</html>", /what stands before it says 504/],
    ["a server of files", 404, "Not found", /not the jobs API \(status 404\): open this page at the address of the API/],
    ["a server that answers everything with its page", 200, "<!doctype html>", /not the jobs API \(status 200\)/],
    ["another API", 200, '{"min_capacity":2}', /not the jobs API \(status 200\)/],
  ])("is not answered by %s, and that is said", async (_, status, text, says) => {
    expect(await textFor(status, text)).toMatch(says);
  });

  it("says who was late and who was not there", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new DOMException("", "TimeoutError")));
    expect(await ask("jobs", isMovedLimits)).toEqual({ kind: "silent", reason: "The API has not answered within 10 s." });
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    expect(await ask("jobs", isMovedLimits)).toEqual({ kind: "silent", reason: "The API does not answer." });
  });
});
