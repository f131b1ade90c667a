/** Whether a field says anything on a platform: a Lambda function has none of what instances and their workers have. */
export function isOnPlatform(path: string, platform: string): boolean {
  if (platform !== "lambda") return path !== "fleet.lambda";
  const [section = ""] = path.split(".");
  const kept = OF_LAMBDA[section];
  return kept === undefined || kept.has(path);
}

const OF_LAMBDA: Readonly<Partial<Record<string, ReadonlySet<string>>>> = {
  fleet: new Set(["fleet.platform", "fleet.max", "fleet.lambda"]),
  worker: new Set(["worker.slots", "worker.receiveBackOffFirstSec", "worker.receiveBackOffMaxSec"]),
};
