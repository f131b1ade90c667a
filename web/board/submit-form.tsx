import { useSignal } from "@preact/signals";
import { LONGEST_JOB_NAME, LONGEST_JOB_SEC, type ToldJob } from "../../sim/index.ts";
import { Done, Field, faultsOf, numberOr, Refused, SentForm, useSending } from "./form-parts.tsx";
import type { JobBoard } from "./job-board.ts";
import { countText, shortName } from "./words.ts";

/** Hands in a job. What was typed stays until the job is saved. */
export function SubmitForm({ board }: { readonly board: JobBoard }) {
  const [name, durationSec, fails] = [useSignal(""), useSignal(""), useSignal(false)];
  const { form, isSending, answer, send } = useSending<ToldJob>();
  const submit = () =>
    send(async () => {
      const wish = { name: name.peek(), duration_sec: numberOr(durationSec.peek()), fails: fails.peek() };
      const came = await board.submit(wish);
      if (came.kind === "told") [name.value, durationSec.value, fails.value] = ["", "", false];
      return came;
    });
  const came = answer.value;
  const faults = faultsOf(came);
  return (
    <SentForm form={form} send={submit} labelledBy="submit-title">
      <h2 id="submit-title">Hand in a job</h2>
      <Field name="name" label="Name" hint={`1 to ${countText(LONGEST_JOB_NAME)} characters`} value={name} faults={faults} />
      <Field
        name="duration_sec"
        label="Duration, s"
        hint={`0 to ${countText(LONGEST_JOB_SEC)}; left empty, the worker draws it`}
        value={durationSec}
        faults={faults}
        inputMode="decimal"
      />
      <label class="check">
        <input type="checkbox" checked={fails.value} onChange={(event) => (fails.value = event.currentTarget.checked)} />
        It fails in the end
      </label>
      <button type="submit" class="primary" disabled={isSending.value}>
        {isSending.value ? "Sending …" : "Submit job"}
      </button>
      <Done>
        {came?.kind === "told" ? (
          <p>
            “{shortName(came.told.name)}” is saved.{" "}
            <button
              type="button"
              class="quiet"
              onClick={() => {
                board.choose(came.told);
              }}
            >
              Show it
            </button>
          </p>
        ) : null}
      </Done>
      {came === undefined || came.kind === "told" ? null : (
        <Refused
          refusal={came}
          fields={["name", "duration_sec"]}
          undone="Nothing was handed in."
          unsure="Whether the job was saved is not known: look for it in the table before you send it again."
        />
      )}
    </SentForm>
  );
}
