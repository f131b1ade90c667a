import type { Bench } from "../state/bench.ts";
import { goTo, place } from "../state/place.ts";
import { askForFleet } from "./fleet-answer.ts";
import { goesOn } from "./told.ts";

/** Says so when something runs on the fleet behind this page: who closed the page has not stopped it. */
export async function tellOfRun({ notices }: Bench): Promise<void> {
  if (place.peek() === "live") return;
  const answer = await askForFleet();
  if (answer.reach !== "here" || answer.run === undefined || !goesOn(answer.run)) return;
  notices.add({
    kind: "info",
    title: `“${answer.run.name}” is running on this machine.`,
    lines: [],
    action: {
      label: "Show it",
      run: () => {
        goTo("live");
      },
    },
  });
}
