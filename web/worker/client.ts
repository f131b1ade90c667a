import { proxy, wrap, type Remote } from "comlink";
import type { ContenderId, Explanation, Fault, Finding, Outcome, ReadScenario, Scenario, WhatIf, WhyQuestion } from "../../sim/index.ts";
import { LongLists, putBack, type CarriedScenario } from "./long-lists.ts";
import type { PlanAnswer, PlanProgress, RunVariant, SweepPoint, SweepProgress, SweepRequest, Way } from "./plan-api.ts";
import {
  MOST_LISTS_KEPT,
  type Charts,
  type CheckOutcome,
  type Compared,
  type Ending,
  type Estimated,
  type FileOutcome,
  type GalleryCard,
  type Sketch,
  type Replicate,
  type ReplicateRequest,
  type SimApi,
  type SimulateRequest,
  type Update,
} from "./sim-api.ts";

/** What the page asks for: a request with the scenario as the page has it. */
type Asked = Omit<SimulateRequest, "light"> & { readonly scenario: Scenario };
/** Runs a variant that a search asks for; undefined when the search is stopped. */
export type RunOne = (variant: Scenario, seed: number) => Promise<Outcome | undefined>;
export type SweptSetting = Omit<SweepRequest, "light">;
type Replicated = Omit<ReplicateRequest, "light" | "ticket"> & { readonly scenario: Scenario };

/** The worker as the page sees it: plain functions and signals to stop, no proxies. */
export class SimClient {
  private readonly api: Remote<SimApi>;
  private readonly longLists = new LongLists();
  /** Lists that the worker still holds. */
  private handedOver: number[] = [];
  private nextTicket = 1;

  constructor(onCrash: (message: string) => void) {
    const worker = new Worker(new URL("./sim.worker.ts", import.meta.url), { type: "module", name: "headroom-sim" });
    worker.onerror = (event) => {
      onCrash(event.message);
    };
    this.api = wrap<SimApi>(worker);
  }

  read(document: unknown): Promise<ReadScenario> {
    return this.api.read(document);
  }

  async faultsOf(scenario: Scenario): Promise<readonly Fault[]> {
    return this.api.faultsOf(await this.carry(scenario));
  }

  async simulate({ scenario, ...request }: Asked, signal: AbortSignal, tell: (update: Update) => void): Promise<Ending> {
    const carried = await this.carry(scenario);
    if (signal.aborted) return "abandoned";
    const stop = () => void this.api.abandon();
    signal.addEventListener("abort", stop);
    const told = proxy((update: Update) => {
      if (!signal.aborted) tell(update);
    });
    try {
      return await this.api.simulate({ ...request, ...carried }, told);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  async replicate(
    { scenario, ...request }: Replicated,
    signal: AbortSignal,
    progress: (share: number) => void,
  ): Promise<Replicate | undefined> {
    const carried = await this.carry(scenario);
    if (signal.aborted) return undefined;
    const ticket = this.nextTicket;
    this.nextTicket += 1;
    const stop = () => void this.api.stopReplicating(ticket);
    signal.addEventListener("abort", stop);
    try {
      return await this.api.replicate({ ...request, ...carried, ticket }, proxy(progress));
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  async estimate(runs: readonly Replicate[], digest: string): Promise<Estimated> {
    return this.api.estimate(runs, digest);
  }

  async compare(runs: readonly (readonly Replicate[])[]): Promise<readonly Compared[]> {
    return this.api.compare(runs);
  }

  gallery(): Promise<readonly GalleryCard[]> {
    return this.api.gallery();
  }

  galleryScenario(id: string): Promise<Scenario | undefined> {
    return this.api.galleryScenario(id);
  }

  async sketch(scenario: Scenario): Promise<Sketch | undefined> {
    return this.api.sketch(await this.carry(scenario));
  }

  stopSketching(): void {
    void this.api.stopSketching();
  }

  async detail(digest: string, fromMs: number, toMs: number): Promise<Charts | undefined> {
    return this.api.detail(digest, fromMs, toMs);
  }

  explain(digest: string, question: WhyQuestion): Promise<Explanation | undefined> {
    return this.api.explain(digest, question);
  }

  async whatIfs(scenario: Scenario): Promise<readonly WhatIf[]> {
    return this.api.whatIfs(await this.carry(scenario));
  }

  async preflight(scenario: Scenario): Promise<readonly Finding[]> {
    return this.api.preflight(await this.carry(scenario));
  }

  async waysOf(scenario: Scenario): Promise<readonly Way[]> {
    return this.api.waysOf(await this.carry(scenario));
  }

  async plan(
    scenario: Scenario,
    ways: readonly ContenderId[],
    run: RunOne,
    tell: (progress: PlanProgress) => void,
  ): Promise<PlanAnswer | undefined> {
    return this.api.plan({ ...(await this.carry(scenario)), ways }, this.runner(scenario, run), proxy(tell));
  }

  async sweep(
    scenario: Scenario,
    setting: SweptSetting,
    run: RunOne,
    tell: (progress: SweepProgress) => void,
  ): Promise<readonly SweepPoint[] | undefined> {
    return this.api.sweep({ ...setting, ...(await this.carry(scenario)) }, this.runner(scenario, run), proxy(tell));
  }

  fileOf(digest: string, format: "csv" | "json"): Promise<Blob | undefined> {
    return this.api.fileOf(digest, format);
  }

  async check(scenario: Scenario, seed: number, progress: (share: number) => void): Promise<CheckOutcome | undefined> {
    return this.api.check(await this.carry(scenario), seed, proxy(progress));
  }

  async readFile(file: File, into: Scenario, progress: (share: number) => void): Promise<FileOutcome | undefined> {
    return this.api.readFile(file, await this.carry(into), proxy(progress));
  }

  stopTask(): void {
    void this.api.stopTask();
  }

  /** Takes the worker's variants of a scenario with the page's own long lists in them. */
  private runner(scenario: Scenario, run: RunOne): RunVariant {
    const { lists } = this.longLists.takeOut(scenario);
    const listOf = (id: number) => {
      const list = lists.get(id);
      if (list === undefined) throw new Error(`The list ${String(id)} is not in the scenario.`);
      return list;
    };
    return proxy(({ light }, seed) => run(putBack(light, listOf) as Scenario, seed));
  }

  /** Hands over the long lists that the worker does not have yet, and carries the rest. */
  private async carry(scenario: Scenario): Promise<CarriedScenario> {
    const { light, lists } = this.longLists.takeOut(scenario);
    for (const [id, list] of lists) {
      if (this.handedOver.includes(id)) continue;
      await this.api.keepList(id, list);
      this.handedOver = [...this.handedOver, id].slice(-MOST_LISTS_KEPT);
    }
    return { light };
  }
}
