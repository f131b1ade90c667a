import { signal, type Signal } from "@preact/signals";
import type { Scenario } from "../../sim/index.ts";
import type { SimClient } from "../worker/client.ts";
import type { Sketch } from "../worker/sim-api.ts";

interface Wanted {
  readonly scenario: () => Promise<Scenario | undefined>;
  readonly into: Signal<Sketch | undefined>;
}

/** The small pictures of the cards: simulated one after the other, those that came into sight last first, and then kept. */
export class Sketches {
  private readonly made = new Map<string, Signal<Sketch | undefined>>();
  private waiting: Wanted[] = [];
  private running = false;
  private readonly client: Pick<SimClient, "sketch" | "stopSketching">;

  constructor(client: Pick<SimClient, "sketch" | "stopSketching">) {
    this.client = client;
  }

  /** The picture under this name; undefined until it was made. */
  of(name: string): Signal<Sketch | undefined> {
    const sketch = this.made.get(name) ?? signal(undefined);
    this.made.set(name, sketch);
    return sketch;
  }

  want(name: string, scenario: () => Promise<Scenario | undefined>): void {
    const into = this.of(name);
    if (into.peek() !== undefined || this.waiting.some((wanted) => wanted.into === into)) return;
    this.waiting.push({ scenario, into });
    if (!this.running) void this.work();
  }

  /** Stops what is being made and forgets what waits: somebody needs the worker. */
  stop(): void {
    this.waiting = [];
    this.client.stopSketching();
  }

  private async work(): Promise<void> {
    this.running = true;
    for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop()) {
      const scenario = await next.scenario();
      if (scenario !== undefined) next.into.value = await this.client.sketch(scenario);
    }
    this.running = false;
  }
}
