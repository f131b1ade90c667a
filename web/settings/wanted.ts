import { signal } from "@preact/signals";
import { idOf } from "./field-id.ts";

/** The field that somebody asks to be shown; whatever it is folded into opens. Undefined once it is in sight. */
export const wantedPath = signal<string | undefined>(undefined);

/** Whether a field at `path` is wanted, or one in it. */
export function isWanted(path: string): boolean {
  const wanted = wantedPath.value;
  return wanted === path || wanted?.startsWith(`${path}.`) === true;
}

/** Opens what a field is folded into, brings it into sight and puts the focus on it. */
export function showField(path: string): void {
  wantedPath.value = path;
  // What opens is there in the next frame.
  requestAnimationFrame(() => {
    requestAnimationFrame(() => {
      const element = elementOf(path);
      element?.scrollIntoView({ block: "center" });
      focusable(element)?.focus({ preventScroll: true });
      wantedPath.value = undefined;
    });
  });
}

/** A field deep in a list is shown by the list, one that has no place in the form by its section. */
function elementOf(path: string): HTMLElement | null {
  const own =
    document.getElementById(idOf(path)) ??
    document.querySelector<HTMLElement>(`#settings [data-field="${path}"], #settings [data-section="${path}"]`);
  const above = path.slice(0, Math.max(0, path.lastIndexOf(".")));
  return own ?? (above === "" ? null : elementOf(above));
}

function focusable(element: HTMLElement | null): HTMLElement | null {
  const what = "input, select, textarea, button";
  return element?.matches(what) === true ? element : (element?.querySelector<HTMLElement>(what) ?? null);
}
