import { useComputed, useSignal, type Signal } from "@preact/signals";
import { formatCount, formatDuration, formatNumber } from "../../sim/index.ts";
import { numberText, parseNumber } from "../settings/number-text.ts";
import { useBench } from "../state/bench.ts";
import type { SweptSetting } from "../worker/client.ts";
import { NumberInput } from "../settings/number-input.tsx";
import { firstSweepable, rangeAround, sweepablesOf, type Sweepable } from "./sweepable.ts";

/** What is typed into the form; `setting` is the name of one. */
interface Texts {
  readonly setting: string;
  readonly from: string;
  readonly to: string;
  readonly count: string;
  readonly runs: string;
}

/** What a form that can be started says. */
interface Asked {
  readonly setting: Sweepable;
  readonly range: Omit<SweptSetting, "path">;
}

interface Box {
  readonly name: Exclude<keyof Texts, "setting">;
  readonly label: string;
  readonly unit: string | undefined;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

const MOST_VALUES = 100;
const MOST_RUNS = 50;

/** Which setting, from where to where, at how many values, and how often each is run. */
export function SweepForm({ isUnderWay, start }: { readonly isUnderWay: boolean; readonly start: (asked: Asked) => void }) {
  const { form, workbench } = useBench();
  const sweepables = useComputed(() => sweepablesOf(form, workbench.scenario.value));
  const texts = useSignal(textsOf(firstSweepable(sweepables.value)));
  const setting = sweepables.value.find(({ name }) => name.toLowerCase() === texts.value.setting.trim().toLowerCase());
  const boxes = setting === undefined ? [] : boxesOf(setting);
  const asked = setting === undefined ? undefined : read(setting, boxes, texts.value);
  return (
    <form
      class="sweep-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (asked !== undefined && !isUnderWay) start(asked);
      }}
    >
      <SettingChoice texts={texts} sweepables={sweepables.value} isKnown={setting !== undefined} />
      {boxes.map((box) => (
        <NumberAnswer key={box.name} box={box} texts={texts} />
      ))}
      <button type="submit" class="primary" disabled={asked === undefined || isUnderWay}>
        Sweep it
      </button>
      <p class="dim sweep-size">
        {asked === undefined
          ? isSame(texts.value)
            ? "From and to have to differ."
            : ""
          : `Up to ${formatCount(asked.range.count, "value")}, ${formatCount(asked.range.count * asked.range.runs, "run")}.`}
      </p>
    </form>
  );
}

interface SettingChoiceProps {
  readonly texts: Signal<Texts>;
  readonly sweepables: readonly Sweepable[];
  readonly isKnown: boolean;
}

/** A box that finds a setting by a part of its name. */
function SettingChoice({ texts, sweepables, isKnown }: SettingChoiceProps) {
  const take = (text: string) => {
    const chosen = sweepables.find(({ name }) => name.toLowerCase() === text.trim().toLowerCase());
    const { count, runs } = texts.peek();
    texts.value = chosen === undefined ? { ...texts.peek(), setting: text } : { ...textsOf(chosen), count, runs };
  };
  return (
    <div class="sweep-box sweep-setting">
      <label for="sweep-setting">Setting</label>
      <input
        id="sweep-setting"
        class="text"
        type="text"
        list="sweep-settings"
        autocomplete="off"
        placeholder="Search the settings"
        value={texts.value.setting}
        aria-invalid={!isKnown}
        aria-describedby={isKnown ? undefined : "sweep-setting-fault"}
        onFocus={(event) => {
          event.currentTarget.select();
        }}
        onInput={(event) => {
          take(event.currentTarget.value);
        }}
      />
      <datalist id="sweep-settings">
        {sweepables.map(({ name, field }) => (
          <option key={field.path} value={name} />
        ))}
      </datalist>
      {isKnown ? null : (
        <p id="sweep-setting-fault" class="fault">
          {texts.value.setting.trim() === "" ? "Choose a setting that is a number." : "Choose one of the list: type a part of its name."}
        </p>
      )}
    </div>
  );
}

function NumberAnswer({ box, texts }: { readonly box: Box; readonly texts: Signal<Texts> }) {
  const { name, label, unit, min, max, whole } = box;
  const id = `sweep-${name}`;
  const text = texts.value[name];
  const value = valueOf(box, text);
  return (
    <div class="sweep-box">
      <label for={id}>
        {label}
        {unit === undefined ? null : <span class="unit">, {unit}</span>}
      </label>
      <NumberInput id={id} text={text} value={value} write={(typed) => (texts.value = { ...texts.peek(), [name]: typed })} />
      <span class="words dim">{unit === "s" && value !== undefined && value >= 60 ? formatDuration(value * 1000) : ""}</span>
      {value === undefined ? (
        <p id={`${id}-fault`} class="fault">
          {`Give a ${whole ? "whole number" : "number"} from ${formatNumber(min)} to ${formatNumber(max)}.`}
        </p>
      ) : null}
    </div>
  );
}

function boxesOf({ field: { unit, min, max, integer } }: Sweepable): Box[] {
  return [
    { name: "from", label: "From", unit, min, max, whole: integer },
    { name: "to", label: "To", unit, min, max, whole: integer },
    { name: "count", label: "Values", unit: undefined, min: 2, max: MOST_VALUES, whole: true },
    { name: "runs", label: "Runs at each", unit: undefined, min: 1, max: MOST_RUNS, whole: true },
  ];
}

function textsOf(setting: Sweepable | undefined): Texts {
  const { from, to } = setting === undefined ? { from: NaN, to: NaN } : rangeAround(setting);
  return { setting: setting?.name ?? "", from: numberText(from), to: numberText(to), count: "8", runs: "5" };
}

function read(setting: Sweepable, boxes: readonly Box[], texts: Texts): Asked | undefined {
  const values = new Map(boxes.map((box) => [box.name, valueOf(box, texts[box.name])]));
  const [from, to, count, runs] = [values.get("from"), values.get("to"), values.get("count"), values.get("runs")];
  if (from === undefined || to === undefined || count === undefined || runs === undefined || from === to) return undefined;
  return { setting, range: { from, to, count, runs } };
}

function valueOf({ unit, min, max, whole }: Box, text: string): number | undefined {
  const value = parseNumber(text, unit);
  return value >= min && value <= max && (!whole || Number.isInteger(value)) ? value : undefined;
}

function isSame({ from, to }: Texts): boolean {
  return from.trim() !== "" && parseNumber(from, "s") === parseNumber(to, "s");
}
