import { batch, signal, type ReadonlySignal } from "@preact/signals";
import type { MeasuredEvent, MeasuredRun, RunWindow, Scenario } from "../../sim/index.ts";
import { heard, type Told } from "./told.ts";

/**
 * Whether there is a fleet to run things on.
 *
 * - `asking`: not known yet
 * - `here`: the server of this page has one
 * - `none`: whoever serves this page has none
 * - `refused`: there is one, and it is not for this page
 * - `lost`: there was one, and it does not answer any more
 */
export type Reach = "asking" | "here" | "none" | "refused" | "lost";

/** What is asked to be run. */
export interface RunWish extends RunWindow {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Who scales; undefined for Auto Scaling where it has such policies. */
  readonly controller: "headroom" | undefined;
}

/** What the server says against a request, a sentence each, with the field in front where there is one. */
export type Objection = readonly string[];

/** The fleet of the server that gave out this page, as the page hears of it. */
export class FleetLink {
  private readonly reached = signal<Reach>("asking");
  private readonly explained = signal("");
  private readonly known = signal<Told | undefined>(undefined);
  private readonly running = signal<Scenario | undefined>(undefined);

  readonly reach: ReadonlySignal<Reach> = this.reached;
  /** Why it is refused. */
  readonly reason: ReadonlySignal<string> = this.explained;
  /** The run that goes on, or the one that was last; undefined for none. */
  readonly told: ReadonlySignal<Told | undefined> = this.known;
  /** What runs, as it is in its window; undefined until it was fetched. */
  readonly scenario: ReadonlySignal<Scenario | undefined> = this.running;

  private token = "";
  private events: EventSource | undefined;
  private unheard: MeasuredEvent[] = [];
  private hearing: ReturnType<typeof setTimeout> | undefined;
  private scenarioOf: string | undefined;

  /** Looks whether there is a fleet, and listens to what happens on it until closed. */
  async open(): Promise<void> {
    if (!(await this.look()) || this.events !== undefined) return;
    const events = new EventSource(`${PATH}/events`);
    this.events = events;
    for (const type of ["run", "row", "decision", "mishap"]) {
      events.addEventListener(type, ({ data }: MessageEvent<string>) => {
        this.hear(JSON.parse(data) as MeasuredEvent);
      });
    }
    events.addEventListener("error", () => (this.reached.value = "lost"));
    // It may be another server by now, with another token and without the run.
    events.addEventListener("open", () => {
      if (this.reached.peek() === "lost") void this.look();
    });
  }

  close(): void {
    clearTimeout(this.hearing);
    this.events?.close();
    this.events = undefined;
  }

  /** Starts a run. Returns what is against it; nothing when it has begun. */
  async start(wish: RunWish): Promise<Objection> {
    const { scenario, seed, fromSec, forSec, scale, controller } = wish;
    const body = JSON.stringify({ scenario, seed, fromSec, forSec, scale, ...(controller === undefined ? {} : { controller }) });
    return this.ask("POST", body);
  }

  /** Ends the run. */
  async stop(): Promise<Objection> {
    return this.ask("DELETE");
  }

  private async ask(method: "POST" | "DELETE", body?: string): Promise<Objection> {
    const headers = { Authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { "Content-Type": "application/json" }) };
    try {
      const answer = await fetch(`${PATH}/run`, { method, headers, ...(body === undefined ? {} : { body }) });
      if (!answer.ok) return objectionOf(await jsonOf(answer), answer.status);
      this.hear({ type: "run", run: (await answer.json()) as MeasuredRun });
      return [];
    } catch {
      return ["The server does not answer. Is it still running?"];
    }
  }

  private async look(): Promise<boolean> {
    let answer: Response;
    try {
      answer = await fetch(PATH, { headers: { Accept: "application/json" } });
    } catch {
      this.reached.value = "none";
      return false;
    }
    const { token, run, detail } = await jsonOf(answer);
    batch(() => {
      if (answer.ok && typeof token === "string") {
        this.token = token;
        this.reached.value = "here";
        if (run === null) this.known.value = undefined;
      } else if (answer.status === 403 && typeof detail === "string") {
        this.explained.value = detail;
        this.reached.value = "refused";
      } else this.reached.value = "none";
    });
    return this.reached.peek() === "here";
  }

  /** Events come in crowds to whoever returns: they are taken together. */
  private hear(event: MeasuredEvent): void {
    this.unheard.push(event);
    this.hearing ??= setTimeout(() => {
      this.hearing = undefined;
      this.known.value = heard(this.known.peek(), this.unheard.splice(0));
      void this.fetchScenario();
    }, TOGETHER_MS);
  }

  private async fetchScenario(): Promise<void> {
    const id = this.known.peek()?.run.id;
    if (id === undefined || id === this.scenarioOf) return;
    this.scenarioOf = id;
    this.running.value = undefined;
    const answer = await fetch(`${PATH}/run/scenario`);
    if (answer.ok && this.scenarioOf === id) this.running.value = (await answer.json()) as Scenario;
  }
}

/** Beside the page, wherever that is. */
const PATH = "./api/fleet";
const TOGETHER_MS = 30;

/** An answer that is no JSON comes from a server that knows nothing of fleets. */
async function jsonOf(answer: Response): Promise<Readonly<Record<string, unknown>>> {
  try {
    return Object((await answer.json()) as unknown) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

interface ToldFault {
  readonly path: string;
  readonly must: string;
}

function objectionOf({ detail, faults }: Readonly<Record<string, unknown>>, status: number): Objection {
  const listed = Array.isArray(faults) ? (faults as ToldFault[]).map(({ path, must }) => `${path}: ${must}.`) : [];
  return listed.length > 0 ? listed : [typeof detail === "string" ? detail : `The server answered ${String(status)}.`];
}
