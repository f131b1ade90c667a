import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream, RandomStreams } from "../../../sim/kernel/random.ts";
import { FAR, binomialDeviation, chiSquareDeviation, kolmogorovDistance, moments, normalDistribution } from "../../support/statistics.ts";

const seeds = fc.maxSafeNat();

describe("a random stream", () => {
  it("follows the published generator sfc32, step by step", () => {
    const stream = new RandomStream(42, "arrivals");
    const { state } = stream as unknown as { state: Int32Array };
    let [a, b, c, counter] = Array.from(state, (word) => BigInt.asUintN(32, BigInt(word))) as [bigint, bigint, bigint, bigint];
    for (let step = 0; step < 10_000; step += 1) {
      const sum = BigInt.asUintN(32, a + b + counter);
      counter = BigInt.asUintN(32, counter + 1n);
      a = b ^ (b >> 9n);
      b = BigInt.asUintN(32, c + (c << 3n));
      c = BigInt.asUintN(32, BigInt.asUintN(32, (c << 21n) | (c >> 11n)) + sum);
      expect(stream.nextUint32()).toBe(Number(sum));
    }
  });

  it("repeats itself for the same seed and name", () => {
    fc.assert(
      fc.property(seeds, fc.string(), (seed, name) => {
        expect(words(new RandomStream(seed, name), 20)).toEqual(words(new RandomStream(seed, name), 20));
      }),
    );
  });

  it("is another one for another seed or name, however near", () => {
    const first = new Set<string>();
    const names = ["", "a", "b", "aa", "\0", "arrivals", "service times", "service time", "arrival\u0073\0"];
    const powers = Array.from({ length: 53 }, (_, exponent) => 2 ** exponent);
    const seedsTried = new Set([...Array(1000).keys(), ...powers, ...powers.map((power) => power - 1), Number.MAX_SAFE_INTEGER]);
    for (const name of names) for (const seed of seedsTried) first.add(words(new RandomStream(seed, name), 2).join());
    expect(first.size).toBe(names.length * seedsTried.size);
  });

  it("has half of its first bits changed by each bit of the seed", () => {
    for (let bit = 0; bit < 53; bit += 1) {
      let changed = 0;
      for (let seed = 0; seed < 64; seed += 1) {
        const flipped = Number(BigInt(seed) ^ (1n << BigInt(bit)));
        const one = words(new RandomStream(seed, "x"), 4);
        const other = words(new RandomStream(flipped, "x"), 4);
        one.forEach((word, index) => (changed += bitsSet(word ^ other[index]!)));
      }
      expect(Math.abs(binomialDeviation(changed, 64 * 4 * 32, 0.5))).toBeLessThan(FAR);
    }
  });

  it("is independent of the streams of neighbouring seeds and of other names", () => {
    const pairs = [
      [new RandomStream(1, "arrivals"), new RandomStream(2, "arrivals")],
      [new RandomStream(1, "arrivals"), new RandomStream(1, "service times")],
      [new RandomStream(0, ""), new RandomStream(2 ** 52, "")],
    ] as const;
    for (const [one, other] of pairs) {
      const counts = new Float64Array(32 * 32);
      for (let draw = 0; draw < 500_000; draw += 1) counts[one.below(32) * 32 + other.below(32)]! += 1;
      expect(
        Math.abs(
          chiSquareDeviation(
            counts,
            counts.map(() => 500_000 / 1024),
          ),
        ),
      ).toBeLessThan(FAR);
    }
  });

  it("makes independent first draws from consecutive seeds", () => {
    const counts = new Float64Array(256);
    for (let seed = 0; seed < 50_000; seed += 1) {
      const stream = new RandomStream(seed, "service times");
      counts[stream.below(16) * 16 + stream.below(16)]! += 1;
    }
    expect(
      Math.abs(
        chiSquareDeviation(
          counts,
          counts.map(() => 50_000 / 256),
        ),
      ),
    ).toBeLessThan(FAR);
  });

  it.each([-1, 0.5, 2 ** 53, NaN, Infinity])("refuses the seed %d", (seed) => {
    expect(() => new RandomStream(seed, "arrivals")).toThrow(/seed must be a whole number/);
    expect(() => new RandomStreams(seed)).toThrow(/seed must be a whole number/);
  });
});

describe("the streams of a run", () => {
  it("give each name a stream that does not depend on the others", () => {
    const one = new RandomStreams(7);
    const other = new RandomStreams(7);
    words(other.stream("launches"), 1000);
    expect(words(one.stream("arrivals"), 20)).toEqual(words(other.stream("arrivals"), 20));
  });

  it("give a name out once", () => {
    const streams = new RandomStreams(7);
    streams.stream("arrivals");
    expect(() => streams.stream("arrivals")).toThrow('the random stream "arrivals" was given out twice');
  });
});

describe("uniform", () => {
  it("fills [0, 1) evenly", () => {
    const stream = new RandomStream(1, "uniform");
    const counts = new Float64Array(1000);
    for (let draw = 0; draw < 2_000_000; draw += 1) counts[Math.floor(stream.uniform() * 1000)]! += 1;
    expect(
      Math.abs(
        chiSquareDeviation(
          counts,
          counts.map(() => 2000),
        ),
      ),
    ).toBeLessThan(FAR);
  });

  it("stays in its range and uses all 53 bits", () => {
    const stream = new RandomStream(1, "bits");
    const set = new Float64Array(53);
    for (let draw = 0; draw < 20_000; draw += 1) {
      const value = stream.uniform();
      expect(value >= 0 && value < 1).toBe(true);
      const bits = BigInt(value * 2 ** 53);
      for (let bit = 0; bit < 53; bit += 1) set[bit]! += Number((bits >> BigInt(bit)) & 1n);
    }
    for (const count of set) expect(Math.abs(binomialDeviation(count, 20_000, 0.5))).toBeLessThan(FAR);
  });

  it("never gives 0 when it must be positive, not even from a generator that gives only zeros", () => {
    expect(rigged(0).uniform()).toBe(0);
    expect(rigged(0).uniformPositive()).toBe(2 ** -53);
    expect(rigged(0xffff_ffff).uniform()).toBe(1 - 2 ** -53);
    expect(rigged(0xffff_ffff).uniformPositive()).toBe(1);
  });
});

describe("below", () => {
  it.each([2, 3, 7, 50, 1000])("gives each number below %d the same chance", (bound) => {
    const stream = new RandomStream(1, `below ${bound}`);
    const counts = new Float64Array(bound);
    for (let draw = 0; draw < 500_000; draw += 1) counts[stream.below(bound)]! += 1;
    expect(
      Math.abs(
        chiSquareDeviation(
          counts,
          counts.map(() => 500_000 / bound),
        ),
      ),
    ).toBeLessThan(FAR);
  });

  it("does not prefer small numbers below 3 × 2^30, as a bare remainder would by half", () => {
    const stream = new RandomStream(1, "below");
    let small = 0;
    for (let draw = 0; draw < 100_000; draw += 1) if (stream.below(3 * 2 ** 30) < 2 ** 30) small += 1;
    expect(Math.abs(binomialDeviation(small, 100_000, 1 / 3))).toBeLessThan(FAR);
  });

  it("takes bounds from 1 to 2^32", () => {
    const stream = new RandomStream(1, "bounds");
    expect(stream.below(1)).toBe(0);
    const twin = new RandomStream(2, "bounds");
    expect(new RandomStream(2, "bounds").below(2 ** 32)).toBe(twin.nextUint32());
    for (const bound of [0, -1, 2 ** 32 + 1, NaN]) expect(() => stream.below(bound)).toThrow(/from 1 to 2\^32/);
  });
});

describe("exponential", () => {
  const DRAWS = 4_000_000;
  const draws = new Float64Array(DRAWS);
  new RandomStream(1, "exponential").fillExponentials(draws);

  it("has mean 1 and mean square 2", () => {
    const { mean, square } = moments(draws);
    expect(Math.abs(mean.value - 1)).toBeLessThan(FAR * mean.error);
    expect(Math.abs(square.value - 2)).toBeLessThan(FAR * square.error);
  });

  it("fits its distribution in a thousand cells of equal chance", () => {
    const counts = new Float64Array(1000);
    for (const draw of draws) counts[Math.floor(Math.exp(-draw) * 1000 * (1 - 2 ** -53))]! += 1;
    expect(
      Math.abs(
        chiSquareDeviation(
          counts,
          counts.map(() => DRAWS / 1000),
        ),
      ),
    ).toBeLessThan(FAR);
  });

  it("fits its distribution between cells as well", () => {
    expect(kolmogorovDistance(draws.subarray(0, 1_000_000), (value) => -Math.expm1(-value))).toBeLessThan(2.5);
  });

  it("fits its distribution in the topmost layers, where half of the draws are rejected", () => {
    // The upper quarter of the layers lies left of 0.3; cells of 0.0005 are narrower than the layers' steps there.
    const counts = new Float64Array(600);
    const expected = counts.map((_, cell) => DRAWS * (Math.exp(-cell / 2000) - Math.exp(-(cell + 1) / 2000)));
    for (const draw of draws) if (draw < 0.3) counts[Math.floor(draw * 2000)]! += 1;
    expect(Math.abs(chiSquareDeviation(counts, expected, 0))).toBeLessThan(FAR);
  });

  it("has the right tail, also beyond the last layer at 7.697", () => {
    for (const from of [6, 7, 7.5, 7.697_117, 8, 9, 10]) {
      const beyond = draws.reduce((count, draw) => count + (draw > from ? 1 : 0), 0);
      expect(Math.abs(binomialDeviation(beyond, DRAWS, Math.exp(-from)))).toBeLessThan(FAR);
    }
    const tail = draws.filter((draw) => draw > 7.697_117_470_131_05);
    expect(kolmogorovDistance(tail, (value) => -Math.expm1(7.697_117_470_131_05 - value))).toBeLessThan(2.5);
  });

  it("does not tell the next draw", () => {
    expect(Math.abs(pairDeviation(draws, (draw) => Math.floor(Math.exp(-draw) * 32 * (1 - 2 ** -53))))).toBeLessThan(FAR);
  });

  it("is the same one by one and in bulk", () => {
    const stream = new RandomStream(1, "exponential");
    for (let index = 0; index < 10_000; index += 1) expect(stream.exponential()).toBe(draws[index]);
  });
});

describe("normal", () => {
  const DRAWS = 4_000_000;
  const draws = new Float64Array(DRAWS);
  new RandomStream(1, "normal").fillNormals(draws);

  it("has mean 0, mean square 1 and mean fourth power 3", () => {
    const { mean, square } = moments(draws);
    expect(Math.abs(mean.value)).toBeLessThan(FAR * mean.error);
    expect(Math.abs(square.value - 1)).toBeLessThan(FAR * square.error);
    const fourth = moments(draws.map((draw) => draw * draw)).square;
    expect(Math.abs(fourth.value - 3)).toBeLessThan(FAR * fourth.error);
  });

  it("fits its distribution in cells of a hundredth", () => {
    const counts = new Float64Array(802);
    for (const draw of draws) counts[Math.min(801, Math.max(0, Math.floor(draw * 100) + 401))]! += 1;
    const expected = counts.map((_, cell) => {
      const from = cell === 0 ? 0 : normalDistribution((cell - 401) / 100);
      const to = cell === 801 ? 1 : normalDistribution((cell - 400) / 100);
      return DRAWS * (to - from);
    });
    expect(Math.abs(chiSquareDeviation(counts, expected))).toBeLessThan(FAR);
  });

  it("fits its distribution between cells as well", () => {
    expect(kolmogorovDistance(draws.subarray(0, 300_000), normalDistribution)).toBeLessThan(2.5);
  });

  it("has the right tails on both sides, also beyond the last layer at 3.654", () => {
    for (const from of [3, 3.5, 3.654_153, 4, 4.5]) {
      const probability = 1 - normalDistribution(from);
      const above = draws.reduce((count, draw) => count + (draw > from ? 1 : 0), 0);
      const below = draws.reduce((count, draw) => count + (draw < -from ? 1 : 0), 0);
      expect(Math.abs(binomialDeviation(above, DRAWS, probability))).toBeLessThan(FAR);
      expect(Math.abs(binomialDeviation(below, DRAWS, probability))).toBeLessThan(FAR);
    }
  });

  it("falls off beyond the last layer as a normal distribution does, and not as an exponential one", () => {
    const stream = new RandomStream(1, "normal tail") as unknown as { normalTail(): number };
    const tail = Float64Array.from({ length: 100_000 }, () => stream.normalTail());
    const beyondLayers = normalDistribution(-3.654_152_885_361_009);
    expect(kolmogorovDistance(tail, (value) => 1 - normalDistribution(-value) / beyondLayers)).toBeLessThan(2.5);
  });

  it("does not tell the next draw", () => {
    expect(Math.abs(pairDeviation(draws, (draw) => Math.floor(normalDistribution(draw) * 32)))).toBeLessThan(FAR);
  });

  it("is the same one by one and in bulk", () => {
    const stream = new RandomStream(1, "normal");
    for (let index = 0; index < 10_000; index += 1) expect(stream.normal()).toBe(draws[index]);
  });
});

function words(stream: RandomStream, count: number): number[] {
  return Array.from({ length: count }, () => stream.nextUint32());
}

function bitsSet(word: number): number {
  return (word >>> 0).toString(2).replaceAll("0", "").length;
}

/** A stream whose generator gives always the same word. */
function rigged(word: number): RandomStream {
  const stream = new RandomStream(0, "");
  stream.nextUint32 = () => word;
  return stream;
}

/** Chi-square of the pairs of a draw and the next one, each put into one of 32 cells of equal chance. */
function pairDeviation(draws: Float64Array, cellOf: (draw: number) => number): number {
  const pairs = 400_000;
  const counts = new Float64Array(1024);
  for (let pair = 0; pair < pairs; pair += 1) counts[cellOf(draws[2 * pair]!) * 32 + cellOf(draws[2 * pair + 1]!)]! += 1;
  return chiSquareDeviation(
    counts,
    counts.map(() => pairs / 1024),
  );
}
