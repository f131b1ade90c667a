import { saveBlob, saveText } from "../files/save.ts";
import { fileNameOf } from "../files/file-name.ts";
import type { Bench } from "../state/bench.ts";
import { pictureOf } from "./picture.ts";
import { reportOf } from "./report.ts";

/** The run that is shown, as files. */

export function saveReport({ live, form }: Bench): void {
  const [view, scenario] = [live.view.peek(), live.shown.peek()];
  if (view === undefined || scenario === undefined) return;
  const report = reportOf({ scenario, view, estimated: live.estimates.peek(), form });
  saveText(`${fileNameOf(scenario)}.md`, "text/markdown", report);
}

export async function savePicture({ live }: Bench): Promise<void> {
  const [view, scenario] = [live.view.peek(), live.shown.peek()];
  const stack = document.querySelector<HTMLElement>(".stack");
  if (view === undefined || scenario === undefined || stack === null) return;
  saveBlob(`${fileNameOf(scenario)}.png`, await pictureOf(stack, { title: scenario.name, sentence: live.verdict.peek()?.sentence ?? "" }));
}

export async function saveRows(bench: Bench): Promise<void> {
  await saveRun(bench, "csv");
}

export async function saveResult(bench: Bench): Promise<void> {
  await saveRun(bench, "json");
}

async function saveRun({ live, client, notices }: Bench, format: "csv" | "json"): Promise<void> {
  const [view, scenario] = [live.view.peek(), live.shown.peek()];
  if (view === undefined || scenario === undefined) return;
  const blob = await client.fileOf(view.digest, format);
  if (blob === undefined) {
    notices.add({
      kind: "problem",
      title: "That run is no longer at hand.",
      lines: ["Change nothing for a moment, until the run is whole, and save again."],
    });
    return;
  }
  saveBlob(`${fileNameOf(scenario)}.${format}`, blob);
}
