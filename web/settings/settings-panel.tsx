import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useBench } from "../state/bench.ts";
import { FieldView } from "./field-view.tsx";
import { searchSettings, type Found } from "./search.ts";
import { SectionView } from "./section-view.tsx";
import { wantedPath } from "./wanted.ts";

/** The scenario as a form, made from its schema; or, while something is searched, what was found in it. */
export function SettingsPanel() {
  const { workbench, form } = useBench();
  const query = useSignal("");
  const found = useComputed(() => searchSettings(form.sections, query.value, workbench.draft.value));
  const { sections, inTitles } = form;
  useSignalEffect(() => {
    if (wantedPath.value !== undefined) query.value = "";
  });
  const misplaced = workbench.faults.value.filter(({ path }) => !sections.some((section) => path.startsWith(section.path)));
  return (
    <div class="settings">
      <div class="settings-head">
        <h2>Settings</h2>
        <button
          type="button"
          class="quiet"
          hidden={!workbench.changed.value}
          onClick={() => {
            workbench.resetAll();
          }}
        >
          Undo all changes
        </button>
      </div>
      <div class="settings-search">
        <input
          type="search"
          class="search"
          placeholder="Search settings"
          aria-label="Search settings"
          value={query.value}
          onInput={(event) => (query.value = event.currentTarget.value)}
        />
      </div>
      {misplaced.map((fault) => (
        <p key={fault.path} class="fault">
          {inTitles(`${fault.problem}; ${fault.mend}.`)}
        </p>
      ))}
      {query.value.trim() === "" ? (
        sections.map((section) => <SectionView key={section.path} section={section} />)
      ) : found.value.length === 0 ? (
        <p class="settings-none">No setting speaks of “{query.value}”.</p>
      ) : (
        found.value.map((each) => <FoundView key={each.section.path} found={each} />)
      )}
    </div>
  );
}

function FoundView({ found }: { readonly found: Found }) {
  const { section, fields, elsewhere } = found;
  return (
    <section class="section">
      <h3 class="found-title">{section.title}</h3>
      <div class="section-body">
        {fields.map((field) => (
          <FieldView key={field.path} field={field} />
        ))}
        {elsewhere.length === 0 ? null : (
          <p class="dim">
            Not in this scenario, but in {section.title.toLowerCase()} of the kind {elsewhere.join(" or ")}.
          </p>
        )}
      </div>
    </section>
  );
}
