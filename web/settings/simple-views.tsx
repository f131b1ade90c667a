import { useComputed, useSignal } from "@preact/signals";
import { useBench } from "../state/bench.ts";
import { valueAtPath } from "../state/path.ts";
import { idOf } from "./field-id.ts";
import type { ChoiceField, SwitchField, TextField } from "./fields.ts";
import { Help, HelpButton } from "./help.tsx";
import { Back, ChangedDot, Faults } from "./marks.tsx";
import { plainText } from "./number-text.ts";

export function ChoiceView({ field }: { readonly field: ChoiceField }) {
  const { workbench } = useBench();
  const value = useComputed(() => valueAtPath(workbench.draft.value, field.path));
  const help = useSignal(false);
  const id = idOf(field.path);
  return (
    <div class="field">
      <div class="field-head">
        <label for={id}>
          {field.title}
          {field.unit === undefined ? null : <span class="unit">, {field.unit}</span>}
        </label>
        <ChangedDot path={field.path} of={field.title} />
        <HelpButton field={field} open={help} />
        <Back path={field.path} of={field.title} />
        <select
          id={id}
          value={plainText(value.value)}
          onChange={(event) => {
            workbench.edit(field.path, field.choices[event.currentTarget.selectedIndex]);
          }}
        >
          {field.choices.map((choice) => (
            <option key={choice} value={String(choice)}>
              {choice}
            </option>
          ))}
        </select>
      </div>
      <Help field={field} open={help} />
      <Faults path={field.path} />
    </div>
  );
}

export function SwitchView({ field }: { readonly field: SwitchField }) {
  const { workbench } = useBench();
  const value = useComputed(() => valueAtPath(workbench.draft.value, field.path) === true);
  const help = useSignal(false);
  const id = idOf(field.path);
  return (
    <div class="field">
      <div class="field-head">
        <label for={id}>{field.title}</label>
        <ChangedDot path={field.path} of={field.title} />
        <HelpButton field={field} open={help} />
        <Back path={field.path} of={field.title} />
        <input
          id={id}
          type="checkbox"
          class="switch"
          checked={value.value}
          onChange={(event) => {
            workbench.edit(field.path, event.currentTarget.checked);
          }}
        />
      </div>
      <Help field={field} open={help} />
    </div>
  );
}

export function TextView({ field }: { readonly field: TextField }) {
  const { workbench } = useBench();
  const value = useComputed(() => plainText(valueAtPath(workbench.draft.value, field.path)));
  const id = idOf(field.path);
  return (
    <div class="field">
      <div class="field-head">
        <label for={id}>{field.title}</label>
        <ChangedDot path={field.path} of={field.title} />
        <Back path={field.path} of={field.title} />
      </div>
      <input
        id={id}
        type="text"
        class="text"
        maxLength={field.maxLength}
        value={value.value}
        onChange={(event) => {
          workbench.edit(field.path, event.currentTarget.value);
        }}
      />
      <Faults path={field.path} />
    </div>
  );
}
