import { expect, it } from "vitest";
import { EXPECTED, figures } from "./figures.ts";

it("gives the figures that are written down, in Node", () => {
  expect(figures()).toEqual(EXPECTED);
});
