import { assert } from "../../core/assert.ts";
import { formatFault } from "../faults.ts";
import { readScenario } from "../read.ts";
import type { Scenario } from "../schema.ts";
import { asBuilt } from "./as-built.ts";
import { pitfalls } from "./pitfalls.ts";
import { systems } from "./systems.ts";

/** A scenario that comes with Headroom. */
export interface GalleryEntry {
  /** Name of its file, without the ending. */
  readonly id: string;
  /** systems: five reference systems as described. as-built: the same as they are really built. pitfalls: from the field. */
  readonly group: "systems" | "as-built" | "pitfalls";
  readonly name: string;
  /** What it teaches, in a sentence or two. */
  readonly lesson: string;
  /** The scenario that this one is the cure for; undefined when it is no cure. */
  readonly cures: string | undefined;
  /** Read and checked when it is first asked for: what a list needs of a hundred scenarios is above. */
  readonly scenario: Scenario;
}

/** How the id of a cure ends. */
const CURED = "-cured";

/**
 * The ready scenarios, the one to begin with first; a cure follows what it cures.
 *
 * To add one: its file in this folder, a line in the list of its group, a row in `docs/gallery.md`, and a test in
 * `test/gallery/` that asserts its lesson.
 */
export const gallery: readonly GalleryEntry[] = [
  ...entries("systems", systems),
  ...entries("as-built", asBuilt),
  ...entries("pitfalls", pitfalls),
];

type Documents = Readonly<Record<string, { readonly name: string; readonly lesson: string }>>;

function entries(group: GalleryEntry["group"], documents: Documents): GalleryEntry[] {
  return Object.entries(documents).map(([id, document]) => entry(id, group, document));
}

function entry(id: string, group: GalleryEntry["group"], document: Documents[string]): GalleryEntry {
  let scenario: Scenario | undefined;
  return {
    id,
    group,
    name: document.name,
    lesson: document.lesson,
    cures: id.endsWith(CURED) ? id.slice(0, -CURED.length) : undefined,
    get scenario() {
      scenario ??= checked(id, document);
      return scenario;
    },
  };
}

function checked(id: string, document: unknown): Scenario {
  const read = readScenario(document);
  assert(read.ok, `gallery/${id}.json is no scenario: ${read.ok ? "" : read.faults.map(formatFault).join(" ")}`);
  return read.scenario;
}
