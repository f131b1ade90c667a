import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("a random test that fails", () => {
  it("prints its seed and the command that repeats it", () => {
    const failing = () => {
      fc.assert(fc.property(fc.nat(), (number) => number < 100));
    };
    expect(failing).toThrow(
      /seed: (-?\d+)[\s\S]*Counterexample: \[100\][\s\S]*To repeat it: TEST_SEED=\1 npx vitest run --project unit test\/house\/random-tests\.test\.ts -t "prints its seed/,
    );
  });
});
