import { signal, type Signal } from "@preact/signals";

/** Whether the user came to run something, rather than to look at what was run. */
export const wantsSetup: Signal<boolean> = signal(false);
