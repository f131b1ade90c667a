import { batch, signal, type ReadonlySignal } from "@preact/signals";
import type { MeasuredEvent, RunWindow, Scenario } from "../../sim/index.ts";
import { askForFleet, FLEET_PATH, objectionsIn } from "./fleet-answer.ts";
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
  private isClosed = false;
  private events: EventSource | undefined;
  private unheard: MeasuredEvent[] = [];
  private hearing: ReturnType<typeof setTimeout> | undefined;
  private scenarioOf: string | undefined;

  /** Looks whether there is a fleet, and listens to what happens on it until closed. */
  async open(): Promise<void> {
    await this.look();
    if (this.isClosed || this.reached.peek() !== "here") return;
    const events = new EventSource(`${FLEET_PATH}/events`);
    this.events = events;
    for (const type of EVENT_TYPES) {
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
    this.isClosed = true;
    clearTimeout(this.hearing);
    this.events?.close();
  }

  /** Starts a run. Returns what is against it, a sentence each; nothing when it begins. */
  start(wish: RunWish): Promise<readonly string[]> {
    // What is undefined is left out.
    return this.ask({ method: "POST", body: JSON.stringify(wish) }, { "Content-Type": "application/json" });
  }

  /** Ends the run. Returns what is against it. */
  stop(): Promise<readonly string[]> {
    return this.ask({ method: "DELETE" });
  }

  private async ask(request: RequestInit, headers: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
    try {
      return await objectionsIn(
        await fetch(`${FLEET_PATH}/run`, { ...request, headers: { ...headers, Authorization: `Bearer ${this.token}` } }),
      );
    } catch {
      return ["The server does not answer. Is it still running?"];
    }
  }

  private async look(): Promise<void> {
    const answer = await askForFleet();
    batch(() => {
      this.reached.value = answer.reach;
      if (answer.reach === "refused") this.explained.value = answer.reason;
      if (answer.reach !== "here") return;
      this.token = answer.token;
      if (answer.run === undefined) this.known.value = undefined;
    });
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
    const answer = await fetch(`${FLEET_PATH}/run/scenario`);
    if (answer.ok && this.scenarioOf === id) this.running.value = (await answer.json()) as Scenario;
  }
}

const EVENT_TYPES: readonly MeasuredEvent["type"][] = ["run", "row", "decision", "mishap"];
const TOGETHER_MS = 30;
