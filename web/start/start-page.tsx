import { useEffect, useMemo } from "preact/hooks";
import type { FileDesk } from "../files/file-desk.ts";
import { OpenButton } from "../files/open-button.tsx";
import { useBench } from "../state/bench.ts";
import { Gallery } from "./gallery.tsx";
import { OwnScenarios } from "./own-scenarios.tsx";
import { Questions } from "./questions.tsx";
import { Sketches } from "./sketches.ts";
import "./start.css";

/** Where an experiment begins: from three questions, a file, what the user kept, or the gallery. */
export default function StartPage({ desk }: { readonly desk: FileDesk }) {
  const { client } = useBench();
  const sketches = useMemo(() => new Sketches(client), [client]);
  useEffect(
    () => () => {
      sketches.stop();
    },
    [sketches],
  );
  return (
    <main id="main" class="start" tabIndex={-1}>
      <h1 class="sr-only">Start</h1>
      <Questions />
      <section class="from-file" aria-labelledby="file-title">
        <h2 id="file-title">Or bring a file</h2>
        <p>
          Drop it anywhere on the page: counts as CSV (<code>timestamp,value</code>, as CloudWatch exports them), a scenario, or a result
          that Headroom wrote.
        </p>
        <OpenButton desk={desk} />
      </section>
      <OwnScenarios sketches={sketches} />
      <Gallery sketches={sketches} />
    </main>
  );
}
