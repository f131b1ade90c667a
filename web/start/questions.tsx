import { useComputed, useSignal, type Signal } from "@preact/signals";
import { formatDuration, formatNumber, scenarioOf, type SizingQuestion } from "../../sim/index.ts";
import { parseNumber } from "../settings/number-text.ts";
import { useBench } from "../state/bench.ts";
import { goTo } from "../state/place.ts";
import { NumberInput } from "../settings/number-input.tsx";
import { tellSizing } from "./arithmetic.ts";

interface Asked {
  readonly name: keyof SizingQuestion;
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

/** Three questions; the second and the third take two numbers each. */
const QUESTIONS: readonly { readonly title: string; readonly fields: readonly Asked[] }[] = [
  {
    title: "How soon must a message be done?",
    fields: [{ name: "latencySec", label: "99 % of them within", unit: "s", min: 0.01, max: 1_209_600 }],
  },
  {
    title: "How long does one take?",
    fields: [
      { name: "serviceSec", label: "One message, on average", unit: "s", min: 0.001, max: 86_400 },
      { name: "slots", label: "At once on an instance", unit: "messages", min: 1, max: 1000, whole: true },
    ],
  },
  {
    title: "How many come?",
    fields: [
      { name: "nowPerSec", label: "On a quiet hour", unit: "messages/s", min: 0, max: 100_000 },
      { name: "peakPerSec", label: "At the peak", unit: "messages/s", min: 0, max: 100_000 },
    ],
  },
];

type Texts = Readonly<Record<keyof SizingQuestion, string>>;
const EXAMPLE: Texts = { latencySec: "30", serviceSec: "0.5", slots: "4", nowPerSec: "5", peakPerSec: "60" };

/** Three questions that make a scenario, with the arithmetic that leads from one to the other. */
export function Questions() {
  const { client, workbench, notices } = useBench();
  const texts = useSignal<Texts>(EXAMPLE);
  const question = useComputed(() => read(texts.value));
  const told = useComputed(() => (question.value === undefined ? undefined : tellSizing(question.value)));
  const build = async () => {
    if (question.value === undefined) return;
    const outcome = await client.read(scenarioOf(question.value));
    if (!outcome.ok) {
      notices.add({
        kind: "problem",
        title: "These answers make no scenario.",
        lines: outcome.faults.map(({ problem, mend }) => `${problem}; ${mend}.`),
      });
      return;
    }
    workbench.load(outcome.scenario);
    goTo("work");
  };
  return (
    <section class="questions" aria-labelledby="questions-title">
      <h2 id="questions-title">Size a fleet from three questions</h2>
      <div class="questions-body">
        <form
          class="questions-form"
          onSubmit={(event) => {
            event.preventDefault();
            void build();
          }}
        >
          {QUESTIONS.map(({ title, fields }) => (
            <fieldset key={title}>
              <legend>{title}</legend>
              {fields.map((field) => (
                <AnswerField key={field.name} field={field} texts={texts} />
              ))}
            </fieldset>
          ))}
          <button type="submit" class="primary" disabled={told.value === undefined}>
            Simulate this fleet
          </button>
        </form>
        <div class="arithmetic" aria-live="polite">
          {told.value === undefined ? (
            <p class="dim">The sums appear when every answer is a number in its range.</p>
          ) : (
            <ol>
              {told.value.steps.map(({ title, sum, result, note }) => (
                <li key={title}>
                  <h3>{title}</h3>
                  <p class="sum">
                    <span>{sum}</span> <b>= {result}</b>
                  </p>
                  <p class="dim">{note}</p>
                </li>
              ))}
            </ol>
          )}
          {told.value === undefined || told.value.objection === "" ? null : <p class="fault">{told.value.objection}</p>}
        </div>
      </div>
    </section>
  );
}

function AnswerField({ field, texts }: { readonly field: Asked; readonly texts: Signal<Texts> }) {
  const { name, label, unit, min, max } = field;
  const id = `answer-${name}`;
  const text = texts.value[name];
  const value = valueOf(field, text);
  const words = unit === "s" && value !== undefined && value >= 60 ? formatDuration(value * 1000) : "";
  return (
    <div class="answer">
      <label for={id}>
        {label}
        <span class="unit">, {unit}</span>
      </label>
      <span class="words">{words}</span>
      <NumberInput id={id} text={text} value={value} write={(typed) => (texts.value = { ...texts.peek(), [name]: typed })} />
      {value === undefined ? (
        <p id={`${id}-fault`} class="fault">
          {`Give a ${field.whole === true ? "whole number" : "number"} from ${formatNumber(min)} to ${formatNumber(max)} ${unit}.`}
        </p>
      ) : null}
    </div>
  );
}

/** All the answers as numbers; undefined while one of them is none, or out of its range. */
function read(texts: Texts): SizingQuestion | undefined {
  const values = QUESTIONS.flatMap(({ fields }) => fields).map((field) => [field.name, valueOf(field, texts[field.name])] as const);
  return values.every(([, value]) => value !== undefined) ? (Object.fromEntries(values) as unknown as SizingQuestion) : undefined;
}

function valueOf({ unit, min, max, whole = false }: Asked, text: string): number | undefined {
  const value = parseNumber(text, unit);
  return value >= min && value <= max && (!whole || Number.isInteger(value)) ? value : undefined;
}
