/**
 * Mean number in the system of MMPP/M/1 with two states, by Neuts's matrix-geometric solution: R is the least root of R² μ + R (Q − Λ − μ) + Λ = 0, and level n
 * holds π0 R^n.
 */
export function mmppInSystem(rates: readonly [number, number], leave: readonly [number, number], service: number): number {
  type Matrix = readonly [number, number, number, number];
  const times = (a: Matrix, b: Matrix): Matrix => [
    a[0] * b[0] + a[1] * b[2],
    a[0] * b[1] + a[1] * b[3],
    a[2] * b[0] + a[3] * b[2],
    a[2] * b[1] + a[3] * b[3],
  ];
  const inverse = ([a, b, c, d]: Matrix): Matrix => {
    const determinant = a * d - b * c;
    return [d / determinant, -b / determinant, -c / determinant, a / determinant];
  };
  const stays: Matrix = [-(leave[0] + rates[0] + service), leave[0], leave[1], -(leave[1] + rates[1] + service)];
  let r: Matrix = [0, 0, 0, 0];
  for (let step = 0; step < 20_000; step += 1) {
    const square = times(r, r);
    const up: Matrix = [-(rates[0] + service * square[0]), -service * square[1], -service * square[2], -(rates[1] + service * square[3])];
    r = times(up, inverse(stays));
  }
  const rest = inverse([1 - r[0], -r[1], -r[2], 1 - r[3]]);
  // The phases have their own long-run shares: π0 (I − R)⁻¹ is the vector of them.
  const shares = [leave[1] / (leave[0] + leave[1]), leave[0] / (leave[0] + leave[1])] as const;
  const empty = [shares[0] * (1 - r[0]) - shares[1] * r[2], -shares[0] * r[1] + shares[1] * (1 - r[3])] as const;
  const level = times(times(r, rest), rest);
  return empty[0] * (level[0] + level[1]) + empty[1] * (level[2] + level[3]);
}
