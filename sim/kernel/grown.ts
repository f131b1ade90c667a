/** Typed arrays that the simulator keeps its parts in. */
export type Numbers = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** A copy of `from` with `length` entries, those that are new set to `filler`. */
export function grown<A extends Numbers>(from: A, length: number, filler = 0): A {
  const into = new (from.constructor as new (length: number) => A)(length);
  into.set(from);
  if (filler !== 0) into.fill(filler, from.length);
  return into;
}
