import { expect, it } from "vitest";
import { gallery } from "../../sim/scenario/gallery/index.ts";
import { simulate } from "../../sim/simulate.ts";
import digests from "../golden/banking.json?raw";

/** `test/golden/banking.test.ts` computes the same in Node. */
it("gives the banking scenario the same bytes in Chromium as in Node", () => {
  expect(navigator.userAgent).toContain("Chrome");
  const banking = gallery.find(({ id }) => id === "banking")!.scenario;
  expect(JSON.parse(digests)).toMatchObject({ "seed 1": simulate(banking, 1).digest });
});
