import { useComputed } from "@preact/signals";
import { formatRate } from "../../sim/index.ts";
import { Slider } from "../settings/number-view.tsx";
import { useBench } from "../state/bench.ts";
import { valueAtPath } from "../state/path.ts";
import { goTo } from "../state/place.ts";

const PATH = "traffic.peakRatePerSec";

/** For somebody who has never been here: the example is live, and one slider invites the hand. */
export function Invitation() {
  const { form, workbench, invites } = useBench();
  const value = useComputed(() => valueAtPath(workbench.draft.value, PATH));
  const field = form.fieldAt(PATH);
  if (!invites.value || field?.type !== "number" || typeof value.value !== "number") return null;
  return (
    <aside class="invitation" aria-label="A first step">
      <p>
        <b>A live example:</b> an online bank whose customers come at nine. Drag the traffic and see whether the fleet holds.
      </p>
      <div class="invitation-slider">
        <span id="invitation-label">Traffic at nine o'clock</span>
        <Slider field={field} value={value.value} />
        <b>{formatRate(value.value)}</b>
      </div>
      <p class="invitation-more">
        <button
          type="button"
          class="quiet"
          onClick={() => {
            goTo("start");
          }}
        >
          Start from your own figures
        </button>
        <button type="button" class="quiet" onClick={() => (invites.value = false)}>
          Hide this
        </button>
      </p>
    </aside>
  );
}
