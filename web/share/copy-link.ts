import type { Bench } from "../state/bench.ts";
import { linkOf } from "./link.ts";

/** Puts a link to the whole experiment on the clipboard, or, where the browser forbids that, into the address bar. */
export async function copyLink({ workbench, comparison, notices }: Bench): Promise<void> {
  const [base, draft] = [workbench.base.peek(), workbench.scenario.peek()];
  const others = comparison.scenarios.peek().filter((scenario) => scenario !== draft && scenario !== base);
  const made = linkOf({ base, ...(draft !== base && { draft }), ...(others.length > 0 && { others: others.slice(0, 3) }) });
  if (!made.ok) {
    notices.add({ kind: "problem", title: "This experiment is too large for a link.", lines: [made.problem] });
    return;
  }
  const address = `${location.origin}${location.pathname}${made.hash}`;
  try {
    await navigator.clipboard.writeText(address);
    notices.add({
      kind: "info",
      title: "Link copied. Whoever opens it sees this experiment, with its changes.",
      lines: [`It has ${String(address.length)} characters. What follows the # stays in the browser: no server sees it.`],
    });
  } catch {
    history.replaceState(undefined, "", made.hash);
    notices.add({
      kind: "info",
      title: "The link is in the address bar: copy it from there.",
      lines: ["The browser does not let this page write to the clipboard."],
    });
  }
}
