import { useComputed, useSignal } from "@preact/signals";
import { formatNumber } from "../../sim/index.ts";
import { useBench } from "../state/bench.ts";
import { valueAtPath } from "../state/path.ts";
import { idOf } from "./field-id.ts";
import type { ListField } from "./fields.ts";
import { Help, HelpButton } from "./help.tsx";
import { Back, ChangedDot, Faults } from "./marks.tsx";
import { parseNumber } from "./number-text.ts";

/** Longer lists are counted, not shown. */
const LONGEST_TYPED = 60;

/** A short list of numbers as text with commas; of a long one its length. */
export function ListView({ field }: { readonly field: ListField }) {
  const { workbench } = useBench();
  const value = useComputed(() => valueAtPath(workbench.draft.value, field.path));
  const typing = useSignal<string | undefined>(undefined);
  const list: readonly unknown[] = Array.isArray(value.value) ? value.value : [];
  if (list.length > LONGEST_TYPED) return <CountView field={field} count={list.length} />;

  const id = idOf(field.path);
  const done = () => {
    const numbers = typing.peek() === undefined ? undefined : numbersIn(typing.peek() ?? "");
    typing.value = undefined;
    if (numbers !== undefined) workbench.edit(field.path, numbers);
  };
  return (
    <div class="field" data-field={field.path}>
      <FieldHead field={field} id={id} />
      <input
        id={id}
        type="text"
        class="text"
        inputMode="decimal"
        autocomplete="off"
        value={typing.value ?? list.join(", ")}
        aria-invalid={typing.value !== undefined && numbersIn(typing.value) === undefined}
        onInput={(event) => {
          typing.value = event.currentTarget.value;
        }}
        onBlur={done}
        onKeyDown={(event) => {
          if (event.key === "Enter") done();
          if (event.key === "Escape") typing.value = undefined;
        }}
      />
      <Faults path={field.path} />
    </div>
  );
}

/** A list too long to be typed: it is counted. */
function CountView({ field, count }: { readonly field: ListField; readonly count: number }) {
  const help = useSignal(false);
  return (
    <div class="field" data-field={field.path}>
      <div class="field-head">
        <span>{field.title}</span>
        <ChangedDot path={field.path} of={field.title} />
        <HelpButton field={field} open={help} />
        <span class="words">{formatNumber(count)} in the file</span>
      </div>
      <Help field={field} open={help} />
      <Faults path={field.path} />
    </div>
  );
}

function FieldHead({ field, id }: { readonly field: ListField; readonly id: string }) {
  const help = useSignal(false);
  return (
    <>
      <div class="field-head">
        <label for={id}>
          {field.title}
          {field.unit === undefined ? null : <span class="unit">, {field.unit}</span>}
        </label>
        <ChangedDot path={field.path} of={field.title} />
        <HelpButton field={field} open={help} />
        <Back path={field.path} of={field.title} />
      </div>
      <Help field={field} open={help} />
    </>
  );
}

function numbersIn(text: string): number[] | undefined {
  const numbers = text
    .split(/[,;\s]+/)
    .filter((part) => part !== "")
    .map((part) => parseNumber(part, undefined));
  return numbers.some(Number.isNaN) ? undefined : numbers;
}
