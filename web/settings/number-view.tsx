import { useComputed, useSignal, type Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { formatDuration } from "../../sim/index.ts";
import { useBench } from "../state/bench.ts";
import { valueAtPath } from "../state/path.ts";
import { idOf } from "./field-id.ts";
import type { NumberField } from "./fields.ts";
import { Help, HelpButton } from "./help.tsx";
import { Back, ChangedDot, Faults } from "./marks.tsx";
import { numberText, parseNumber } from "./number-text.ts";
import { positionAfterKey, positionOf, scaleFor, TRACK_STEPS, valueAt, type SliderScale } from "./slider-scale.ts";

/** Seconds from here on are also told in words. */
const TELL_FROM_SEC = 120;

/** A number: its name and unit, a box that takes its whole range, and a slider for the hand. */
export function NumberView({ field }: { readonly field: NumberField }) {
  const { workbench } = useBench();
  const value = useComputed(() => valueAtPath(workbench.draft.value, field.path));
  const words = useComputed(() =>
    field.unit === "s" && typeof value.value === "number" && value.value >= TELL_FROM_SEC ? formatDuration(value.value * 1000) : "",
  );
  /** What is being typed; undefined when the box shows the value. */
  const typing = useSignal<string | undefined>(undefined);
  const help = useSignal(false);
  const id = idOf(field.path);
  const unreadable = typing.value !== undefined && read(typing.value, field) === undefined;
  return (
    <div class="field" data-field={field.path}>
      <div class="field-head">
        <label for={id}>
          {field.title}
          {field.unit === undefined ? null : <span class="unit">, {field.unit}</span>}
        </label>
        <ChangedDot path={field.path} of={field.title} />
        <HelpButton field={field} open={help} />
        <Back path={field.path} of={field.title} unit={field.unit} />
        <span class="words">{words}</span>
        <NumberBox field={field} id={id} value={value.value} typing={typing} />
      </div>
      {typeof value.value === "number" ? <Slider field={field} value={value.value} /> : null}
      <Help field={field} open={help} />
      {unreadable ? <p class="fault">{`“${typing.value ?? ""}” is no number; the simulation keeps ${numberText(value.value)}.`}</p> : null}
      <Faults path={field.path} id={`${id}-faults`} />
    </div>
  );
}

interface NumberBoxProps {
  readonly field: NumberField;
  readonly id: string;
  readonly value: unknown;
  readonly typing: Signal<string | undefined>;
}

/** Takes effect with each key that leaves a number; what is no number is said so, and never lost while typing. */
function NumberBox({ field, id, value, typing }: NumberBoxProps) {
  const { workbench } = useBench();
  const faulty = useComputed(() => workbench.faultsAt(field.path).length > 0);
  const unreadable = typing.value !== undefined && read(typing.value, field) === undefined;

  const typed = (text: string) => {
    typing.value = text;
    const next = read(text, field);
    if (next !== undefined && next !== value) workbench.edit(field.path, next, { moving: true });
  };
  const done = () => {
    if (typing.peek() === undefined) return;
    typing.value = undefined;
    workbench.settle();
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Enter") done();
    if (event.key === "Escape") typing.value = undefined;
    if ((event.key !== "ArrowUp" && event.key !== "ArrowDown") || typeof value !== "number") return;
    event.preventDefault();
    typing.value = undefined;
    const scale = scaleFor(field, value);
    const next = valueAt(scale, positionAfterKey(scale, positionOf(scale, value), event.key === "ArrowUp" ? 1 : -1));
    workbench.edit(field.path, next);
  };
  return (
    <input
      id={id}
      type="text"
      inputMode="decimal"
      autocomplete="off"
      spellcheck={false}
      class="number"
      value={typing.value ?? numberText(value)}
      placeholder={field.nullable ? "–" : ""}
      aria-invalid={unreadable || faulty.value}
      aria-describedby={`${id}-faults`}
      onInput={(event) => {
        typed(event.currentTarget.value);
      }}
      onFocus={(event) => {
        event.currentTarget.select();
      }}
      onBlur={done}
      onKeyDown={pressed}
    />
  );
}

/** The value of a typed text: null for an empty box where that is allowed, undefined for what is no number. */
function read(text: string, field: NumberField): number | null | undefined {
  if (text.trim() === "") return field.nullable ? null : undefined;
  const value = parseNumber(text, field.unit);
  return Number.isNaN(value) ? undefined : value;
}

/** A slider for the hand, laid around the value that was loaded. */
export function Slider({ field, value }: { readonly field: NumberField; readonly value: number }) {
  const { workbench } = useBench();
  const base = useComputed(() => valueAtPath(workbench.base.value, field.path));
  const anchor = useAnchor(field, value, base.value);
  const scale = scaleFor(field, anchor.current);
  const position = positionOf(scale, value);

  const move = (to: number, moving: boolean) => {
    const next = valueAt(scale, to);
    if (next !== value) workbench.edit(field.path, next, { moving });
  };
  const released = () => {
    // At an end of the track: the next drag goes on from here.
    if (position === 0 || position === TRACK_STEPS) anchor.current = value;
    workbench.settle();
  };
  const pressed = (event: KeyboardEvent) => {
    const direction = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (direction !== 1 && direction !== -1) return;
    event.preventDefault();
    move(positionAfterKey(scale, position, direction), true);
  };
  const unit = field.unit === undefined ? "" : ` ${field.unit}`;
  return (
    <input
      type="range"
      class="slider"
      min={0}
      max={TRACK_STEPS}
      step={1}
      value={position}
      style={{ "--fill": position / TRACK_STEPS, "--base": baseShare(scale, base.value) }}
      data-marked={typeof base.value === "number" && base.value !== value}
      aria-label={field.title}
      aria-valuetext={`${numberText(value)}${unit}`}
      onInput={(event) => {
        move(Number(event.currentTarget.value), true);
      }}
      onChange={released}
      onKeyDown={pressed}
    />
  );
}

/**
 * The value that the track is laid around: the one that was loaded, until the value leaves the track by another way than
 * the slider, or the hand lets go at its end.
 */
function useAnchor(field: NumberField, value: number, base: unknown) {
  const anchor = useRef(value);
  const baseSeen = useRef<unknown>(undefined);
  if (baseSeen.current !== base) {
    baseSeen.current = base;
    if (typeof base === "number") anchor.current = base;
  }
  const { low, high, zero } = scaleFor(field, anchor.current);
  if (value > high || (value < low && !(zero && value === 0))) anchor.current = value;
  return anchor;
}

function baseShare(scale: SliderScale, base: unknown): number {
  return typeof base === "number" ? positionOf(scale, base) / TRACK_STEPS : 0;
}
