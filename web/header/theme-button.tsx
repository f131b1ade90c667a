import { nextTheme, theme } from "../state/theme.ts";

/** Turns the colours of the page: as the system has them, light, dark. */
export function ThemeButton() {
  const words = { system: "as the system", light: "light", dark: "dark" };
  return (
    <button
      type="button"
      class="icon theme"
      aria-label={`Colours: ${words[theme.value]}`}
      title={`Colours: ${words[theme.value]}`}
      onClick={() => (theme.value = nextTheme(theme.peek(), matchMedia("(prefers-color-scheme: dark)").matches))}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="5.5" />
        <path class="theme-half" d="M8 2.5a5.5 5.5 0 0 1 0 11z" />
      </svg>
    </button>
  );
}
