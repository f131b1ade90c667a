import { useComputed, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ChartStack } from "./chart/chart-stack.tsx";
import { Bill } from "./decisions/bill.tsx";
import { DecisionTable } from "./decisions/decision-table.tsx";
import { DropTarget } from "./files/drop-target.tsx";
import type { FileDesk } from "./files/file-desk.ts";
import { NoticeList } from "./files/notice-list.tsx";
import { Header } from "./header/header.tsx";
import { SettingsPanel } from "./settings/settings-panel.tsx";
import { useBench } from "./state/bench.ts";
import { VerdictBar } from "./verdict/verdict-bar.tsx";

/** The page: does it hold, why, and what if. */
export function App({ desk }: { readonly desk: FileDesk }) {
  const { live, workbench } = useBench();
  const state = useComputed(() => (live.busy.value || workbench.unjudged.value > 0 ? "running" : live.phase.value));
  return (
    <div class="page" data-state={state.value}>
      <a class="skip" href="#charts">
        To the charts
      </a>
      <Header desk={desk} />
      <VerdictBar />
      <SettingsSheet />
      <main id="charts" class="main" tabIndex={-1}>
        <NoticeList />
        {live.failure.value === undefined ? null : (
          <div class="notice" data-kind="problem" role="alert">
            <p class="notice-title">The simulation broke off. This is a defect in Headroom, not in your settings.</p>
            <p>{live.failure.value}</p>
          </div>
        )}
        <ChartStack />
        <div class="below">
          <DecisionTable />
          <Bill />
        </div>
      </main>
      <DropTarget desk={desk} />
    </div>
  );
}

/** The settings: a column beside the charts; on a phone a sheet that leaves the verdict in sight. */
function SettingsSheet() {
  const open = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    open.value = false;
    button.current?.focus();
  };
  return (
    <>
      <aside
        id="settings"
        class="sheet"
        aria-label="Settings"
        data-open={open.value}
        onKeyDown={(event) => {
          if (event.key === "Escape" && open.peek()) close();
        }}
      >
        <SettingsPanel />
      </aside>
      <div class="sheet-bar">
        <button
          ref={button}
          type="button"
          class="sheet-button"
          aria-expanded={open.value}
          aria-controls="settings"
          onClick={() => (open.value = !open.value)}
        >
          {open.value ? "Close settings" : "Settings"}
        </button>
      </div>
    </>
  );
}
