import { useSignal } from "@preact/signals";
import { lazy } from "../state/lazy.tsx";

const Picture = lazy(async () => (await import("./picture.tsx")).default);

/** The picture of the system, folded until somebody wants to see it move. */
export function PictureFold() {
  const open = useSignal(false);
  return (
    <section class="picture-fold" aria-label="Picture of the system">
      <button type="button" class="quiet picture-toggle" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
        <svg class="chevron" viewBox="0 0 12 12" aria-hidden="true">
          <path d="M4.5 2.5 8 6 4.5 9.5" />
        </svg>
        {open.value ? "Hide the system" : "See it move"}
      </button>
      {open.value ? <Picture /> : null}
    </section>
  );
}
