import type { Signal } from "@preact/signals";
import { formatNumber } from "../../sim/index.ts";
import type { Field } from "./fields.ts";
import { SourceLink } from "./source-link.tsx";

/** Opens and closes a field's help. */
export function HelpButton({ field, open }: { readonly field: Field; readonly open: Signal<boolean> }) {
  if (helpOf(field).length === 0 && field.source === undefined) return null;
  return (
    <button
      type="button"
      class="help-button"
      aria-expanded={open.value}
      aria-label={`About ${field.title.toLowerCase()}`}
      onClick={() => (open.value = !open.value)}
    >
      ?
    </button>
  );
}

/** What a field means, its range, and the page that both come from. */
export function Help({ field, open }: { readonly field: Field; readonly open: Signal<boolean> }) {
  if (!open.value) return null;
  return (
    <div class="help">
      {helpOf(field).map((line) => (
        <p key={line}>{line}</p>
      ))}
      {field.source === undefined ? null : (
        <p>
          <SourceLink source={field.source} />
        </p>
      )}
    </div>
  );
}

function helpOf(field: Field): string[] {
  const lines = field.description === undefined ? [] : [field.description];
  if (field.type === "number" && Number.isFinite(field.min) && Number.isFinite(field.max)) {
    const unit = field.unit === undefined ? "" : ` ${field.unit}`;
    lines.push(`From ${formatNumber(field.min)} to ${formatNumber(field.max)}${unit}${field.integer ? ", whole numbers" : ""}.`);
  }
  return lines;
}
