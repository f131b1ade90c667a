import fc from "fast-check";
import {
  decisionOf,
  initialOf,
  Misconduct,
  policyLaws,
  type Decision,
  type Policy,
  type PolicyLaw,
  type Story,
} from "../../../sim/index.ts";
import { anyStory } from "./stories.ts";
import { isTimeout, underAnotherClock, within } from "./watchdog.ts";

export interface CheckOptions {
  readonly runs: number;
  readonly seed: number;
  /** Whether it promises no scale-in while an instance is pending or warming up. */
  readonly staysWhileWarming: boolean;
}

/** What came of putting one law to a policy. */
export interface LawReport {
  readonly law: PolicyLaw;
  readonly verdict: "held" | "broken" | "not judged";
  /** Stories in which it could be judged. */
  readonly stories: number;
  /** What the policy does wrong, to be read after "the policy"; undefined unless broken. */
  readonly complaint: string | undefined;
  /** The smallest found. */
  readonly counterexample: Counterexample | undefined;
}

export interface Counterexample {
  readonly story: Story;
  /** What the policy decided at each scene, until it failed to. */
  readonly decisions: readonly Decision[];
}

/** Puts a policy to every law, each in `runs` random stories. The same seed draws the same stories. */
export function checkPolicy(policy: Policy<unknown>, options: CheckOptions): LawReport[] {
  const trial = new Trial(policy);
  return policyLaws(options).map((law) => trial.put(law, options));
}

/**
 * A policy before the laws. The first law is that it decides at all. Where it does not, no other law can be judged, and
 * the story does not count for that one; but if only another law's world drives it so far, that law is the broken one.
 */
class Trial {
  private decidesAlways = true;
  private everLooped = false;
  /** Endless loops in the stories of the present law. */
  private timeouts = 0;

  private readonly policy: Policy<unknown>;

  constructor(policy: Policy<unknown>) {
    this.policy = policy;
  }

  put(law: PolicyLaw, { runs, seed }: CheckOptions): LawReport {
    this.timeouts = 0;
    let stories = 0;
    let complaint: string | undefined;
    const property = fc.property(anyStory, (story) => {
      const said = this.complaint(law, story);
      if (said === NOT_JUDGED) return true;
      stories += 1;
      // Those that shrinking comes to later are smaller; the last is the smallest.
      if (said !== undefined) complaint = said;
      return said === undefined;
    });
    // The steady world is hours long, so that each story of it weighs as much as many others.
    const numRuns = law.isSteady ? Math.ceil(runs / STEADY_SHARE) : runs;
    const { counterexample } = fc.check(property, { numRuns, seed, reporter: () => undefined });
    if (counterexample === null) {
      return { law, stories, verdict: stories === 0 ? "not judged" : "held", complaint: undefined, counterexample: undefined };
    }
    if (law.name === FIRST || this.everLooped) this.decidesAlways = false;
    const story = this.withoutEnd(law, counterexample[0]);
    return { law, stories, verdict: "broken", complaint, counterexample: { story, decisions: this.decisions(story) } };
  }

  /** Shrinking leaves out what comes before the scene that matters; what comes after it goes here. */
  private withoutEnd(law: PolicyLaw, story: Story): Story {
    if (law.isSteady) return story;
    const shorter = story.map((_, index) => story.slice(0, index + 1));
    return shorter.find((one) => ![undefined, NOT_JUDGED].includes(this.complaint(law, one))) ?? story;
  }

  private complaint(law: PolicyLaw, story: Story): string | undefined {
    const isFirst = law.name === FIRST;
    if (this.timeouts >= (isFirst ? MOST_TIMEOUTS_AT_FIRST : MOST_TIMEOUTS)) return NOT_JUDGED;
    try {
      return this.watched(() => law.check(this.policy, story));
    } catch (error) {
      if (!isFirst && !this.decidesAlways) return NOT_JUDGED;
      if (isTimeout(error)) return `does not come back within ${PATIENCE_MS / 1000} s`;
      return error instanceof Misconduct ? error.message : `keeps a state that is no plain data: ${String(error)}`;
    }
  }

  private decisions(story: Story): Decision[] {
    const decisions: Decision[] = [];
    try {
      this.watched(() => {
        let state = initialOf(this.policy);
        for (const { observation, now } of story) {
          const answer = decisionOf(this.policy, state, observation, now);
          decisions.push(answer.decision);
          state = answer.state;
        }
      });
    } catch {
      // Said by the complaint.
    }
    return decisions;
  }

  /** After a first loop the others are waited for less: they only make its counterexample smaller. */
  private watched<T>(work: () => T): T {
    try {
      return underAnotherClock(() => within(this.everLooped ? IMPATIENCE_MS : PATIENCE_MS, work));
    } catch (error) {
      if (isTimeout(error)) {
        this.timeouts += 1;
        this.everLooped = true;
      }
      throw error;
    }
  }
}

const FIRST = policyLaws({ staysWhileWarming: false })[0]?.name;
const NOT_JUDGED = "not judged";
const STEADY_SHARE = 5;
/** Real time that the decisions of one story may take, milliseconds; once it has looped, for what only adds to that. */
const PATIENCE_MS = 2000;
const IMPATIENCE_MS = 100;
/** After so many endless loops enough is known. */
const MOST_TIMEOUTS_AT_FIRST = 40;
const MOST_TIMEOUTS = 3;
