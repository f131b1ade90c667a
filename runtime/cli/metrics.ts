import { PUBLISHER_SETTINGS } from "../metrics/settings.ts";
import { startPublisher } from "../metrics/start.ts";
import { fleetSettings, type FleetFlags } from "./fleet-settings.ts";
import { Interruption } from "./interruption.ts";

/** `headroom metrics`: publishes a fleet's metrics until it is told to end. */
export async function metricsCommand(flags: FleetFlags & { readonly periodSec: string | undefined }): Promise<void> {
  const settings = fleetSettings(PUBLISHER_SETTINGS, flags, { PERIOD_SEC: flags.periodSec });
  await startPublisher(settings, new Interruption("Stopped.").signal);
}
