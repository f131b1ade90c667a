import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ChartStack } from "./chart/chart-stack.tsx";
import { DropTarget } from "./files/drop-target.tsx";
import type { FileDesk } from "./files/file-desk.ts";
import { NoticeList } from "./files/notice-list.tsx";
import { Header } from "./header/header.tsx";
import { lazy } from "./state/lazy.tsx";
import { place } from "./state/place.ts";
import { Invitation } from "./start/invitation.tsx";
import { PreflightLine, PreflightPlace } from "./preflight/preflight-line.tsx";
import { PictureFold } from "./picture/picture-fold.tsx";
import { SettingsPanel } from "./settings/settings-panel.tsx";
import { wantedPath } from "./settings/wanted.ts";
import { useBench } from "./state/bench.ts";
import { VerdictBar } from "./verdict/verdict-bar.tsx";
import { WhyPlace } from "./why/why-place.tsx";

const StartPage = lazy(async () => (await import("./start/start-page.tsx")).default);
const Below = lazy(async () => (await import("./figures/below.tsx")).default);
const PlanPage = lazy(async () => (await import("./plan/plan-page.tsx")).default);
const ComparePage = lazy(async () => (await import("./compare/compare-page.tsx")).default);
const LivePage = lazy(async () => (await import("./live/live-page.tsx")).default);

/** The page: one of its views, under one header. */
export function App({ desk }: { readonly desk: FileDesk }) {
  const { live, workbench, why } = useBench();
  const state = useComputed(() => (live.busy.value || workbench.unjudged.value > 0 ? "running" : live.phase.value));
  useUndoKeys();
  return (
    <div class="page" data-state={state.value} data-place={place.value} data-why={why.question.value !== undefined}>
      <a class="skip" href="#main" onClick={skip}>
        {place.value === "work" ? "To the charts" : "To the content"}
      </a>
      <Header desk={desk} />
      <PlaceView desk={desk} />
      <NoticeList />
      <DropTarget desk={desk} />
    </div>
  );
}

function PlaceView({ desk }: { readonly desk: FileDesk }) {
  switch (place.value) {
    case "start":
      return <StartPage desk={desk} />;
    case "plan":
      return <PlanPage />;
    case "compare":
      return <ComparePage />;
    case "live":
      return <LivePage />;
    case "work":
      return <WorkPage />;
  }
}

/** Does it hold, why, and what if. */
function WorkPage() {
  const { live } = useBench();
  return (
    <>
      <VerdictBar />
      <SettingsSheet />
      <WhyPlace />
      <main id="main" class="main" tabIndex={-1}>
        {live.failure.value === undefined ? null : (
          <div class="notice" data-kind="problem" role="alert">
            <p class="notice-title">The simulation broke off. This is a defect in Headroom, not in your settings.</p>
            <p>{live.failure.value}</p>
          </div>
        )}
        <Invitation />
        <div class="over-charts">
          <PictureFold />
          <PreflightLine />
          <p class="ask-hint dim">Click a peak, a step or a mark to ask why</p>
        </div>
        <PreflightPlace />
        <ChartStack />
        {live.view.value === undefined ? null : <Below />}
      </main>
    </>
  );
}

/** The address tells the view, so that this link must not change it. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>("#main")?.focus();
}

/** Ctrl Z and Ctrl Shift Z, or their like on a Mac; what is being typed into a box has its own. */
function useUndoKeys(): void {
  const { workbench } = useBench();
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLInputElement && event.target.type !== "range" && event.target.type !== "checkbox";
      if (!(event.ctrlKey || event.metaKey) || event.altKey || typing) return;
      const key = event.key.toLowerCase();
      if (key !== "z" && key !== "y") return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) workbench.redo();
      else workbench.undo();
    };
    window.addEventListener("keydown", pressed);
    return () => {
      window.removeEventListener("keydown", pressed);
    };
  }, [workbench]);
}

/** The settings: a column beside the charts; on a phone a sheet that leaves the verdict in sight. */
function SettingsSheet() {
  const open = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  useSignalEffect(() => {
    if (wantedPath.value !== undefined) open.value = true;
  });
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
