import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { FleetLink } from "./fleet-link.ts";
import { RunView } from "./run-view.tsx";
import { wantsSetup } from "./intent.ts";
import { Setup } from "./setup.tsx";
import { goesOn } from "./told.ts";
import "./live.css";

/** The scenario at hand on real processes of this machine: what to run, what runs, and what it came to. */
export default function LivePage() {
  const link = useMemo(() => new FleetLink(), []);
  useEffect(() => {
    void link.open();
    return () => {
      link.close();
    };
  }, [link]);
  // A run that is over stays in sight until the user wants another one.
  const asksAnew = useSignal(wantsSetup.peek());
  useSignalEffect(() => {
    wantsSetup.value = false;
    if (link.told.value !== undefined && goesOn(link.told.value.run)) asksAnew.value = false;
  });
  const shown = useComputed(() => {
    const told = link.told.value;
    return told === undefined || (asksAnew.value && !goesOn(told.run)) ? undefined : told;
  });
  const told = shown.value;
  return (
    <main id="main" class="run-here" tabIndex={-1} data-phase={told?.run.phase ?? "setup"}>
      {told === undefined ? (
        <Setup link={link} back={() => (asksAnew.value = false)} />
      ) : (
        <RunView link={link} told={told} again={() => (asksAnew.value = true)} />
      )}
    </main>
  );
}
