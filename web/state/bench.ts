import type { Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Preflight } from "../preflight/preflight.ts";
import type { Form } from "../settings/arrangement.ts";
import type { Shelf } from "../share/shelf.ts";
import type { SimClient } from "../worker/client.ts";
import type { Pool } from "../worker/pool.ts";
import type { Comparison } from "./comparison.ts";
import type { LiveRun } from "./live-run.ts";
import type { Notices } from "./notices.ts";
import type { Why } from "./why.ts";
import type { Workbench } from "./workbench.ts";

/** What the parts of the page share. */
export interface Bench {
  readonly form: Form;
  readonly workbench: Workbench;
  readonly live: LiveRun;
  readonly client: SimClient;
  readonly pool: Pool;
  readonly shelf: Shelf;
  readonly comparison: Comparison;
  readonly notices: Notices;
  readonly why: Why;
  readonly preflight: Preflight;
  /** Whether a newcomer is shown the first step. */
  readonly invites: Signal<boolean>;
  /** Time under the crosshair; undefined when there is none. */
  readonly crosshairMs: Signal<number | undefined>;
  /** The part of the run that the charts show; undefined for all of it. */
  readonly zoom: Signal<Zoom | undefined>;
}

export interface Zoom {
  readonly fromMs: number;
  readonly toMs: number;
}

const BenchContext = createContext<Bench | undefined>(undefined);

export const BenchProvider = BenchContext.Provider;

export function useBench(): Bench {
  const bench = useContext(BenchContext);
  if (bench === undefined) throw new Error("The page's parts live inside a BenchProvider.");
  return bench;
}
