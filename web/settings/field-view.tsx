import { useComputed, useSignal } from "@preact/signals";
import { useBench } from "../state/bench.ts";
import { valueAtPath } from "../state/path.ts";
import { idOf } from "./field-id.ts";
import type { Field, GroupField, OptionalField, VariantField } from "./fields.ts";
import { Help, HelpButton } from "./help.tsx";
import { KindChoice } from "./kind-choice.tsx";
import { ChangedDot, Faults } from "./marks.tsx";
import { NumberView } from "./number-view.tsx";
import { ListView } from "./list-views.tsx";
import { RecordsView } from "./records-view.tsx";
import { ChoiceView, SwitchView, TextView } from "./simple-views.tsx";

/** One field of the form. */
export function FieldView({ field }: { readonly field: Field }) {
  switch (field.type) {
    case "number":
      return <NumberView field={field} />;
    case "choice":
      return <ChoiceView field={field} />;
    case "switch":
      return <SwitchView field={field} />;
    case "text":
      return <TextView field={field} />;
    case "variant":
      return <VariantView field={field} />;
    case "optional":
      return <OptionalView field={field} />;
    case "group":
      return <GroupView field={field} />;
    case "list":
      return <ListView field={field} />;
    case "records":
      return <RecordsView field={field} show={(inner) => <FieldView key={inner.path} field={inner} />} />;
  }
}

/** Something that comes in kinds: which kind, then the fields of that kind. */
function VariantView({ field }: { readonly field: VariantField }) {
  const { workbench } = useBench();
  const kind = useComputed(() => valueAtPath(workbench.draft.value, `${field.path}.kind`));
  const fields = field.variants.find((variant) => variant.kind === kind.value)?.fields ?? [];
  return (
    <fieldset class="variant" data-field={field.path}>
      <legend class="sr-only">{field.title}</legend>
      <KindChoice field={field} />
      {fields.map((inner) => (
        <FieldView key={inner.path} field={inner} />
      ))}
      <Faults path={field.path} />
    </fieldset>
  );
}

/** Fields that belong together, under one name. */
function GroupView({ field }: { readonly field: GroupField }) {
  return (
    <fieldset class="group" data-field={field.path}>
      <legend>{field.title}</legend>
      {field.fields.map((inner) => (
        <FieldView key={inner.path} field={inner} />
      ))}
      <Faults path={field.path} />
    </fieldset>
  );
}

/** Fields that are there together or not at all. */
function OptionalView({ field }: { readonly field: OptionalField }) {
  const { workbench } = useBench();
  const present = useComputed(() => (valueAtPath(workbench.draft.value, field.path) ?? null) !== null);
  const help = useSignal(false);
  const id = idOf(field.path);
  return (
    <fieldset class="variant" data-field={field.path}>
      <legend class="sr-only">{field.title}</legend>
      <div class="field">
        <div class="field-head">
          <label for={id}>{field.title}</label>
          <ChangedDot path={field.path} of={field.title} />
          <HelpButton field={field} open={help} />
          <input
            id={id}
            type="checkbox"
            class="switch"
            checked={present.value}
            onChange={(event) => {
              workbench.edit(field.path, event.currentTarget.checked ? field.defaults : null);
            }}
          />
        </div>
        <Help field={field} open={help} />
        <Faults path={field.path} />
      </div>
      {present.value ? field.fields.map((inner) => <FieldView key={inner.path} field={inner} />) : null}
    </fieldset>
  );
}
