interface NumberInputProps {
  readonly id: string;
  readonly text: string;
  /** What the text says; undefined while it is no such number, and then the element with the id and `-fault` says why. */
  readonly value: number | undefined;
  readonly write: (text: string) => void;
}

/** A box for a number that keeps what was typed, right or wrong. */
export function NumberInput({ id, text, value, write }: NumberInputProps) {
  return (
    <input
      id={id}
      class="number"
      type="text"
      inputMode="decimal"
      autocomplete="off"
      value={text}
      aria-invalid={value === undefined}
      aria-describedby={value === undefined ? `${id}-fault` : undefined}
      onInput={(event) => {
        write(event.currentTarget.value);
      }}
    />
  );
}
