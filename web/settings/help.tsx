import type { Signal } from "@preact/signals";
import { formatNumber } from "../../sim/index.ts";
import type { Field } from "./fields.ts";

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
          <a href={field.source} target="_blank" rel="noreferrer">
            {sourceName(field.source)}
          </a>
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

/** "AWS: sqs visibility timeout" of the address of a page. */
function sourceName(source: string): string {
  const page = /([^/]+?)(?:\.html)?\/?$/.exec(source)?.[1] ?? "documentation";
  return `AWS documentation: ${page.replaceAll("-", " ")}`;
}
