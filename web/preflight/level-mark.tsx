import type { Level } from "../../sim/index.ts";

/** Told apart by shape as well as by colour: a crossed-out ring, a triangle, a dot. */
const SHAPES: Readonly<Record<Level, string>> = {
  fault: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4",
  risk: "M8 2.8 14 13.2H2zM8 6.8v2.8M8 11.4v.2",
  note: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM8 7.4v3.4M8 5.2v.2",
};

export function LevelMark({ level }: { readonly level: Level }) {
  return (
    <svg class="level-mark" data-level={level} viewBox="0 0 16 16" aria-hidden="true">
      <path d={SHAPES[level]} />
    </svg>
  );
}
