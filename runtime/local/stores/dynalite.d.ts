declare module "dynalite" {
  import type { Server } from "node:http";

  export interface DynaliteOptions {
    /** How long a table stays in the state CREATING, milliseconds. Default: 500. */
    readonly createTableMs?: number;
  }

  /** In memory, as long as no path is given. */
  export default function dynalite(options?: DynaliteOptions): Server;
}
