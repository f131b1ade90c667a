/**
 * What a random draw costs, beside what the language itself offers: Math.random for a uniform number and −Math.log of it
 * for an exponential one. Old and new in turn, in one process.
 */
import { durationSampler } from "../../sim/kernel/distributions.ts";
import { exactExp, exactLog } from "../../sim/kernel/exact-math.ts";
import { RandomStreams } from "../../sim/kernel/random.ts";
import { Digest } from "../../sim/core/digest.ts";
import { interleaved, isQuick } from "./measure.ts";

const draws = isQuick ? 1_000_000 : 10_000_000;

const streams = new RandomStreams(1);
const stream = streams.stream("draws");
const buffer = new Float64Array(256);
const exponentialMs = durationSampler({ kind: "exponential", meanSec: 0.5 }, streams.stream("exponential"));
const lognormalMs = durationSampler({ kind: "lognormal", medianSec: 23, p95Sec: 46 }, streams.stream("lognormal"));
const positive = Float64Array.from({ length: 4096 }, () => 3 * stream.uniformPositive());
const columns = Float64Array.from({ length: draws }, () => stream.uniform());

/** Keeps the results in use, so that no loop is optimized away. */
let kept = 0;

// A loop a draw, written out: one loop that takes the draw as an argument would measure the call instead.
const nsPer = interleaved(
  {
    "Math.random": () => {
      let sum = 0;
      for (let draw = 0; draw < draws; draw += 1) sum += Math.random();
      kept += sum;
      return draws;
    },
    uniform: () => {
      let sum = 0;
      for (let draw = 0; draw < draws; draw += 1) sum += stream.uniform();
      kept += sum;
      return draws;
    },
    nextUint32: () => {
      let sum = 0;
      for (let draw = 0; draw < draws; draw += 1) sum = (sum + stream.nextUint32()) | 0;
      kept += sum;
      return draws;
    },
    "below(50)": () => {
      let sum = 0;
      for (let draw = 0; draw < draws; draw += 1) sum += stream.below(50);
      kept += sum;
      return draws;
    },
    "−Math.log(Math.random)": () => {
      let sum = 0;
      for (let draw = 0; draw < draws; draw += 1) sum -= Math.log(1 - Math.random());
      kept += sum;
      return draws;
    },
    exponential: () => {
      let sum = 0;
      for (let draw = 0; draw < draws; draw += 1) sum += stream.exponential();
      kept += sum;
      return draws;
    },
    fillExponentials: () => {
      for (let draw = 0; draw < draws; draw += buffer.length) {
        stream.fillExponentials(buffer);
        kept += buffer[7]!;
      }
      return draws;
    },
    normal: () => {
      let sum = 0;
      for (let draw = 0; draw < draws; draw += 1) sum += stream.normal();
      kept += sum;
      return draws;
    },
    "exponential, in ms": () => {
      let sum = 0;
      for (let draw = 0; draw < draws; draw += 1) sum += exponentialMs.nextMs();
      kept += sum;
      return draws;
    },
    "lognormal, in ms": () => {
      let sum = 0;
      for (let draw = 0; draw < draws; draw += 1) sum += lognormalMs.nextMs();
      kept += sum;
      return draws;
    },
    "Math.log": () => {
      let sum = 0;
      for (let draw = 0; draw < draws; draw += 1) sum += Math.log(positive[draw & 4095]!);
      kept += sum;
      return draws;
    },
    exactLog: () => {
      let sum = 0;
      for (let draw = 0; draw < draws; draw += 1) sum += exactLog(positive[draw & 4095]!);
      kept += sum;
      return draws;
    },
    "Math.exp": () => {
      let sum = 0;
      for (let draw = 0; draw < draws; draw += 1) sum += Math.exp(positive[draw & 4095]!);
      kept += sum;
      return draws;
    },
    exactExp: () => {
      let sum = 0;
      for (let draw = 0; draw < draws; draw += 1) sum += exactExp(positive[draw & 4095]!);
      kept += sum;
      return draws;
    },
    "digest of a number": () => {
      const digest = new Digest();
      digest.addFloat64s(columns);
      kept += digest.hex().length;
      return draws;
    },
  },
  isQuick ? 3 : 5,
);

const reference = nsPer["−Math.log(Math.random)"];
for (const [name, ns] of Object.entries(nsPer)) {
  console.log(`${name.padEnd(24)} ${ns.toFixed(1).padStart(5)} ns, ${(ns / reference).toFixed(2)} × −Math.log(Math.random)`);
}
if (Number.isNaN(kept)) throw new Error("a draw was not a number");
