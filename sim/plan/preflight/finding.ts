import { formatCount } from "../../measure/format.ts";
import type { Edit } from "../edits.ts";

/** Something about a scenario that arithmetic shows before anything is run. */
export interface Finding {
  /** Names the rule, "jobs-outlive-visibility"; a rule finds at most one thing. */
  readonly rule: string;
  /**
   * - `fault`: it goes wrong in ordinary operation
   * - `risk`: it goes wrong when something happens that does happen: a crash, a burst, a poison message
   * - `note`: it does no harm by itself, and misleads
   */
  readonly level: Level;
  /** What is found, with its figures; a sentence. */
  readonly text: string;
  /** How to mend it; a sentence. */
  readonly mend: string;
  /** A change of the scenario that mends it, where one is sure to; empty where a person has to choose. */
  readonly edits: readonly Edit[];
  /** The fields that it is about, dotted. */
  readonly paths: readonly string[];
  /** Page that the rule goes by. */
  readonly source: string;
}

/** In order of weight. */
export const LEVELS = ["fault", "risk", "note"] as const;
export type Level = (typeof LEVELS)[number];

/** "1 fault, 2 risks"; empty where there is nothing to count. */
export function levelsText(findings: readonly Pick<Finding, "level">[]): string {
  const counts = LEVELS.map((level) => ({ level, count: findings.filter((finding) => finding.level === level).length }));
  return counts.flatMap(({ level, count }) => (count === 0 ? [] : [formatCount(count, level)])).join(", ");
}
