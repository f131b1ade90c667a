import { useBench } from "../state/bench.ts";
import { lazy } from "../state/lazy.tsx";

const WhyDrawer = lazy(async () => (await import("./why-drawer.tsx")).default);

/** Where the answer to "why?" stands, beside the charts; nothing while nothing is asked. */
export function WhyPlace() {
  const { why } = useBench();
  if (why.question.value === undefined) return null;
  return (
    <aside class="why" aria-label="Why">
      <WhyDrawer />
    </aside>
  );
}
