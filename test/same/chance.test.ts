import { expect, it } from "vitest";
import { EXPECTED_CHANCE, chance } from "./chance.ts";

it("draws and computes what is written down, to the last bit, in Node", () => {
  expect(chance()).toEqual(EXPECTED_CHANCE);
});
