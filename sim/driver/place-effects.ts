import type { WakeReason } from "../core/worker/effects.ts";
import type { PollerEffects } from "../model/poller.ts";

/** What one worker or poller is given as its effects: the fleet, and where in it the worker sits. */
export class PlaceEffects implements PollerEffects {
  private readonly fleet: PlaceHost;
  private readonly place: number;

  constructor(fleet: PlaceHost, place: number) {
    this.fleet = fleet;
    this.place = place;
  }

  receive(call: number, maxMessages: number, now: number): void {
    this.fleet.receive(this.place, call, maxMessages, now);
  }

  endReceive(call: number, now: number): void {
    this.fleet.endReceive(this.place, call, now);
  }

  startJob(slot: number, delivery: number, now: number): void {
    this.fleet.startJob(this.place, slot, delivery, now);
  }

  abandonJob(slot: number, now: number): void {
    this.fleet.abandonJob(this.place, slot, now);
  }

  deleteBatch(deliveries: readonly number[], count: number, now: number): void {
    this.fleet.deleteBatch(this.place, deliveries, count, now);
  }

  extendBatch(deliveries: readonly number[], count: number, visibilityMs: number, now: number): void {
    this.fleet.extendBatch(this.place, deliveries, count, visibilityMs, now);
  }

  releaseBatch(deliveries: readonly number[], count: number, visibilityMs: number, now: number): void {
    this.fleet.releaseBatch(deliveries, count, visibilityMs, now);
  }

  leaveToExpire(delivery: number): void {
    this.fleet.leaveToExpire(delivery);
  }

  wakeAt(at: number, reason: WakeReason): void {
    this.fleet.wakeAt(this.place, at, reason);
  }

  stopped(now: number): void {
    this.fleet.stopped(this.place, now);
  }
}

/** Whose effects they are: the same, with the place of the worker before the rest where it matters. */
export interface PlaceHost {
  receive(place: number, call: number, maxMessages: number, now: number): void;
  endReceive(place: number, call: number, now: number): void;
  startJob(place: number, slot: number, delivery: number, now: number): void;
  abandonJob(place: number, slot: number, now: number): void;
  deleteBatch(place: number, deliveries: readonly number[], count: number, now: number): void;
  extendBatch(place: number, deliveries: readonly number[], count: number, visibilityMs: number, now: number): void;
  releaseBatch(deliveries: readonly number[], count: number, visibilityMs: number, now: number): void;
  leaveToExpire(delivery: number): void;
  wakeAt(place: number, at: number, reason: WakeReason): void;
  stopped(place: number, now: number): void;
}
