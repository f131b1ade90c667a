/** simjs exports nothing, it sets `window.Sim`; in Node there has to be a window to set it on. Imported before simjs. */
(globalThis as { window?: unknown }).window ??= globalThis;
