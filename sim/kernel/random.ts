import { assert } from "../core/assert.ts";
import { exactExp, exactLog } from "./exact-math.ts";

/**
 * Seeded random numbers, the same on every engine.
 *
 * A run has one stream for each cause of chance (arrivals, service times, launches, …), each known by its name. Two
 * runs with the same seed therefore meet the same traffic even when their policies differ, and a cause that draws more
 * or less often does not shift the others.
 */
export class RandomStreams {
  private readonly seed: number;
  private readonly given = new Set<string>();

  /** @param seed A whole number from 0 to 2^53 − 1. */
  constructor(seed: number) {
    assertSeed(seed);
    this.seed = seed;
  }

  /**
   * The stream of that name. Each name is given out once: two holders of one name would draw the same numbers twice
   * and be coupled without notice.
   */
  stream(name: string): RandomStream {
    assert(!this.given.has(name), `the random stream "${name}" was given out twice`);
    this.given.add(name);
    return new RandomStream(this.seed, name);
  }
}

/**
 * One stream of random numbers: sfc32 (Chris Doty-Humphrey, PractRand 0.95), a chaotic generator with a counter. Its
 * state is 128 bits, its shortest cycle is at least 2^32 and its average about 2^127; it passes PractRand and BigCrush.
 *
 * Seed and name are hashed to 96 bits of the state, so two streams of a study with a million of them share a state
 * with a chance below 1e-17.
 */
export class RandomStream {
  /** Three words of state and the counter. In an array of integers, because a field that leaves 31 bits is boxed. */
  private readonly state = new Int32Array(4);

  /** @param seed A whole number from 0 to 2^53 − 1. */
  constructor(seed: number, name: string) {
    assertSeed(seed);
    for (let word = 0; word < 3; word += 1) this.state[word] = hash(STARTS[word] as number, seed, name);
    this.state[3] = 1;
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) this.nextUint32();
  }

  /** 32 random bits, as a whole number from 0 to 2^32 − 1. */
  nextUint32(): number {
    const state = this.state;
    const b = state[1] as number;
    const c = state[2] as number;
    const counter = state[3] as number;
    const sum = ((((state[0] as number) + b) | 0) + counter) | 0;
    state[0] = b ^ (b >>> 9);
    state[1] = (c + (c << 3)) | 0;
    state[2] = (((c << 21) | (c >>> 11)) + sum) | 0;
    state[3] = (counter + 1) | 0;
    return sum >>> 0;
  }

  /** Uniform on [0, 1), in steps of 2^−53. */
  uniform(): number {
    return fraction53(this.nextUint32(), this.nextUint32());
  }

  /** Uniform on (0, 1], in steps of 2^−53: safe under a logarithm or a division. */
  uniformPositive(): number {
    return fraction53(this.nextUint32(), this.nextUint32()) + TWO_TO_MINUS_53;
  }

  /** A whole number from 0 to `bound` − 1, each with exactly the same chance; `bound` is 1 to 2^32. */
  below(bound: number): number {
    assert(bound >= 1 && bound <= TWO_TO_32, "the bound of a random number must be from 1 to 2^32");
    for (;;) {
      const bits = this.nextUint32();
      const remainder = bits % bound;
      // Draws from the last, incomplete round of `bound` are thrown away; for a small `bound` that hardly ever happens.
      if (bits - remainder <= TWO_TO_32 - bound) return remainder;
    }
  }

  /**
   * Exponential with mean 1: 0 or more.
   *
   * Ziggurat of 256 layers (Marsaglia and Tsang 2000, https://doi.org/10.18637/jss.v005.i08), with the layer's number
   * and the 53-bit place in the layer taken from different bits, without which the result fails fine tests of fit
   * (Doornik 2005, "An Improved Ziggurat Method to Generate Normal Random Samples"). 97.7 % of draws end here, after
   * two random words, a multiplication and a comparison.
   */
  exponential(): number {
    const upper = this.nextUint32();
    const lower = this.nextUint32();
    const layer = lower & 0xff;
    const x = fraction53(upper, lower) * (EXPONENTIAL_EDGES[layer] as number);
    if (x < (EXPONENTIAL_EDGES[layer + 1] as number)) return x;
    DRAWN[0] = x;
    this.finishExponential(layer);
    return DRAWN[0];
  }

  /**
   * Normal with mean 0 and standard deviation 1.
   *
   * A ziggurat again, and not the polar method: it needs no logarithm or root in 98.4 % of draws, and it keeps no
   * second number back, so that the state of the stream is only its four words.
   */
  normal(): number {
    const upper = this.nextUint32();
    const lower = this.nextUint32();
    const layer = lower & 0xff;
    const sign = 1 - ((lower >>> 7) & 2);
    const x = fraction53(upper, lower) * (NORMAL_EDGES[layer] as number);
    if (x < (NORMAL_EDGES[layer + 1] as number)) return sign * x;
    DRAWN[0] = x;
    this.finishNormal(layer);
    return sign * DRAWN[0];
  }

  /**
   * Fills `target` with what as many calls of {@link exponential} would give. For whoever draws by the million: a double
   * that a function returns is boxed wherever the call is not inlined, one in an array never is.
   */
  fillExponentials(target: Float64Array): void {
    for (let index = 0; index < target.length; index += 1) target[index] = this.exponential();
  }

  /** Fills `target` with what as many calls of {@link normal} would give. */
  fillNormals(target: Float64Array): void {
    for (let index = 0; index < target.length; index += 1) target[index] = this.normal();
  }

  /** Goes on from a draw in `DRAWN` that fell outside the part of its layer that lies wholly under the density. */
  private finishExponential(fromLayer: number): void {
    let layer = fromLayer;
    let beyond = 0;
    for (;;) {
      const x = DRAWN[0] as number;
      if (x < (EXPONENTIAL_EDGES[layer + 1] as number)) break;
      if (layer === 0) {
        // The tail: the distribution has no memory, so it starts again from there.
        beyond += EXPONENTIAL_TAIL_FROM;
      } else if (this.heightIn(EXPONENTIAL_HEIGHTS, layer) < exactExp(-x)) {
        break;
      }
      const upper = this.nextUint32();
      const lower = this.nextUint32();
      layer = lower & 0xff;
      DRAWN[0] = fraction53(upper, lower) * (EXPONENTIAL_EDGES[layer] as number);
    }
    DRAWN[0] = beyond + (DRAWN[0] as number);
  }

  private finishNormal(fromLayer: number): void {
    let layer = fromLayer;
    for (;;) {
      const x = DRAWN[0] as number;
      if (x < (NORMAL_EDGES[layer + 1] as number)) return;
      if (layer === 0) {
        DRAWN[0] = this.normalTail();
        return;
      }
      if (this.heightIn(NORMAL_HEIGHTS, layer) < exactExp(-0.5 * x * x)) return;
      const upper = this.nextUint32();
      const lower = this.nextUint32();
      layer = lower & 0xff;
      DRAWN[0] = fraction53(upper, lower) * (NORMAL_EDGES[layer] as number);
    }
  }

  /** A random height within a layer. */
  private heightIn(heights: Float64Array, layer: number): number {
    const low = heights[layer] as number;
    return low + this.uniform() * ((heights[layer + 1] as number) - low);
  }

  /** The normal distribution beyond its base layer, by Marsaglia's method of 1964. */
  private normalTail(): number {
    for (;;) {
      const x = -exactLog(this.uniformPositive()) / NORMAL_TAIL_FROM;
      const y = -exactLog(this.uniformPositive());
      if (y + y > x * x) return NORMAL_TAIL_FROM + x;
    }
  }
}

/** The draw in hand, on its way between two methods; holds nothing between draws. */
const DRAWN = new Float64Array(1);
const TWO_TO_32 = 4_294_967_296;
const TWO_TO_21 = 2_097_152;
/** 2^−53, which a decimal literal gives exactly. */
const TWO_TO_MINUS_53 = 1 / 9_007_199_254_740_992;
/** Where the three hashes of seed and name start: the first digits of π in base 16. */
const STARTS = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e] as const;
/** PractRand's own number is 12 for a seed of 96 bits; a few more cost nothing. */
const WARM_UP_ROUNDS = 16;

/** 53 bits as a fraction in [0, 1): all of `upper`, and the upper 21 bits of `lower`, whose lower 11 stay free. */
function fraction53(upper: number, lower: number): number {
  return (upper * TWO_TO_21 + (lower >>> 11)) * TWO_TO_MINUS_53;
}

/**
 * The ziggurats cut the area under a density into a base strip, tail included, and 255 boxes, all of the same area.
 * Where the base's box ends (`…_TAIL_FROM`) and the area follow from the number of layers; they were solved for 256 to
 * 40 digits and agree with those printed by Marsaglia and Tsang.
 */
const LAYERS = 256;
const EXPONENTIAL_TAIL_FROM = 7.69711747013105;
const EXPONENTIAL_LAYER_AREA = 0.003949659822581557;
const NORMAL_TAIL_FROM = 3.654152885361009;
const NORMAL_LAYER_AREA = 0.004928673233974655;

/** Right edges of the layers, from the base (as wide as its whole area, tail included) to the top, then 0. */
const EXPONENTIAL_EDGES = edges(EXPONENTIAL_TAIL_FROM, EXPONENTIAL_LAYER_AREA, exponentialDensity, exponentialDensityInverse);
const EXPONENTIAL_HEIGHTS = EXPONENTIAL_EDGES.map(exponentialDensity);
const NORMAL_EDGES = edges(NORMAL_TAIL_FROM, NORMAL_LAYER_AREA, normalDensity, normalDensityInverse);
const NORMAL_HEIGHTS = NORMAL_EDGES.map(normalDensity);

function edges(tailFrom: number, area: number, density: (x: number) => number, inverse: (height: number) => number): Float64Array {
  const right = new Float64Array(LAYERS + 1);
  right[0] = area / density(tailFrom);
  right[1] = tailFrom;
  for (let layer = 2; layer < LAYERS; layer += 1) {
    const below = right[layer - 1] as number;
    right[layer] = inverse(area / below + density(below));
  }
  const top = right[LAYERS - 1] as number;
  assert(Math.abs(area / top + density(top) - 1) < 1e-9, "the layers of a ziggurat must end at the top of the density");
  return right;
}

/** Densities without their constant factor: 1 at 0. */
function exponentialDensity(x: number): number {
  return exactExp(-x);
}

function exponentialDensityInverse(height: number): number {
  return -exactLog(height);
}

function normalDensity(x: number): number {
  return exactExp(-0.5 * x * x);
}

function normalDensityInverse(height: number): number {
  return Math.sqrt(-2 * exactLog(height));
}

/**
 * MurmurHash3 for 32 bits (Austin Appleby, public domain) over the seed's two halves and the name's code units.
 * `start` sets apart the words of the state.
 */
function hash(start: number, seed: number, name: string): number {
  let state = mixWord(start | 0, seed | 0);
  state = mixWord(state, Math.floor(seed / TWO_TO_32));
  for (let index = 0; index < name.length; index += 1) state = mixWord(state, name.charCodeAt(index));
  state ^= 4 * (2 + name.length);
  state = Math.imul(state ^ (state >>> 16), 0x85eb_ca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2_ae35);
  return state ^ (state >>> 16);
}

function mixWord(state: number, word: number): number {
  let mixed = Math.imul(word, 0xcc9e_2d51);
  mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b87_3593);
  const joined = state ^ mixed;
  return (Math.imul((joined << 13) | (joined >>> 19), 5) + 0xe654_6b64) | 0;
}

function assertSeed(seed: number): void {
  assert(Number.isSafeInteger(seed) && seed >= 0, `the seed must be a whole number from 0 to 2^53 - 1, not ${String(seed)}`);
}
