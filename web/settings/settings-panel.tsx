import { useBench } from "../state/bench.ts";
import { SectionView } from "./section-view.tsx";

/** The scenario as a form, made from its schema. */
export function SettingsPanel() {
  const { workbench, form } = useBench();
  const { sections, inTitles } = form;
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
      {misplaced.map((fault) => (
        <p key={fault.path} class="fault">
          {inTitles(`${fault.problem}; ${fault.mend}.`)}
        </p>
      ))}
      {sections.map((section) => (
        <SectionView key={section.path} section={section} />
      ))}
    </div>
  );
}
