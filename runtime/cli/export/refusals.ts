import type { Fault } from "../../../sim/index.ts";

/** What cannot be deployed, and why. */
export function refusal(path: string, value: unknown, problem: string, mend: string): Fault {
  return { code: "contradiction", path, value, problem, mend };
}

/** The fault, if there is one: for lists of what may be wrong. */
export function when(condition: boolean, fault: () => Fault): Fault[] {
  return condition ? [fault()] : [];
}

/** Whether a product of decimals is meant to be whole: 0.29 × 100 is not, to a machine. */
export function isNearlyWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}
