/**
 * What chance gives for a seed, which has to be the same in every engine, to the last bit, and in every later version:
 * a change to these figures changes the results of every scenario that anybody has kept. `chance.test.ts` computes them
 * in Node and `chance.browser.test.ts` in Chromium.
 */
import { durationSampler } from "../../sim/kernel/distributions.ts";
import { exactExp, exactLog, exactPow } from "../../sim/kernel/exact-math.ts";
import { RandomStreams } from "../../sim/kernel/random.ts";
import { Digest } from "../../sim/core/digest.ts";
import type { DurationSpec } from "../../sim/scenario/schema.ts";

const DRAWS = 100_000;

export const EXPECTED_CHANCE = {
  words: [984605646, 3534218316, 947493588, 2914022051],
  exponentials: [0.544238391640821, 2.0297289843984347, 1.1035617549323031],
  normals: [0.00092722595522964, -1.0566814227460564, -0.5566148735291152],
  uniforms: [0.7177747126433174, 0.04512718389257531, 0.9017647944129502],
  bounded: [4, 2, 3, 9, 9, 3],
  durations: { exponential: [466, 98, 328, 117], uniform: [73674, 84003, 74350, 61725], lognormal: [23481, 14723, 18091, 18781] },
  digests: {
    words: "b7ff86afbcb58548",
    exponentials: "88fc1b768331d3d0",
    normals: "cfd36683fc7a54bb",
    logarithms: "b0f10d34cc38df97",
    exponentialFunction: "e7e130f0947c8df7",
    powers: "ad188b1e86c94468",
    text: "157104552fd9ee1d",
  },
};

export function chance(): typeof EXPECTED_CHANCE {
  const streams = new RandomStreams(20_261_121);
  const words = streams.stream("words");
  const exponentials = streams.stream("exponentials");
  const normals = streams.stream("normals");
  const uniforms = streams.stream("uniforms");
  const bounded = streams.stream("bounded");
  return {
    words: Array.from({ length: 4 }, () => words.nextUint32()),
    exponentials: Array.from({ length: 3 }, () => exponentials.exponential()),
    normals: Array.from({ length: 3 }, () => normals.normal()),
    uniforms: Array.from({ length: 3 }, () => uniforms.uniform()),
    bounded: Array.from({ length: 6 }, () => bounded.below(10)),
    durations: {
      exponential: durations(streams, { kind: "exponential", meanSec: 0.5 }),
      uniform: durations(streams, { kind: "uniform", minSec: 60, maxSec: 90 }),
      lognormal: durations(streams, { kind: "lognormal", medianSec: 23, p95Sec: 46 }),
    },
    digests: {
      words: digestOf(() => words.nextUint32()),
      exponentials: digestOf(() => exponentials.exponential()),
      normals: digestOf(() => normals.normal()),
      logarithms: digestOf((index) => exactLog((index + 1) / 777)),
      exponentialFunction: digestOf((index) => exactExp((index - DRAWS / 2) / 68)),
      powers: digestOf((index) => exactPow((index + 1) / 777, 2.5)),
      text: digestOf((index) => index, "Größe 10 µs — 中 😀"),
    },
  };
}

function durations(streams: RandomStreams, spec: DurationSpec): number[] {
  const sampler = durationSampler(spec, streams.stream(spec.kind));
  return Array.from({ length: 4 }, () => sampler.nextMs());
}

function digestOf(at: (index: number) => number, text = ""): string {
  const digest = new Digest();
  digest.addString(text);
  digest.addFloat64s(Float64Array.from({ length: DRAWS }, (_, index) => at(index)));
  return digest.hex();
}
