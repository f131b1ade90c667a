/**
 * A 64-bit digest of numbers and text: two results that differ anywhere share one with a chance of about 2^−64. It
 * finds differences, and is no defence against someone who makes two results collide.
 *
 * The digest is over values, not over memory, so that it is the same on every engine and byte order:
 * - a number counts by the 64 bits of its double; every NaN counts as one and the same, because engines may change a
 *   NaN's bits; −0 and 0 count as different, because their bits are as fixed as any other's;
 * - an array and a string begin with what they are and their length, so that `["a", "b"]` and `["ab"]` differ.
 *
 * Method: the block step and the finish of MurmurHash3_x86_128 (Austin Appleby, public domain,
 * https://github.com/aappleby/smhasher), with two of its four lanes: the upper half of each number goes through one,
 * the lower half through the other, and each lane takes up the other at every step.
 */
export class Digest {
  /** The two lanes, and the number of steps taken. In an array of integers, because a field beyond 31 bits is boxed. */
  private readonly state = Int32Array.of(0x243f_6a88, 0x85a3_08d3, 0);

  addFloat64s(values: Float64Array): void {
    this.addWords(FLOAT64S, values.length);
    const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
    for (let index = 0; index < halves.length; index += 2) {
      const upper = halves[index + UPPER] as number;
      const lower = halves[index + LOWER] as number;
      if ((upper & 0x7fff_ffff) < 0x7ff0_0000) this.addWords(upper, lower);
      else this.addNotFinite(upper, lower);
    }
  }

  addNumber(value: number): void {
    this.addWords(NUMBER, 0);
    ONE_NUMBER[0] = value;
    const upper = ONE_NUMBER_HALVES[UPPER] as number;
    const lower = ONE_NUMBER_HALVES[LOWER] as number;
    if ((upper & 0x7fff_ffff) < 0x7ff0_0000) this.addWords(upper, lower);
    else this.addNotFinite(upper, lower);
  }

  addString(value: string): void {
    this.addWords(STRING, value.length);
    // Two UTF-16 code units a word, two words a step; NaN beyond the end counts as 0.
    for (let index = 0; index < value.length; index += 4) {
      this.addWords(
        value.charCodeAt(index) | (value.charCodeAt(index + 1) << 16),
        value.charCodeAt(index + 2) | (value.charCodeAt(index + 3) << 16),
      );
    }
  }

  /** The digest of all that was added so far: 16 hexadecimal digits in lower case. More may be added after it. */
  hex(): string {
    const steps = this.state[2] as number;
    let first = (this.state[0] as number) ^ steps;
    let second = (this.state[1] as number) ^ steps;
    first = (first + second) | 0;
    second = (second + first) | 0;
    first = finish(first);
    second = finish(second);
    first = (first + second) | 0;
    second = (second + first) | 0;
    return hex32(first) + hex32(second);
  }

  private addNotFinite(upper: number, lower: number): void {
    const notANumber = ((upper & 0x000f_ffff) | lower) !== 0;
    if (notANumber) this.addWords(0x7ff8_0000, 0);
    else this.addWords(upper, lower);
  }

  private addWords(upper: number, lower: number): void {
    const state = this.state;
    const second = state[1] as number;

    let word = Math.imul(upper, 0x239b_961b);
    word = Math.imul((word << 15) | (word >>> 17), 0xab0e_9789);
    let mixed = (state[0] as number) ^ word;
    mixed = (((mixed << 19) | (mixed >>> 13)) + second) | 0;
    const first = (Math.imul(mixed, 5) + 0x561c_cd1b) | 0;

    word = Math.imul(lower, 0xab0e_9789);
    word = Math.imul((word << 16) | (word >>> 16), 0x38b3_4ae5);
    mixed = second ^ word;
    mixed = (((mixed << 17) | (mixed >>> 15)) + first) | 0;

    state[0] = first;
    state[1] = (Math.imul(mixed, 5) + 0x0bca_a747) | 0;
    state[2] = (state[2] as number) + 1;
  }
}

/** What comes next, as the first word of each thing added. */
const FLOAT64S = 1;
const NUMBER = 2;
const STRING = 3;

const ONE_NUMBER = new Float64Array([1]);
const ONE_NUMBER_HALVES = new Int32Array(ONE_NUMBER.buffer);
/** Where the half with sign and exponent lies: 1 on the usual little-endian machines, where the lower half of 1 is 0. */
const UPPER = ONE_NUMBER_HALVES[0] === 0 ? 1 : 0;
const LOWER = 1 - UPPER;

/** Spreads each bit of a word over the whole of it. */
function finish(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}

function hex32(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
