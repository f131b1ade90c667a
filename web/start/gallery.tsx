import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Scenario } from "../../sim/index.ts";
import { useBench } from "../state/bench.ts";
import { goTo } from "../state/place.ts";
import type { GalleryCard } from "../worker/sim-api.ts";
import { Card } from "./card.tsx";
import type { Sketches } from "./sketches.ts";

const GROUPS: readonly { readonly group: GalleryCard["group"]; readonly title: string; readonly about: string }[] = [
  { group: "systems", title: "Reference systems", about: "Five systems as their descriptions have them, and the sums that these do." },
  { group: "as-built", title: "As built", about: "The same systems as their code and their infrastructure really make them." },
  { group: "pitfalls", title: "Pitfalls and their cures", about: "What goes wrong in the field, each with the change that mends it." },
];

/** The scenarios that come with Headroom, as cards that can be searched. A pitfall and its cure share a card. */
export function Gallery({ sketches }: { readonly sketches: Sketches }) {
  const { client } = useBench();
  const cards = useSignal<readonly GalleryCard[]>([]);
  const query = useSignal("");
  useEffect(() => {
    void client.gallery().then((all) => (cards.value = all));
  }, [client, cards]);
  const found = useComputed(() => cards.value.filter((card) => matches(card, query.value)));
  const ills = useComputed(() => withoutCures(found.value, cards.value));
  return (
    <section class="gallery" aria-labelledby="gallery-title">
      <div class="gallery-head">
        <h2 id="gallery-title">Gallery</h2>
        <input
          type="search"
          class="search"
          placeholder="Search names and lessons"
          aria-label="Search the gallery"
          value={query.value}
          onInput={(event) => (query.value = event.currentTarget.value)}
        />
        <p class="dim" role="status">
          {query.value === "" ? `${String(cards.value.length)} scenarios` : `${String(found.value.length)} found`}
        </p>
      </div>
      {GROUPS.map(({ group, title, about }) => {
        const members = ills.value.filter((card) => card.group === group);
        return members.length === 0 ? null : (
          <div key={group}>
            <h3>{title}</h3>
            <p class="dim">{about}</p>
            <ul class="cards">
              {members.map((card) => (
                <GalleryEntryCard key={card.id} card={card} cure={cards.value.find(({ cures }) => cures === card.id)} sketches={sketches} />
              ))}
            </ul>
          </div>
        );
      })}
      {cards.value.length > 0 && found.value.length === 0 ? <p>Nothing in the gallery speaks of “{query.value}”.</p> : null}
    </section>
  );
}

interface EntryProps {
  readonly card: GalleryCard;
  readonly cure: GalleryCard | undefined;
  readonly sketches: Sketches;
}

function GalleryEntryCard({ card, cure, sketches }: EntryProps) {
  const { client, workbench, comparison } = useBench();
  const scenarioOf = (id: string) => client.galleryScenario(id);
  const open = async (id: string) => {
    const scenario = await scenarioOf(id);
    if (scenario === undefined) return;
    workbench.load(scenario);
    goTo("work");
  };
  const compare = async (ids: readonly string[]) => {
    const scenarios = await Promise.all(ids.map(scenarioOf));
    comparison.replace(scenarios.filter((scenario): scenario is Scenario => scenario !== undefined));
    goTo("compare");
  };
  return (
    <Card
      name={card.name}
      lesson={card.lesson}
      sketchName={card.id}
      sketches={sketches}
      scenario={() => scenarioOf(card.id)}
      open={() => void open(card.id)}
    >
      {cure === undefined ? undefined : (
        <>
          <button type="button" class="quiet" onClick={() => void open(cure.id)}>
            Open the cure
          </button>
          <button type="button" class="quiet" onClick={() => void compare([card.id, cure.id])}>
            Compare the two
          </button>
        </>
      )}
    </Card>
  );
}

function matches({ name, lesson, id }: GalleryCard, query: string): boolean {
  const text = `${name} ${lesson} ${id}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The cards without those that are the cure of another; where only the cure was found, what it cures. */
function withoutCures(found: readonly GalleryCard[], all: readonly GalleryCard[]): GalleryCard[] {
  const ids = new Set(found.map(({ id, cures }) => cures ?? id));
  return all.filter(({ id }) => ids.has(id));
}
