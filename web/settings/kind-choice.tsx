import { useComputed, useSignal } from "@preact/signals";
import { useBench } from "../state/bench.ts";
import { valuesOfKind } from "../state/links.ts";
import { valueAtPath } from "../state/path.ts";
import { idOf } from "./field-id.ts";
import type { VariantField } from "./fields.ts";
import { canBeChosen, firstValues } from "./first-values.ts";
import { Help, HelpButton } from "./help.tsx";
import { Back, ChangedDot } from "./marks.tsx";
import { plainText } from "./number-text.ts";

/** Stands for none of the kinds. */
const NONE = "";

/** Chooses the kind; what the kinds have in common is kept. */
export function KindChoice({ field }: { readonly field: VariantField }) {
  const { workbench } = useBench();
  const kind = useComputed(() => valueAtPath(workbench.draft.value, `${field.path}.kind`) ?? NONE);
  const help = useSignal(false);
  const id = idOf(`${field.path}.kind`);
  const choosable = field.variants.filter((variant) => variant.kind === kind.value || canBeChosen(variant));

  const choose = (chosen: string) => {
    const variant = field.variants.find((candidate) => candidate.kind === chosen);
    const names = variant?.fields.map((inner) => inner.path.slice(field.path.length + 1)) ?? [];
    const before = valueAtPath(workbench.draft.peek(), field.path);
    if (variant === undefined) {
      workbench.edit(field.path, null);
      return;
    }
    const values = valuesOfKind(chosen, names, before, variant.defaults);
    workbench.edit(field.path, { ...values, ...firstValues(chosen, before, workbench.scenario.peek()) });
  };
  return (
    <div class="field">
      <div class="field-head">
        <label for={id}>{field.title}</label>
        <ChangedDot path={`${field.path}.kind`} of={`Kind of ${field.title.toLowerCase()}`} />
        <HelpButton field={field} open={help} />
        <Back path={`${field.path}.kind`} resets={field.path} of={field.title} />
        <select
          id={id}
          value={plainText(kind.value)}
          onChange={(event) => {
            choose(event.currentTarget.value);
          }}
        >
          {field.nullable ? <option value={NONE}>none</option> : null}
          {choosable.map((variant) => (
            <option key={variant.kind} value={variant.kind}>
              {variant.title}
            </option>
          ))}
        </select>
      </div>
      <Help field={field} open={help} />
    </div>
  );
}
