import { effect, signal } from "@preact/signals";
import { render } from "preact";
import type { Scenario } from "../sim/index.ts";
import banking from "../sim/scenario/gallery/banking.json" with { type: "json" };
import schema from "../sim/scenario/scenario.schema.json" with { type: "json" };
import { App } from "./app.tsx";
import { FileDesk } from "./files/file-desk.ts";
import { Preflight } from "./preflight/preflight.ts";
import { formOf } from "./settings/arrangement.ts";
import { withDefaults } from "./settings/defaults.ts";
import { isLink } from "./share/link-mark.ts";
import { Shelf } from "./share/shelf.ts";
import { BenchProvider, type Bench } from "./state/bench.ts";
import { Comparison } from "./state/comparison.ts";
import { LiveRun } from "./state/live-run.ts";
import { Notices } from "./state/notices.ts";
import { keepForOffline } from "./state/offline.ts";
import { followAddress } from "./state/place.ts";
import { LocalStore } from "./state/store.ts";
import { startTheme } from "./state/theme.ts";
import { Why } from "./state/why.ts";
import { Workbench } from "./state/workbench.ts";
import { SimClient } from "./worker/client.ts";
import { helpersFor, Pool } from "./worker/pool.ts";

startTheme();
await start();

async function start(): Promise<void> {
  const root = document.querySelector("#app");
  if (root === null) throw new Error("The page needs a place to be.");

  const notices = new Notices();
  let started = false;
  const crashed = (message: string) => {
    if (started) notices.add({ kind: "problem", title: "The simulator stopped. Reload the page to start it again.", lines: [message] });
    else render(<p class="crash">The simulator did not start: {message}. Reload the page to try again.</p>, root);
  };
  const client = new SimClient(crashed);
  const store = new LocalStore(
    localStorage,
    (document) => client.read(document),
    () => {
      notices.add({
        kind: "info",
        title: "The recording is too large to be kept over a reload.",
        lines: ["Save the scenario as a file to keep it."],
      });
    },
  );

  const first = withDefaults(schema, banking) as Scenario;
  const kept = await store.read();

  const pool = new Pool(client, () => new SimClient(crashed), helpersFor(navigator.hardwareConcurrency));
  const live = new LiveRun(client, pool);
  const workbench = new Workbench(kept ?? { base: first, draft: first }, (scenario) => client.faultsOf(scenario), live, store);
  const form = signal(formOf(schema));
  const bench: Bench = {
    get form() {
      return form.value;
    },
    workbench,
    live,
    client,
    pool,
    shelf: new Shelf(),
    comparison: new Comparison(),
    notices,
    why: new Why(),
    preflight: new Preflight(client, workbench.scenario, live.view),
    invites: signal(kept === undefined && !isLink(location.hash)),
    crosshairMs: signal(undefined),
    zoom: signal(undefined),
  };
  started = true;
  const followLink = () => {
    const { hash } = location;
    if (isLink(hash)) void import("./share/open-link.ts").then(({ takeLink }) => takeLink(hash, bench));
  };
  followLink();
  window.addEventListener("hashchange", followLink);
  followAddress();
  // A browser that forbids storage has nothing kept.
  bench.shelf.open().catch(() => undefined);
  root.replaceChildren();
  workbench.start();
  render(
    <BenchProvider value={bench}>
      <App desk={new FileDesk(bench, first)} />
    </BenchProvider>,
    root,
  );
  const stopWaiting = effect(() => {
    if (live.phase.value !== "exact") return;
    // Without them the form lacks its help; the next visit tries again.
    import("./settings/described.ts").then(
      ({ describedForm }) => (form.value = describedForm()),
      () => undefined,
    );
    keepForOffline();
    // In development nobody has a fleet.
    if (import.meta.env.PROD) void import("./live/tell-of-run.ts").then(({ tellOfRun }) => tellOfRun(bench));
    queueMicrotask(() => {
      stopWaiting();
    });
  });
  window.addEventListener("pagehide", () => {
    store.flush();
  });
}
