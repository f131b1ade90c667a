import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useBench } from "../state/bench.ts";
import { valueAtPath } from "../state/path.ts";
import { isTelling, startsOpen, summaryOf } from "./arrangement.ts";
import { FieldView } from "./field-view.tsx";
import type { Field, Section } from "./fields.ts";
import { KindChoice } from "./kind-choice.tsx";
import { ChangedDot, Faults } from "./marks.tsx";
import { isOnPlatform } from "./on-platform.ts";
import { isWanted } from "./wanted.ts";

/** One section: what matters in sight, the rest behind a word, all of it behind its title. */
export function SectionView({ section }: { readonly section: Section }) {
  const { workbench } = useBench();
  const open = useSignal(startsOpen(section));
  const kind = useComputed(() => kindAt(workbench.draft.value, section));
  const summary = useComputed(() => summaryOf(section, workbench.draft.value));
  const troubled = useComputed(() => workbench.hasFaultBelow(section.path));
  useSignalEffect(() => {
    if (isWanted(section.path)) open.value = true;
  });

  const id = `section-${section.path}`;
  const all = section.variant?.variants.find((variant) => variant.kind === kind.value)?.fields ?? section.fields;
  const platform = useComputed(() => String(valueAtPath(workbench.draft.value, "fleet.platform")));
  // What has a fault is shown wherever it is.
  const fields = all.filter(({ path }) => isOnPlatform(path, platform.value) || workbench.hasFaultBelow(path));
  const telling = fields.filter((field) => isTelling(field, kind.value));
  const rest = fields.filter((field) => !telling.includes(field));
  // A fault is never folded away.
  const isOpen = open.value || troubled.value;
  return (
    <section class="section" data-section={section.path}>
      <h3>
        <button type="button" class="section-title" aria-expanded={isOpen} aria-controls={id} onClick={() => (open.value = !open.value)}>
          <Chevron />
          <span>{section.title}</span>
          {isOpen ? null : <span class="section-summary">{summary}</span>}
          <ChangedDot path={section.path} of={section.title} />
        </button>
      </h3>
      <div id={id} class="section-body" hidden={!isOpen}>
        {section.variant === undefined ? null : <KindChoice field={section.variant} />}
        <Faults path={section.path} />
        {telling.map((field) => (
          <FieldView key={field.path} field={field} />
        ))}
        <Rest fields={rest} folded={telling.length > 0} />
      </div>
    </section>
  );
}

/** The fields that matter less, behind a word when others are in sight. */
function Rest({ fields, folded }: { readonly fields: readonly Field[]; readonly folded: boolean }) {
  const { workbench } = useBench();
  const open = useSignal(false);
  const troubled = useComputed(() => fields.some((field) => workbench.hasFaultBelow(field.path)));
  const changed = useComputed(() => fields.filter((field) => workbench.isChanged(field.path)).length);
  useSignalEffect(() => {
    if (fields.some((field) => isWanted(field.path))) open.value = true;
  });
  if (fields.length === 0) return null;
  const isOpen = !folded || open.value || troubled.value;
  const label = isOpen ? "Fewer" : fields.length === 1 ? (fields[0]?.title ?? "") : `${String(fields.length)} more`;
  return (
    <>
      {folded ? (
        <button type="button" class="more" aria-expanded={isOpen} onClick={() => (open.value = !open.value)}>
          <Chevron />
          {label}
          {!isOpen && changed.value > 0 ? <span class="more-changed">{changed.value} changed</span> : null}
        </button>
      ) : null}
      {isOpen ? fields.map((field) => <FieldView key={field.path} field={field} />) : null}
    </>
  );
}

function Chevron() {
  return (
    <svg class="chevron" viewBox="0 0 12 12" aria-hidden="true">
      <path d="M4.5 2.5 8 6 4.5 9.5" />
    </svg>
  );
}

function kindAt(draft: unknown, section: Section): string | undefined {
  const kind = valueAtPath(draft, `${section.path}.kind`);
  return typeof kind === "string" ? kind : undefined;
}
