import { useSignal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { refusalText, type Answer, type Refusal } from "./answer.ts";
import type { ToldFault } from "./told.ts";
import { demandText } from "./words.ts";

interface FieldProps {
  /** As the API calls it. */
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly value: Signal<string>;
  /** Of the whole form. */
  readonly faults: readonly ToldFault[];
  /** Whether it is not to be read over somebody's shoulder. Default: no. */
  readonly isSecret?: boolean;
  readonly inputMode?: "text" | "decimal" | "numeric";
}

/** One field of a form, with what the API says against it. */
export function Field({ name, label, hint, value, faults, isSecret = false, inputMode = "text" }: FieldProps) {
  const own = faultsAt(name, faults);
  const shared = {
    id: name,
    class: "text",
    inputMode,
    autocomplete: "off",
    spellcheck: false,
    value: value.value,
    "aria-invalid": own.length > 0,
    "aria-describedby": `${name}-hint${own.length > 0 ? ` ${name}-faults` : ""}`,
    onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => (value.value = currentTarget.value),
  };
  return (
    <div class="form-field">
      <label for={name}>{label}</label>
      {isSecret ? <input type="password" {...shared} /> : <input type="text" {...shared} />}
      <span id={`${name}-hint`} class="form-hint">
        {hint}
      </span>
      {own.length === 0 ? null : (
        <span id={`${name}-faults`} class="form-faults">
          {own.map(({ must }) => demandText(must)).join(" ")}
        </span>
      )}
    </div>
  );
}

/** What one field holds as the API is to have it: a number where it is one, nothing where it is empty, else as it was typed. */
export function numberOr(text: string): number | string | undefined {
  const typed = text.trim();
  if (typed === "") return undefined;
  const value = Number(typed);
  return Number.isFinite(value) ? value : typed;
}

/** What was sent by a form, and what came of it. */
export interface Sending<Told> {
  readonly form: RefObject<HTMLFormElement | null>;
  readonly isSending: ReadonlySignal<boolean>;
  readonly answer: ReadonlySignal<Answer<Told> | undefined>;
  /** Sends unless something is on its way. */
  readonly send: (ask: () => Promise<Answer<Told>>) => Promise<void>;
}

/** Sends a form, and leads to the first field that is refused. */
export function useSending<Told>(): Sending<Told> {
  const form = useRef<HTMLFormElement>(null);
  const isSending = useSignal(false);
  const answer = useSignal<Answer<Told> | undefined>(undefined);
  useEffect(() => {
    if (answer.value?.kind === "refused") form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [answer.value]);
  const send = async (ask: () => Promise<Answer<Told>>) => {
    if (isSending.peek()) return;
    isSending.value = true;
    answer.value = await ask();
    isSending.value = false;
  };
  return { form, isSending, answer, send };
}

interface SentFormProps {
  readonly form: Sending<unknown>["form"];
  readonly send: () => Promise<void>;
  /** Id of the heading that names the form. */
  readonly labelledBy: string;
  readonly children: ComponentChildren;
}

/** A form whose fields are judged by the API alone. */
export function SentForm({ form, send, labelledBy, children }: SentFormProps) {
  return (
    <form
      ref={form}
      class="board-form"
      aria-labelledby={labelledBy}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {children}
    </form>
  );
}

export function faultsOf(answer: Answer<unknown> | undefined): readonly ToldFault[] {
  return answer?.kind === "refused" ? answer.faults : [];
}

interface RefusedProps {
  readonly refusal: Refusal;
  /** Fields of the form, as the API calls them. */
  readonly fields: readonly string[];
  /** What has not happened, a sentence. */
  readonly undone: string;
  /** What to do when nobody knows whether it has happened. */
  readonly unsure: string;
}

/** Why nothing came of what was sent; what is wrong with a field stands at the field. */
export function Refused({ refusal, fields, undone, unsure }: RefusedProps) {
  return (
    <div class="form-refusal" role="alert">
      {refusal.kind === "silent" ? (
        <p>
          {refusal.reason} {unsure}
        </p>
      ) : (
        <RefusedWords {...{ refusal, fields, undone }} />
      )}
    </div>
  );
}

function RefusedWords({ refusal, fields, undone }: Omit<RefusedProps, "unsure"> & { readonly refusal: Refusal & { kind: "refused" } }) {
  const others = refusal.faults.filter(({ path }) => !fields.some((name) => path === pointerTo(name)));
  const isAtFields = refusal.faults.length > 0;
  return (
    <>
      <p>{isAtFields ? `${undone} Mend what is marked, and send it again.` : `${undone} ${refusalText(refusal)}`}</p>
      {others.length === 0 ? null : (
        <ul>
          {others.map(({ path, must }) => (
            <li key={path}>
              {path}: {must}.
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** What came of it when all went well, told to those who cannot see it appear. */
export function Done({ children }: { readonly children: ComponentChildren }) {
  return (
    <div class="form-done" role="status">
      {children}
    </div>
  );
}

function faultsAt(name: string, faults: readonly ToldFault[]): readonly ToldFault[] {
  return faults.filter(({ path }) => path === pointerTo(name));
}

/** RFC 6901; names of fields hold nothing that it would escape. */
export function pointerTo(name: string): string {
  return `/${name}`;
}
