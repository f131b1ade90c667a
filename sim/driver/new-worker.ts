import { BatchWorker } from "../core/worker/batch-worker.ts";
import { Worker } from "../core/worker/worker.ts";
import { EventSourceMapping } from "../model/event-source-mapping.ts";
import type { FleetModel } from "../model/fleet.ts";
import type { NewWorker, WorkerFleetSettings } from "./worker-fleet-settings.ts";

/** What works on the instances of a fleet: the worker, the one that many programs have, or a poller of a Lambda function. */
export function newWorkerOf({ worker, batchLoops }: WorkerFleetSettings, fleet: FleetModel): NewWorker {
  if (fleet instanceof EventSourceMapping) return (effects, instance) => fleet.newPoller(effects, instance);
  if (batchLoops !== undefined) return (effects, instance) => new BatchWorker(batchLoops, effects, instance);
  return (effects, instance) => new Worker(worker, effects, instance);
}
