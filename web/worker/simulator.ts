import { loadSimjsCalendar, type Fault, type ReadScenario, type Result, type Scenario } from "../../sim/index.ts";
import { estimatesOf } from "./estimates.ts";
import { cutShort, putBack } from "./long-lists.ts";
import { previewOf, type Part } from "./preview.ts";
import { detailOf, figuresOf, transferablesOf, viewOf } from "./run-view.ts";
import {
  MOST_LISTS_KEPT,
  type CarriedScenario,
  type Charts,
  type CheckOutcome,
  type Ending,
  type FileOutcome,
  type Figures,
  type RunView,
  type SimApi,
  type SimulateRequest,
  type Update,
} from "./sim-api.ts";
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
    const abandoned = () => mine !== this.latest;

    const scenario = this.whole(request);
    const preview = previewOf(scenario);
    if (request.precision === "preview" || !preview.whole) {
      const [seed = 1] = request.seeds;
      const progress = throttled((share) => void tell({ type: "progress", share, run: 1, runs: 1 }));
      const shown = await this.preview(request, preview, seed, { abandoned, progress }, tell);
      if (!shown || abandoned()) return "abandoned";
    }
    if (request.precision === "preview") return "done";

    const whole: Part = { scenario, fromMs: 0, whole: true };
    const figures: Figures[] = [];
    let held = 0;
    for (const [index, seed] of request.seeds.entries()) {
      const progress = throttled((share) => void tell({ type: "progress", share, run: index + 1, runs: request.seeds.length }));
      const ran = await this.run(request, whole, seed, { abandoned, progress });
      if (ran === undefined) return "abandoned";
      figures.push(figuresOf(ran.result.summary));
      if (ran.result.summary.objective.held) held += 1;
      if (index === 0) {
        await this.tellRun(viewOf(ran.result, whole, ran.tookMs), tell);
        // By the first change of a setting it will be here.
        reading().catch(() => undefined);
      }
      if (abandoned()) return "abandoned";
    }
    if (figures.length > 1) await tell({ type: "estimates", estimates: estimatesOf(figures), runs: figures.length, held });
    return abandoned() ? "abandoned" : "done";
  }

  /** Tells the preview unless the page has it already; false when abandoned. */
  private async preview(request: SimulateRequest, part: Part, seed: number, watch: Watch, tell: Tell): Promise<boolean> {
    const key = keyOf(request, seed);
    if (!part.whole && this.previewed === key) return true;
    const ran = await this.run(request, part, seed, watch);
    if (ran === undefined) return false;
    this.previewed = key;
    await this.tellRun(viewOf(ran.result, part, ran.tookMs), tell);
    return true;
  }

  detail(digest: string, fromMs: number, toMs: number): Charts | undefined {
    const kept = this.kept.find(({ result }) => result.digest === digest);
    if (kept === undefined) return undefined;
    const charts = detailOf(kept.result, fromMs, toMs);
    return this.transfer(charts, transferablesOf(charts));
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

  private async run(request: SimulateRequest, part: Part, seed: number, watch: Watch) {
    const key = part.whole ? keyOf(request, seed) : undefined;
    const before = this.kept.find((kept) => kept.key === key);
    if (before !== undefined) return before;
    const startedAt = performance.now();
    const result = await runSliced(part.scenario, seed, watch);
    if (result === undefined) return undefined;
    const ran = { key: key ?? "", result, tookMs: performance.now() - startedAt };
    if (key !== undefined && seed === request.seeds[0]) this.kept = [ran, ...this.kept].slice(0, MOST_KEPT);
    return ran;
  }

  private async tellRun(view: RunView, tell: Tell): Promise<void> {
    await tell(this.transfer({ type: "run", view }, transferablesOf(view.charts)));
  }

  /** The scenario with the lists that the page handed over before. */
  private whole({ light }: CarriedScenario): Scenario {
    return putBack(light, (id) => {
      const list = this.lists.get(id);
      if (list === undefined) throw new Error(`The list ${String(id)} was not handed over.`);
      return list;
    }) as Scenario;
  }
}

function reading() {
  return import("./reading.ts");
}

/** The page's callback; across the line it answers with a promise that the page has taken the update. */
type Tell = (update: Update) => void | Promise<void>;

/** Names a run: what is asked for again need not be run again. */
function keyOf({ light }: CarriedScenario, seed: number): string {
  return JSON.stringify([light, seed]);
}

interface Kept {
  readonly key: string;
  readonly result: Result;
  readonly tookMs: number;
}

/** The run that is shown and the one that it is compared with. */
const MOST_KEPT = 2;

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
