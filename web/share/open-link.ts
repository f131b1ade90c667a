import { formatFault, type Scenario } from "../../sim/index.ts";
import type { Bench } from "../state/bench.ts";
import type { Kept } from "../state/store.ts";
import type { SimClient } from "../worker/client.ts";
import { readLink } from "./link.ts";

/** Faults listed of one link. */
const MOST_LISTED = 12;

export type OpenedLink =
  | { readonly ok: true; readonly work: Kept; readonly others: readonly Scenario[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Unpacks a link and has everything in it read as carefully as a file from a stranger. */
export async function openLink(hash: string, client: Pick<SimClient, "read">): Promise<OpenedLink> {
  const link = readLink(hash);
  if (!link.ok) return { ok: false, problems: [`The link is not taken: ${link.problem}.`] };
  const { base, draft, others = [] } = link.experiment;
  const read = await Promise.all([base, ...(draft === undefined ? [] : [draft]), ...others].map((document) => client.read(document)));
  const faults = read.flatMap((outcome) => (outcome.ok ? [] : outcome.faults));
  if (faults.length > 0) {
    const more = faults.length - MOST_LISTED;
    return { ok: false, problems: [...faults.slice(0, MOST_LISTED).map(formatFault), ...(more > 0 ? [`And ${String(more)} more.`] : [])] };
  }
  const scenarios = read.flatMap((outcome) => (outcome.ok ? [outcome.scenario] : []));
  const [first, second] = scenarios;
  if (first === undefined) return { ok: false, problems: ["It holds no scenario."] };
  const changed = draft === undefined ? first : (second ?? first);
  return { ok: true, work: { base: first, draft: changed }, others: scenarios.slice(draft === undefined ? 1 : 2) };
}

/** Takes a link that the page was opened with, or that was typed into the address bar; undone like any other change. */
export async function takeLink(hash: string, { client, workbench, comparison, notices }: Bench): Promise<void> {
  history.replaceState(undefined, "", location.pathname + location.search);
  const opened = await openLink(hash, client);
  if (!opened.ok) {
    notices.add({ kind: "problem", title: "The link could not be opened; everything stays as it was.", lines: opened.problems });
    return;
  }
  workbench.restore(opened.work);
  if (opened.others.length > 0) comparison.replace([opened.work.draft, ...opened.others]);
  notices.add({
    kind: "info",
    title: `Opened “${opened.work.draft.name}” from the link.`,
    lines: [],
    action: {
      label: "Undo",
      run: () => {
        workbench.undo();
      },
    },
  });
}
