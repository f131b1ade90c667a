import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { formatCount, formatNumber, type Scenario } from "../../sim/index.ts";
import type { Sketch } from "../worker/sim-api.ts";
import type { Sketches } from "./sketches.ts";

interface CardProps {
  readonly name: string;
  readonly lesson: string;
  /** Under which its picture is kept. */
  readonly sketchName: string;
  readonly sketches: Sketches;
  readonly scenario: () => Promise<Scenario | undefined>;
  readonly open: () => void;
  /** More that can be done with it. */
  readonly children?: ComponentChildren;
}

/** A scenario as a card: its name, a run of it in a few strokes, what it teaches. The picture is simulated when it comes into sight. */
export function Card({ name, lesson, sketchName, sketches, scenario, open, children }: CardProps) {
  const card = useRef<HTMLLIElement>(null);
  const source = useRef(scenario);
  source.current = scenario;
  useEffect(() => {
    if (card.current === null) return undefined;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting === true) sketches.want(sketchName, () => source.current());
    });
    observer.observe(card.current);
    return () => {
      observer.disconnect();
    };
  }, [sketches, sketchName]);
  return (
    <li ref={card} class="card">
      <h4>
        <button type="button" class="card-open" onClick={open}>
          {name}
        </button>
      </h4>
      <Picture sketch={sketches.of(sketchName).value} />
      <p class="card-lesson">{lesson}</p>
      {children === undefined ? null : <div class="card-more">{children}</div>}
    </li>
  );
}

const WIDTH = 216;
const HEIGHT = 44;

function Picture({ sketch }: { readonly sketch: Sketch | undefined }) {
  if (sketch === undefined) return <div class="card-picture" data-empty="true" />;
  const mostBacklog = Math.max(1, ...sketch.backlog);
  const mostInstances = Math.max(1, ...sketch.inService);
  const words = `backlog up to ${formatNumber(mostBacklog)}, ${formatCount(mostInstances, "instance")}`;
  return (
    <div class="card-picture">
      <svg viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} preserveAspectRatio="none" role="img" aria-label={words}>
        <path class="sketch-instances" d={stepsOf(sketch.inService, mostInstances)} />
        <path class="sketch-backlog" d={`M0 ${String(HEIGHT)}${lineOf(sketch.backlog, mostBacklog)}L${String(WIDTH)} ${String(HEIGHT)}Z`} />
      </svg>
      <p class="card-figures">
        <span class="card-verdict" data-held={sketch.held}>
          {sketch.held ? "Holds" : "Misses"}
        </span>{" "}
        {sketch.objective} · {words}
      </p>
    </div>
  );
}

function lineOf(values: readonly number[], most: number): string {
  return values.map((value, index) => `L${place(index, values.length)} ${height(value, most)}`).join("");
}

function stepsOf(values: readonly number[], most: number): string {
  return values
    .map((value, index) => `${index === 0 ? "M0" : `H${place(index, values.length)}`} ${index === 0 ? "" : "V"}${height(value, most)}`)
    .join("")
    .concat(`H${String(WIDTH)}`);
}

function place(index: number, count: number): string {
  return ((index / Math.max(1, count - 1)) * WIDTH).toFixed(1);
}

function height(value: number, most: number): string {
  return (HEIGHT - 2 - (value / most) * (HEIGHT - 4)).toFixed(1);
}
