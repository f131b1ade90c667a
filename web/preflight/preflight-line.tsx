import { levelsText, type Level } from "../../sim/index.ts";
import { useBench } from "../state/bench.ts";
import { lazy } from "../state/lazy.tsx";
import { LevelMark } from "./level-mark.tsx";

const PreflightList = lazy(async () => (await import("./preflight-list.tsx")).default);

/** What was found before any run, in a few quiet words that open the list; nothing where nothing is found. */
export function PreflightLine() {
  const { preflight } = useBench();
  const { findings, open, failure } = preflight;
  if (failure.value !== undefined) return <p class="preflight-line dim">The settings could not be looked through: {failure.value}</p>;
  const worst: Level | undefined = findings.value[0]?.level;
  if (worst === undefined) return null;
  return (
    <button
      type="button"
      class="preflight-line quiet"
      aria-expanded={open.value}
      aria-controls="preflight"
      onClick={() => (open.value = !open.value)}
    >
      <svg class="chevron" viewBox="0 0 12 12" aria-hidden="true">
        <path d="M4.5 2.5 8 6 4.5 9.5" />
      </svg>
      <LevelMark level={worst} />
      <span>Before any run: {levelsText(findings.value)}</span>
    </button>
  );
}

/** Where the list stands, under its line. */
export function PreflightPlace() {
  const { preflight } = useBench();
  return (
    <div id="preflight" class="preflight-place">
      {preflight.open.value ? <PreflightList /> : null}
    </div>
  );
}
