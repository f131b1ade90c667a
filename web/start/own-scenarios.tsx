import { useSignal } from "@preact/signals";
import { formatFault, type Scenario } from "../../sim/index.ts";
import type { Kept } from "../share/shelf.ts";
import { useBench } from "../state/bench.ts";
import { goTo } from "../state/place.ts";
import { Card } from "./card.tsx";
import type { Sketches } from "./sketches.ts";

/** The scenarios kept on this device: open, rename, delete. */
export function OwnScenarios({ sketches }: { readonly sketches: Sketches }) {
  const { shelf } = useBench();
  if (shelf.kept.value.length === 0) return null;
  return (
    <section class="own" aria-labelledby="own-title">
      <h2 id="own-title">Yours, on this device</h2>
      <ul class="cards">
        {shelf.kept.value.map((kept) => (
          <OwnCard key={kept.id} kept={kept} sketches={sketches} />
        ))}
      </ul>
    </section>
  );
}

function OwnCard({ kept, sketches }: { readonly kept: Kept; readonly sketches: Sketches }) {
  const { client, shelf, workbench, notices } = useBench();
  const renaming = useSignal(false);
  const read = async (): Promise<Scenario | undefined> => {
    const outcome = await client.read(kept.document);
    return outcome.ok ? outcome.scenario : undefined;
  };
  const open = async () => {
    const outcome = await client.read(kept.document);
    if (!outcome.ok) {
      notices.add({ kind: "problem", title: `“${kept.name}” could not be opened.`, lines: outcome.faults.map(formatFault) });
      return;
    }
    workbench.load(outcome.scenario);
    goTo("work");
  };
  const remove = async () => {
    await shelf.remove(kept);
    notices.add({
      kind: "info",
      title: `Deleted “${kept.name}” from this device.`,
      lines: [],
      action: { label: "Undo", run: () => void shelf.restore(kept) },
    });
  };
  return (
    <Card
      name={kept.name}
      lesson={`Kept ${new Date(kept.savedAt).toLocaleString()}`}
      sketchName={`own ${String(kept.id)}`}
      sketches={sketches}
      scenario={read}
      open={() => void open()}
    >
      {renaming.value ? (
        <NameForm
          name={kept.name}
          done={(name) => {
            renaming.value = false;
            if (name !== undefined) void shelf.rename(kept, name);
          }}
        />
      ) : (
        <>
          <button type="button" class="quiet" aria-label={`Rename ${kept.name}`} onClick={() => (renaming.value = true)}>
            Rename
          </button>
          <button type="button" class="quiet" aria-label={`Delete ${kept.name}`} onClick={() => void remove()}>
            Delete
          </button>
        </>
      )}
    </Card>
  );
}

function NameForm({ name, done }: { readonly name: string; readonly done: (name: string | undefined) => void }) {
  const text = useSignal(name);
  const trimmed = text.value.trim().slice(0, 120);
  return (
    <form
      class="name-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (trimmed !== "") done(trimmed);
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") done(undefined);
      }}
    >
      <input
        class="text"
        aria-label="New name"
        maxLength={120}
        value={text.value}
        ref={(input) => {
          input?.focus();
        }}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <button type="submit" class="quiet" disabled={trimmed === ""}>
        Rename
      </button>
    </form>
  );
}
