/** Of a chart that draws what it is given and nothing else: no motion, no pointer, the data as they are, in order. */
export const STILL = {
  animation: false,
  parsing: false,
  normalized: true,
  responsive: true,
  maintainAspectRatio: false,
  events: [] as [],
} as const;
