import { formatDuration, formatNumber, formatRate, type ClosedForm } from "../../sim/index.ts";
import { useBench } from "../state/bench.ts";

/** What queueing theory says of the run, beside what the run says: figures that check each other. */
export function Theory() {
  const { live } = useBench();
  const forms = live.view.value?.closedForms ?? [];
  if (forms.length === 0) return null;
  return (
    <section class="theory" aria-labelledby="theory-title">
      <div class="block-head">
        <h2 id="theory-title">Theory beside it</h2>
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">Law</th>
            <th scope="col" class="amount">
              Closed form
            </th>
            <th scope="col" class="amount">
              This run
            </th>
          </tr>
        </thead>
        <tbody>
          {forms.map((form) => (
            <tr key={form.law}>
              <td>
                {ABOUT[form.law].title}
                <span class="formula">{ABOUT[form.law].formula(form)}</span>
              </td>
              <td class="amount">{amount(form, form.theory)}</td>
              <td class="amount">{amount(form, form.measured)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const ABOUT: Readonly<Record<ClosedForm["law"], { readonly title: string; readonly formula: (form: ClosedForm) => string }>> = {
  little: {
    title: "Little's law: messages in the system",
    formula: ({ inputs }) => `rate × mean latency = ${formatRate(inputs.ratePerSec)} × ${formatDuration(inputs.timeMs)}`,
  },
  "offered-load": {
    title: "Offered load: jobs under way",
    formula: ({ inputs }) =>
      `rate × mean service time = ${formatRate(inputs.ratePerSec)} × ${formatDuration(inputs.timeMs)}; in flight, as measured, counts what awaits its delete as well`,
  },
  "erlang-c": {
    title: "Erlang C: mean wait",
    formula: ({ inputs }) =>
      `${formatRate(inputs.ratePerSec)} of ${formatDuration(inputs.timeMs)} on ${formatNumber(inputs.servers ?? NaN)} slots; polls and calls add to it`,
  },
};

function amount({ unit }: ClosedForm, value: number): string {
  return unit === "ms" ? formatDuration(value) : formatNumber(value);
}
