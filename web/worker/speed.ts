import { expectedMessages, type Scenario } from "../../sim/index.ts";

/** Messages a millisecond on a slow machine, until the first run has shown what this one does. */
const FIRST_GUESS = 800;
/** Weight of the newest run in the estimate. */
const NEWEST = 0.5;
/** Below this a run says more of its start than of its speed. */
const SHORTEST_MS = 20;

/** What this machine simulates in a given time, learnt from the runs before: so that a preview is as long as it can be. */
export class Speed {
  private messagesPerMs = FIRST_GUESS;

  learn(scenario: Scenario, tookMs: number): void {
    const messages = expectedMessages(scenario.traffic, 0, scenario.run.durationSec);
    if (tookMs < SHORTEST_MS || !(messages > 0)) return;
    this.messagesPerMs += NEWEST * (messages / tookMs - this.messagesPerMs);
  }

  /** How many messages can be simulated in about `ms`. */
  messagesIn(ms: number): number {
    return this.messagesPerMs * ms;
  }
}
