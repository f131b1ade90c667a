import { formatDuration } from "../../sim/index.ts";
import type { FileDesk } from "../files/file-desk.ts";
import type { Bench } from "../state/bench.ts";
import { FIRST_SEED } from "../state/live-run.ts";

/** Runs the scenario on both calendars and says whether they agree to the byte. */
export async function checkWithSimjs({ client, workbench, notices }: Bench, desk: FileDesk): Promise<void> {
  const label = "Checking with simjs";
  desk.task.value = { label, share: 0 };
  try {
    const outcome = await client.check(workbench.scenario.peek(), FIRST_SEED, (share) => (desk.task.value = { label, share }));
    if (outcome === undefined) return;
    const times = `Headroom took ${formatDuration(outcome.tookMs)}, simjs ${formatDuration(outcome.referenceTookMs)}.`;
    notices.add(
      outcome.agree
        ? { kind: "info", title: `simjs agrees: the same result to the byte, digest ${outcome.digest}.`, lines: [times] }
        : {
            kind: "problem",
            title: "simjs disagrees: please report this with the scenario saved as a file.",
            lines: [`Headroom's digest is ${outcome.digest}, that of the run on simjs ${outcome.referenceDigest}.`, times],
          },
    );
  } catch (error) {
    notices.add({
      kind: "problem",
      title: "The check did not come to its end.",
      lines: [error instanceof Error ? error.message : String(error)],
    });
  } finally {
    desk.task.value = undefined;
  }
}
