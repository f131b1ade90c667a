import { signal, type ReadonlySignal } from "@preact/signals";

/** Which of the page's views is shown. The address tells, so that Back and a bookmark work. */
export type Place = "work" | "start" | "compare" | "plan" | "live";

const HASHES: Readonly<Record<string, Place>> = { "#start": "start", "#compare": "compare", "#plan": "plan", "#live": "live" };

const current = signal<Place>(placeOf(location.hash));

export const place: ReadonlySignal<Place> = current;

export function goTo(next: Place): void {
  const hash = next === "work" ? "" : `#${next}`;
  if (hash === location.hash) return;
  history.pushState(undefined, "", hash === "" ? location.pathname + location.search : hash);
  arrive();
}

/** Follows the browser's Back and Forward, and addresses typed by hand. */
export function followAddress(): void {
  window.addEventListener("popstate", arrive);
  window.addEventListener("hashchange", arrive);
}

function arrive(): void {
  const next = placeOf(location.hash);
  if (next === current.peek()) return;
  current.value = next;
  window.scrollTo(0, 0);
}

function placeOf(hash: string): Place {
  return HASHES[hash] ?? "work";
}
