type Told = "held" | "missed" | "now";

const WORDS: Readonly<Record<Told, string>> = { held: "holds", missed: "misses", now: "as it is" };

/** The shapes of the points, as the charts draw them. */
const SHAPES: Readonly<Record<Told, string>> = {
  held: "M6 2.2a3.8 3.8 0 1 1 0 7.6 3.8 3.8 0 0 1 0-7.6z",
  missed: "M2.8 2.8l6.4 6.4M9.2 2.8 2.8 9.2",
  now: "M2 2h8v8H2z",
};

/** What the shapes of a chart stand for. */
export function Legend({ shapes }: { readonly shapes: readonly Told[] }) {
  return (
    <p class="legend" aria-hidden="true">
      {shapes.map((shape) => (
        <span key={shape}>
          <svg class="legend-shape" data-shape={shape} viewBox="0 0 12 12">
            <path d={SHAPES[shape]} />
          </svg>
          {WORDS[shape]}
        </span>
      ))}
    </p>
  );
}
