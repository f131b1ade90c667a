/** Between these a binomial count lies, but for one time in a million: its mean and five standard deviations. */
export function binomialBounds(trials: number, probability: number): { least: number; most: number } {
  const mean = trials * probability;
  const spread = 5 * Math.sqrt(mean * (1 - probability));
  return { least: Math.floor(mean - spread), most: Math.ceil(mean + spread) };
}
