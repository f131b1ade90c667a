import { expect, it } from "vitest";
import { EXPECTED, figures } from "./figures.ts";

it("gives the figures that are written down, in Chromium", () => {
  expect(navigator.userAgent).toContain("Chrome");
  expect(figures()).toEqual(EXPECTED);
});
