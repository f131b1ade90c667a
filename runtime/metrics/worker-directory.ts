import { lookup } from "node:dns/promises";

/** Finds the pages of the workers. */
export type WorkerDirectory = (instanceIds: readonly string[]) => Promise<readonly WorkerPage[]>;

export interface WorkerPage {
  /** Of `/stats`. */
  readonly url: string;
  /** The instance that it runs on, as far as is known. */
  readonly instanceId: string | undefined;
}

/**
 * Workers by the pattern of their address.
 *
 * - With `{instance}` in it, there is one for each instance in service: on EC2 a host name by resource name, such as
 *   `http://{instance}.eu-central-1.compute.internal:9090` (EC2 User Guide, hostname-types).
 * - Without, one for each address that the host name has, as service discovery for ECS tasks gives it (Cloud Map).
 */
export function directoryOf(pattern: string): WorkerDirectory {
  if (pattern.includes(INSTANCE)) {
    return (ids) => Promise.resolve(ids.map((instanceId) => ({ url: statsUrl(pattern.replaceAll(INSTANCE, instanceId)), instanceId })));
  }
  return async () => {
    const url = new URL(pattern);
    const addresses = await lookup(url.hostname.replace(/^\[|\]$/g, ""), { all: true });
    return addresses.map(({ address, family }) => {
      const one = new URL(url);
      one.hostname = family === 6 ? `[${address}]` : address;
      return { url: statsUrl(one.href), instanceId: undefined };
    });
  };
}

function statsUrl(base: string): string {
  return new URL("/stats", base).href;
}

const INSTANCE = "{instance}";
