/**
 * Remembered bytes of the banking scenario. They say nothing about truth, which the tests in `test/theory` and
 * `test/props` are for; they show when a change alters results that it was not meant to alter. After a change that was
 * meant to: `npx vitest run --project unit test/golden -u`, and a line in CHANGELOG.md.
 */
import { expect, it } from "vitest";
import { gallery } from "../../sim/scenario/gallery/index.ts";
import { simulate } from "../../sim/simulate.ts";

const banking = gallery.find(({ id }) => id === "banking")!.scenario;

it("gives the banking scenario the digests that are written down", async () => {
  const digests = Object.fromEntries([1, 2, 3].map((seed) => [`seed ${seed}`, simulate(banking, seed).digest]));
  await expect(`${JSON.stringify(digests, null, 2)}\n`).toMatchFileSnapshot("banking.json");
});
