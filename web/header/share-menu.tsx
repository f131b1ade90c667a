import type { FileDesk } from "../files/file-desk.ts";
import type * as Exports from "../share/exports.ts";
import { useBench, type Bench } from "../state/bench.ts";
import { goTo } from "../state/place.ts";
import { Menu, MenuItem } from "./menu.tsx";

/** Keep it, send it, put it beside another: what is seldom needed comes with its own code, when it is asked for. */
export function ShareMenu({ desk }: { readonly desk: FileDesk }) {
  const bench = useBench();
  const { live, workbench, comparison } = bench;
  const hasRun = live.view.value?.whole === true;
  const exporting = (run: (exports: typeof Exports) => Promise<void> | void) => () => {
    void import("../share/exports.ts").then(run).catch(failed(bench));
  };
  return (
    <Menu label="Share">
      <MenuItem
        label="Copy link"
        note="Holds the whole experiment; nothing is sent anywhere"
        run={() => void import("../share/copy-link.ts").then(({ copyLink }) => copyLink(bench)).catch(failed(bench))}
      />
      <MenuItem label="Keep on this device" run={() => void keep(bench)} />
      <MenuItem
        label="Add to comparison"
        disabled={comparison.isFull}
        run={() => {
          comparison.add(workbench.scenario.peek());
          goTo("compare");
        }}
      />
      {workbench.changed.value ? (
        <MenuItem
          label="Compare with how it was"
          run={() => {
            comparison.replace([workbench.base.peek(), workbench.scenario.peek()]);
            goTo("compare");
          }}
        />
      ) : null}
      <hr />
      <MenuItem
        label="Save scenario"
        note="JSON, for the command line too"
        run={() => {
          desk.save();
        }}
      />
      <MenuItem label="Save report" note="Markdown" disabled={!hasRun} run={exporting(({ saveReport }) => saveReport(bench))} />
      <MenuItem label="Save charts" note="PNG" disabled={!hasRun} run={exporting(({ savePicture }) => savePicture(bench))} />
      <MenuItem label="Save rows" note="CSV" disabled={!hasRun} run={exporting(({ saveRows }) => saveRows(bench))} />
      <MenuItem label="Save result" note="JSON" disabled={!hasRun} run={exporting(({ saveResult }) => saveResult(bench))} />
      <MenuItem
        label="Print"
        run={() => {
          window.print();
        }}
      />
    </Menu>
  );
}

async function keep(bench: Bench): Promise<void> {
  const { shelf, workbench, notices } = bench;
  const scenario = workbench.scenario.peek();
  try {
    await shelf.add(scenario.name, scenario);
    notices.add({ kind: "info", title: `Kept “${scenario.name}” on this device. It is on the start page, under “Yours”.`, lines: [] });
  } catch (error) {
    failed(bench)(error);
  }
}

function failed({ notices }: Bench) {
  return (error: unknown) => {
    notices.add({
      kind: "problem",
      title: "That did not work; nothing was changed.",
      lines: [error instanceof Error ? error.message : String(error)],
    });
  };
}
