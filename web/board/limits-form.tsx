import { useSignal } from "@preact/signals";
import { MOST_CAPACITY, type MovedLimits, type ToldLimits } from "../../sim/index.ts";
import type { Answer } from "./answer.ts";
import { Done, Field, faultsOf, numberOr, pointerTo, Refused, SentForm, useSending } from "./form-parts.tsx";
import type { JobBoard } from "./job-board.ts";
import { countText } from "./words.ts";

/**
 * Moves the limits of the real fleet, for administrators. Their token is held in this form for as long as the page is open: it
 * is put in no storage and no address.
 */
export function LimitsForm({ board }: { readonly board: JobBoard }) {
  const [min, max, token] = [useSignal(""), useSignal(""), useSignal("")];
  const { form, isSending, answer, send } = useSending<MovedLimits>();
  const move = () =>
    send(async () => {
      const shown = token.peek().trim();
      if (!CAN_BE_SENT.test(shown)) return refusedToken("has to be the administrators' token: printable characters without blanks");
      const came = await board.moveLimits({ min_capacity: numberOr(min.peek()), max_capacity: numberOr(max.peek()) }, shown);
      return came.kind === "refused" && came.status === 401 ? refusedToken("has to be the token that holds now; this one does not") : came;
    });
  const came = answer.value;
  // The API speaks of the other field by its own name for it.
  const faults = faultsOf(came).map(({ path, must }) => ({ path, must: must.replace("min_capacity", "the minimum") }));
  const range = `0 to ${countText(MOST_CAPACITY)}`;
  return (
    <details class="limits">
      <summary id="limits-title">Limits of the fleet</summary>
      <SentForm form={form} send={move} labelledBy="limits-title">
        <p class="dim">For administrators: as few and as many workers as the system may have. They hold until the next deployment.</p>
        <div class="form-pair">
          <Field name="min_capacity" label="Minimum, workers" hint={range} value={min} faults={faults} inputMode="numeric" />
          <Field name="max_capacity" label="Maximum, workers" hint={range} value={max} faults={faults} inputMode="numeric" />
        </div>
        <Field
          name="token"
          label="Administrators' token"
          hint="kept while this page is open, and nowhere else"
          value={token}
          faults={faults}
          isSecret
        />
        <button type="submit" class="primary" disabled={isSending.value}>
          {isSending.value ? "Moving …" : "Move the limits"}
        </button>
        <Done>
          {came?.kind === "told" ? (
            <p>
              The limits are {limitsText(came.told)} workers; they were {limitsText(came.told.before)}.
            </p>
          ) : null}
        </Done>
        {came === undefined || came.kind === "told" ? null : (
          <Refused
            refusal={came}
            fields={["min_capacity", "max_capacity", "token"]}
            undone="The limits are as they were."
            unsure="Whether the limits were moved is not known: move them again, and what they were is told."
          />
        )}
      </SentForm>
    </details>
  );
}

function refusedToken(must: string): Answer<never> {
  return { kind: "refused", status: 401, detail: "", faults: [{ path: pointerTo("token"), must }] };
}

function limitsText({ min_capacity: min, max_capacity: max }: ToldLimits): string {
  return `${countText(min)} to ${countText(max)}`;
}

/** As a header can hold it (RFC 6750). */
const CAN_BE_SENT = /^[\x21-\x7e]+$/;
