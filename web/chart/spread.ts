/** Moves places apart until they are `distance` from each other, as little as needed, within [low, high] if they fit. */
export function spread(places: readonly number[], distance: number, low: number, high: number): number[] {
  const order = places.map((_, index) => index).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const result = [...places];
  let floor = low;
  for (const index of order) {
    result[index] = Math.max(result[index] ?? 0, floor);
    floor = (result[index] ?? 0) + distance;
  }
  let ceiling = high;
  for (const index of order.reverse()) {
    result[index] = Math.min(result[index] ?? 0, ceiling);
    ceiling = (result[index] ?? 0) - distance;
  }
  return result;
}
