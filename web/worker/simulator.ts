import {
  loadSimjsCalendar,
  outcomeOf,
  verdict,
  type Explanation,
  type Fault,
  type Finding,
  type ReadScenario,
  type Result,
  type Scenario,
  type WhatIf,
  type WhyQuestion,
} from "../../sim/index.ts";
import { envelopeOf } from "./envelope.ts";
import { comparedFrom, estimatedFrom } from "./estimates.ts";
import { cutShort, putBack, stubKnown, type CarriedScenario } from "./long-lists.ts";
import type { PlanAnswer, PlanProgress, PlanRequest, RunVariant, SweepPoint, SweepProgress, SweepRequest, Way } from "./plan-api.ts";
import { previewOf, type Part } from "./preview.ts";
import { detailOf, figuresOf, transferablesOf, viewOf } from "./run-view.ts";
import {
  MOST_LISTS_KEPT,
  type Charts,
  type CheckOutcome,
  type Compared,
  type Ending,
  type FileOutcome,
  type GalleryCard,
  type Sketch,
  type Estimated,
  type Replicate,
  type ReplicateRequest,
  type RunView,
  type SimApi,
  type SimulateRequest,
  type Update,
} from "./sim-api.ts";
import { sketchOf } from "./sketch.ts";
import { Speed } from "./speed.ts";
import { runSliced, type Watch } from "./sliced-run.ts";

/** Marks what may be handed over without a copy; comlink's `transfer`. */
export type Transfer = <T>(value: T, transferables: ArrayBuffer[]) => T;

/** What the worker does for the page. See {@link SimApi} for the contract. */
export class Simulator implements SimApi {
  /** Counts up with each simulation; whoever finds it changed has been overtaken. */
  private latest = 0;
  private readonly lists = new Map<number, readonly number[]>();
  /** The newest whole runs: an exact run need not repeat the preview before it, and charts can be zoomed into. */
  private kept: readonly Kept[] = [];

  /** Tickets of the replications under way. */
  private readonly replications = new Set<number>();
  private sketching = 0;
  private readonly speed = new Speed();

  /** Counts up with each check and each file read. */
  private task = 0;
  /** The newest scenario whose busiest part the page was shown. */
  private previewed: string | undefined;
  private readonly transfer: Transfer;

  constructor(transfer: Transfer) {
    this.transfer = transfer;
  }

  async read(document: unknown): Promise<ReadScenario> {
    const { readScenario } = await reading();
    return readScenario(document);
  }

  async faultsOf(carried: CarriedScenario): Promise<readonly Fault[]> {
    const document = cutShort(this.whole(carried));
    const { readScenario } = await reading();
    const read = readScenario(document);
    return read.ok ? [] : read.faults;
  }

  keepList(id: number, list: readonly number[]): void {
    this.lists.set(id, list);
    for (const old of this.lists.keys()) if (this.lists.size > MOST_LISTS_KEPT) this.lists.delete(old);
  }

  abandon(): void {
    this.latest += 1;
  }

  async simulate(request: SimulateRequest, tell: Tell): Promise<Ending> {
    this.latest += 1;
    const mine = this.latest;
    const watch = {
      abandoned: () => mine !== this.latest,
      progress: throttled((share) => void tell({ type: "progress", share })),
    };
    const scenario = this.whole(request);
    const preview = previewOf(scenario, this.speed.messagesIn(PREVIEW_MS));
    if (request.precision === "preview" || !preview.whole) {
      const shown = await this.preview(request, preview, watch, tell);
      if (!shown || watch.abandoned()) return "abandoned";
    }
    if (request.precision === "preview") return "done";

    const whole: Part = { scenario, fromMs: 0, whole: true };
    const ran = await this.run(request, whole, watch);
    if (ran === undefined) return "abandoned";
    await this.tellRun(viewOf(ran.result, whole, ran.tookMs), tell);
    // By the first change of a setting it will be here.
    reading().catch(() => undefined);
    return watch.abandoned() ? "abandoned" : "done";
  }

  async replicate(request: ReplicateRequest, progress: (share: number) => void): Promise<Replicate | undefined> {
    const { ticket } = request;
    this.replications.add(ticket);
    const watch = { abandoned: () => !this.replications.has(ticket), progress: throttled(progress) };
    const whole: Part = { scenario: this.whole(request), fromMs: 0, whole: true };
    const ran = await this.run(request, whole, watch, { keep: false });
    this.replications.delete(ticket);
    if (ran === undefined) return undefined;
    const { summary, columns } = ran.result;
    const outcome = outcomeOf(ran.result);
    const replicate = { seed: request.seed, figures: figuresOf(summary), outcome, envelope: envelopeOf(columns) };
    if (!request.withView) return replicate;
    const view = viewOf(ran.result, whole, ran.tookMs);
    return this.transfer({ ...replicate, view }, transferablesOf(view.charts));
  }

  stopReplicating(ticket: number): void {
    this.replications.delete(ticket);
  }

  estimate(runs: readonly Replicate[], digest: string): Estimated {
    const first = this.keptRun(digest);
    const outcomes = runs.map(({ outcome }) => outcome);
    return estimatedFrom(runs, first && verdict(first, outcomes));
  }

  compare(runs: readonly (readonly Replicate[])[]): readonly Compared[] {
    return comparedFrom(runs);
  }

  /** Tells the preview unless the page has it already; false when abandoned. */
  private async preview(request: SimulateRequest, part: Part, watch: Watch, tell: Tell): Promise<boolean> {
    const key = keyOf(request);
    if (!part.whole && this.previewed === key) return true;
    const ran = await this.run(request, part, watch);
    if (ran === undefined) return false;
    this.previewed = key;
    await this.tellRun(viewOf(ran.result, part, ran.tookMs, { moving: request.precision === "preview" }), tell);
    return true;
  }

  async gallery(): Promise<readonly GalleryCard[]> {
    return (await loadGallery()).map(({ id, group, name, lesson, cures }) => ({ id, group, name, lesson, cures }));
  }

  async galleryScenario(id: string): Promise<Scenario | undefined> {
    return (await loadGallery()).find((entry) => entry.id === id)?.scenario;
  }

  async sketch(carried: CarriedScenario): Promise<Sketch | undefined> {
    const mine = this.sketching;
    const watch = { abandoned: () => mine !== this.sketching, progress: () => undefined };
    const result = await runSliced(this.whole(carried), SKETCHED_SEED, watch);
    return result && sketchOf(result);
  }

  stopSketching(): void {
    this.sketching += 1;
  }

  detail(digest: string, fromMs: number, toMs: number): Charts | undefined {
    const result = this.keptRun(digest);
    if (result === undefined) return undefined;
    const charts = detailOf(result, fromMs, toMs);
    return this.transfer(charts, transferablesOf(charts));
  }

  async explain(digest: string, question: WhyQuestion): Promise<Explanation | undefined> {
    const result = this.keptRun(digest);
    if (result === undefined) return undefined;
    const { explain } = await reading();
    return explain(result, question);
  }

  async whatIfs(carried: CarriedScenario): Promise<readonly WhatIf[]> {
    const { whatIfs } = await reading();
    return whatIfs(cutShort(this.whole(carried)));
  }

  async preflight(carried: CarriedScenario): Promise<readonly Finding[]> {
    const { preflight } = await reading();
    return preflight(this.whole(carried));
  }

  async waysOf(carried: CarriedScenario): Promise<readonly Way[]> {
    const { waysOf } = await planning();
    return waysOf(cutShort(this.whole(carried)));
  }

  async plan(request: PlanRequest, run: RunVariant, tell: (progress: PlanProgress) => void): Promise<PlanAnswer | undefined> {
    const { scenario, runLight } = this.forSearch(request, run);
    const { planOf } = await planning();
    return planOf(scenario, request.ways, runLight, tell);
  }

  async sweep(request: SweepRequest, run: RunVariant, tell: (progress: SweepProgress) => void): Promise<readonly SweepPoint[] | undefined> {
    const { scenario, runLight } = this.forSearch(request, run);
    const { sweepOf } = await planning();
    return sweepOf(scenario, request, runLight, tell);
  }

  async fileOf(digest: string, format: "csv" | "json"): Promise<Blob | undefined> {
    const result = this.keptRun(digest);
    if (result === undefined) return undefined;
    const { resultCsv, resultJson } = await reading();
    return format === "csv"
      ? new Blob([...resultCsv(result)], { type: "text/csv" })
      : new Blob([...resultJson(result)], { type: "application/json" });
  }

  async check(carried: CarriedScenario, seed: number, progress: (share: number) => void): Promise<CheckOutcome | undefined> {
    const abandoned = this.newTask();
    const scenario = this.whole(carried);
    const told = throttled(progress);

    const newCalendar = await loadSimjsCalendar();
    const startedAt = performance.now();
    const ours = await runSliced(scenario, seed, {
      abandoned,
      progress: (share) => {
        told(share * OUR_SHARE);
      },
    });
    const halfwayAt = performance.now();
    const theirs =
      ours &&
      (await runSliced(
        scenario,
        seed,
        {
          abandoned,
          progress: (share) => {
            told(OUR_SHARE + share * (1 - OUR_SHARE));
          },
        },
        { calendar: newCalendar() },
      ));
    if (ours === undefined || theirs === undefined) return undefined;
    return {
      agree: ours.digest === theirs.digest,
      digest: ours.digest,
      referenceDigest: theirs.digest,
      tookMs: halfwayAt - startedAt,
      referenceTookMs: performance.now() - halfwayAt,
    };
  }

  async readFile(file: File, into: CarriedScenario, progress: (share: number) => void): Promise<FileOutcome | undefined> {
    const watch = { progress: throttled(progress), abandoned: this.newTask() };
    const scenario = this.whole(into);
    const { readFile } = await reading();
    return readFile(file, scenario, watch);
  }

  stopTask(): void {
    this.task += 1;
  }

  /** Begins a task beside the simulation; says later whether it was stopped, or overtaken by the next. */
  private newTask(): () => boolean {
    this.task += 1;
    const mine = this.task;
    return () => mine !== this.task;
  }

  private async run(request: Seeded, part: Part, watch: Watch, { keep = true } = {}): Promise<Kept | undefined> {
    const key = part.whole ? keyOf(request) : undefined;
    const before = this.kept.find((kept) => kept.key === key);
    if (before !== undefined) return before;
    const startedAt = performance.now();
    const result = await runSliced(part.scenario, request.seed, watch);
    if (result === undefined) return undefined;
    const ran = { key: key ?? "", result, tookMs: performance.now() - startedAt };
    this.speed.learn(part.scenario, ran.tookMs);
    if (key !== undefined && keep) this.kept = [ran, ...this.kept].slice(0, MOST_KEPT);
    return ran;
  }

  private keptRun(digest: string): Result | undefined {
    return this.kept.find(({ result }) => result.digest === digest)?.result;
  }

  private async tellRun(view: RunView, tell: Tell): Promise<void> {
    await tell(this.transfer({ type: "run", view }, transferablesOf(view.charts)));
  }

  /** A scenario whose variants the page is to run: its lists, which the page has, do not cross again with each of them. */
  private forSearch(request: CarriedScenario, run: RunVariant) {
    const lists = new Map<number, readonly number[]>();
    const scenario = this.whole(request, lists);
    const runLight = (variant: Scenario, seed: number) => run({ light: stubKnown(variant, lists) }, seed);
    return { scenario, runLight };
  }

  /**
   * The scenario with the lists that the page handed over before.
   *
   * @param used Takes those that are in it.
   */
  private whole({ light }: CarriedScenario, used?: Map<number, readonly number[]>): Scenario {
    return putBack(light, (id) => {
      const list = this.lists.get(id);
      if (list === undefined) throw new Error(`The list ${String(id)} was not handed over.`);
      used?.set(id, list);
      return list;
    }) as Scenario;
  }
}

/** A hundred scenarios: fetched when somebody looks at them. */
async function loadGallery() {
  return (await import("../../sim/scenario/gallery/index.ts")).gallery;
}

function reading() {
  return import("./reading.ts");
}

function planning() {
  return import("./planning.ts");
}

/** The page's callback; across the line it answers with a promise that the page has taken the update. */
type Tell = (update: Update) => void | Promise<void>;

/** Names a run: what is asked for again need not be run again. */
function keyOf({ light, seed }: Seeded): string {
  return JSON.stringify([light, seed]);
}

type Seeded = CarriedScenario & { readonly seed: number };

interface Kept {
  readonly key: string;
  readonly result: Result;
  readonly tookMs: number;
}

/** The run that is shown and the one that it is compared with. */
const MOST_KEPT = 2;

const SKETCHED_SEED = 1;

/** While the hand moves an answer may take about this long; the whole run is the preview where it takes no longer. */
const PREVIEW_MS = 220;

/** Share of the whole that Headroom's own calendar takes of a check, roughly: simjs is some ten times slower. */
const OUR_SHARE = 0.1;

/** Lets through no more than one call in 50 ms. */
function throttled(call: (share: number) => void): (share: number) => void {
  let lastAt = performance.now();
  return (share) => {
    const now = performance.now();
    if (now - lastAt < 50) return;
    lastAt = now;
    call(share);
  };
}
