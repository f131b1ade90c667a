import { useComputed, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useBench } from "../state/bench.ts";
import { valueAtPath } from "../state/path.ts";
import type { Field, RecordsField } from "./fields.ts";
import { anotherLike } from "./first-values.ts";
import { Help, HelpButton } from "./help.tsx";
import { Back, ChangedDot, Faults } from "./marks.tsx";
import { recordText } from "./value-text.ts";

/** More than this are worked on in the scenario's file. */
const MOST_SHOWN = 40;

interface RecordsProps {
  readonly field: RecordsField;
  /** Shows one field of a thing. */
  readonly show: (field: Field) => ComponentChildren;
}

/** A list of things with fields of their own: each folded to a line, opened to be changed; more can be added, and any removed. */
export function RecordsView({ field, show }: RecordsProps) {
  const { workbench } = useBench();
  const help = useSignal(false);
  const items = useComputed(() => {
    const value = valueAtPath(workbench.draft.value, field.path);
    return Array.isArray(value) ? (value as readonly unknown[]) : [];
  });
  const put = (list: readonly unknown[]) => {
    workbench.edit(field.path, list);
  };
  const count = items.value.length;
  return (
    <fieldset class="records" data-field={field.path}>
      <legend class="sr-only">{field.title}</legend>
      <div class="field-head">
        <span>{field.title}</span>
        <ChangedDot path={field.path} of={field.title} />
        <HelpButton field={field} open={help} />
        <Back path={field.path} of={field.title} />
        <span class="words">{count === 0 ? "none" : String(count)}</span>
      </div>
      <Help field={field} open={help} />
      <Faults path={field.path} />
      {items.value.slice(0, MOST_SHOWN).map((item, index) => (
        <RecordView
          key={index}
          field={field}
          index={index}
          item={item}
          show={show}
          remove={
            count > field.minItems
              ? () => {
                  put(items.peek().filter((_, other) => other !== index));
                }
              : undefined
          }
        />
      ))}
      {count > MOST_SHOWN ? <p class="dim">And {count - MOST_SHOWN} more, in the scenario's file.</p> : null}
      {count < field.maxItems ? (
        <button
          type="button"
          class="quiet add"
          onClick={() => {
            put([...items.peek(), anotherLike(items.peek(), field.blank)]);
          }}
        >
          Add {count === 0 ? "one" : "another"}
        </button>
      ) : null}
    </fieldset>
  );
}

interface RecordProps {
  readonly field: RecordsField;
  readonly index: number;
  readonly item: unknown;
  readonly show: RecordsProps["show"];
  /** Undefined while there may be no fewer. */
  readonly remove: (() => void) | undefined;
}

function RecordView({ field, index, item, show, remove }: RecordProps) {
  const { workbench } = useBench();
  const path = `${field.path}.${String(index)}`;
  const open = useSignal(false);
  const troubled = useComputed(() => workbench.hasFaultBelow(path));
  const isOpen = open.value || troubled.value;
  const name = `${field.title} ${String(index + 1)}`;
  return (
    <div class="record">
      <div class="record-head">
        <button type="button" class="record-title" aria-expanded={isOpen} onClick={() => (open.value = !isOpen)}>
          <span class="sr-only">{name}: </span>
          {recordText(field.fieldsAt(index), item)}
        </button>
        {remove === undefined ? null : (
          <button type="button" class="icon" aria-label={`Remove ${name}`} onClick={remove}>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="m4.5 4.5 7 7M11.5 4.5l-7 7" />
            </svg>
          </button>
        )}
      </div>
      {isOpen ? <div class="record-body">{field.fieldsAt(index).map(show)}</div> : null}
    </div>
  );
}
