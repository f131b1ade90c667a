import { effect, signal, type Signal } from "@preact/signals";

/** As the system has it, or as the user wants it here. */
export type Theme = "system" | "light" | "dark";

const KEY = "headroom.theme";

export const theme: Signal<Theme> = signal(keptTheme());

/** Counts up whenever colours may have changed: the theme, the system's setting, or print. */
export const appearance = signal(0);

/** Puts the theme on the page, and keeps it. */
export function startTheme(): void {
  effect(() => {
    const root = document.documentElement;
    if (theme.value === "system") delete root.dataset["theme"];
    else root.dataset["theme"] = theme.value;
    try {
      localStorage.setItem(KEY, theme.value);
    } catch {
      // Without storage the theme lasts as long as the page.
    }
    appearance.value = appearance.peek() + 1;
  });
  for (const query of ["(prefers-color-scheme: dark)", "print"]) {
    matchMedia(query).addEventListener("change", () => (appearance.value += 1));
  }
}

/** The theme after this one: what the page does not look like now, then back to the system's. */
export function nextTheme(now: Theme, systemIsDark: boolean): Theme {
  const other = systemIsDark ? "light" : "dark";
  const same = systemIsDark ? "dark" : "light";
  return now === "system" ? other : now === other ? same : "system";
}

function keptTheme(): Theme {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    return "system";
  }
}
