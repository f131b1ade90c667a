import { signal, type Signal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import { useEffect } from "preact/hooks";

/**
 * A component whose code is fetched when it is first shown, so that the first view does not carry it. A fetch that fails
 * (the page is older than the server) is said, with what to do.
 */
export function lazy<Props extends object>(load: () => Promise<FunctionComponent<Props>>): FunctionComponent<Props> {
  const loaded: Signal<FunctionComponent<Props> | "failed" | undefined> = signal(undefined);
  return function Lazy(props: Props) {
    useEffect(() => {
      if (typeof loaded.peek() === "function") return;
      load().then(
        (component) => (loaded.value = component),
        () => (loaded.value = "failed"),
      );
    }, []);
    const Component = loaded.value;
    if (Component === undefined) return <p class="waiting">Loading …</p>;
    if (Component === "failed") return <p class="waiting">This part of the page could not be loaded. Reload the page to try again.</p>;
    return <Component {...props} />;
  };
}
