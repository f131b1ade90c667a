import { grown } from "../kernel/grown.ts";
import { GroupLists } from "./group-lists.ts";
import { DELAYED, NONE } from "./message-store.ts";
import { ProcessingShare } from "./processing-share.ts";
import { Queue, type DeliveryChances } from "./queue.ts";
import type { QueueOptions } from "./queue-model.ts";

/**
 * A fair queue: a standard queue whose messages carry the tenant they belong to (their group). Tenants that take more
 * than their share are noisy, and wait while there is anything of the quiet ones.
 *
 * Facts and their source (SQS Developer Guide, sqs-fair-queues-detailed):
 * - A tenant is noisy when it has at least 30 messages in flight and more than 10 % of all in flight, or when its recent
 *   share of the consumers' processing time is above 10 %. How long "recent" is, is not published: a setting.
 * - Quiet tenants' messages are delivered first whenever there are any; of several noisy tenants the one with the fewest
 *   in flight goes first.
 * - A noisy tenant is quiet again when its backlog is consumed, or nothing of it has been in flight for 5 minutes.
 * - A message without a tenant is a tenant of its own.
 *
 * All visible messages enter the one list of a standard queue. A receive that comes upon a noisy tenant's message sets
 * it aside in that tenant's own list, so that nothing is searched for and each message is moved at most once.
 */
export class FairQueue extends Queue {
  /** What was set aside, by tenant. */
  private readonly aside: GroupLists;
  /** By tenant. */
  private visibleOf = new Int32Array(0);
  private inFlightOf = new Int32Array(0);
  private flightEndedAt = new Float64Array(0);
  /** Place among the noisy ones, NONE for a quiet tenant. */
  private noisyPlace = new Int32Array(0);
  private readonly noisy: number[] = [];
  private readonly processing: ProcessingShare;
  private silenceCheckedAt = 0;

  constructor(options: QueueOptions & { readonly chances?: DeliveryChances | undefined; readonly processingWindowMs: number }) {
    super(options);
    this.store.keepGroups();
    this.aside = new GroupLists(this.store);
    this.processing = new ProcessingShare(options.processingWindowMs);
  }

  /** ApproximateNumberOfNoisyGroups. */
  get noisyGroups(): number {
    return this.noisy.length;
  }

  /** ApproximateNumberOfMessagesVisibleInQuietGroups. */
  get visibleInQuietGroups(): number {
    return this.noisy.reduce((visible, tenant) => visible - (this.visibleOf[tenant] as number), this.visible);
  }

  /** ApproximateNumberOfMessagesNotVisibleInQuietGroups. */
  get inFlightInQuietGroups(): number {
    return this.noisy.reduce((inFlight, tenant) => inFlight - (this.inFlightOf[tenant] as number), this.inFlight);
  }

  /** ApproximateNumberOfMessagesDelayedInQuietGroups. */
  get delayedInQuietGroups(): number {
    const { store } = this;
    let delayed = 0;
    for (let message = this.firstAlive; message !== NONE; message = store.nextAlive[message] as number) {
      if ((store.state[message] as number) === DELAYED && !this.isNoisy(store.group[message] as number)) delayed += 1;
    }
    return delayed;
  }

  isNoisy(tenant: number): boolean {
    return tenant !== NONE && tenant < this.noisyPlace.length && (this.noisyPlace[tenant] as number) !== NONE;
  }

  /** ApproximateAgeOfOldestMessageInQuietGroups. */
  ageOfOldestInQuietGroupsMs(now: number): number {
    const { store } = this;
    let message = this.firstAlive;
    while (message !== NONE && (this.isNoisy(store.group[message] as number) || !this.keepsPlace(message)))
      message = store.nextAlive[message] as number;
    return message === NONE ? 0 : store.ageMs(message, now);
  }

  protected override link(message: number, returned: boolean): void {
    const tenant = this.store.group[message] as number;
    if (tenant === NONE) {
      super.link(message, returned);
      return;
    }
    if (tenant >= this.inFlightOf.length) this.growTenants(tenant);
    this.visibleOf[tenant] = (this.visibleOf[tenant] as number) + 1;
    if (returned && this.isNoisy(tenant) && this.keepsPlace(message)) this.aside.insertBefore(tenant, message, this.aside.first(tenant));
    else super.link(message, returned);
  }

  protected override unlink(message: number): void {
    const tenant = this.store.group[message] as number;
    if (tenant === NONE) {
      super.unlink(message);
      return;
    }
    this.cut(message, tenant);
    const left = (this.visibleOf[tenant] as number) - 1;
    this.visibleOf[tenant] = left;
    if (left === 0 && this.isNoisy(tenant)) this.becomeQuiet(tenant);
  }

  protected override front(now: number): number {
    if (this.noisy.length === 0) return this.firstVisible;
    if (now - this.silenceCheckedAt >= SILENCE_CHECK_MS) this.endSilences(now);
    for (let message = this.firstVisible; message !== NONE; message = this.firstVisible) {
      const tenant = this.store.group[message] as number;
      if (!this.isNoisy(tenant)) return message;
      super.unlink(message);
      this.aside.insertBefore(tenant, message, NONE);
    }
    return this.frontOfNoisy();
  }

  protected override goesStraight(_message: number): boolean {
    // Its tenant has to know of it.
    return false;
  }

  protected override flightBegan(message: number, now: number): void {
    const tenant = this.store.group[message] as number;
    this.processing.changed(tenant, tenant === NONE ? 0 : (this.inFlightOf[tenant] as number), this.inFlight - 1, now);
    if (tenant === NONE) return;
    const inFlight = (this.inFlightOf[tenant] as number) + 1;
    this.inFlightOf[tenant] = inFlight;
    if (this.isNoisy(tenant) || (this.visibleOf[tenant] as number) === 0) return;
    const holdsMany = inFlight >= NOISY_FROM_IN_FLIGHT && inFlight > NOISY_SHARE * this.inFlight;
    if (holdsMany || this.processing.share(tenant) > NOISY_SHARE) this.becomeNoisy(tenant);
  }

  protected override flightEnded(message: number, now: number): void {
    const tenant = this.store.group[message] as number;
    this.processing.changed(tenant, tenant === NONE ? 0 : (this.inFlightOf[tenant] as number), this.inFlight + 1, now);
    if (tenant === NONE) return;
    this.inFlightOf[tenant] = (this.inFlightOf[tenant] as number) - 1;
    this.flightEndedAt[tenant] = now;
  }

  private frontOfNoisy(): number {
    let front = NONE;
    let fewest = Infinity;
    for (const tenant of this.noisy) {
      const inFlight = this.inFlightOf[tenant] as number;
      const message = this.aside.first(tenant);
      if (message === NONE || inFlight >= fewest) continue;
      fewest = inFlight;
      front = message;
    }
    return front;
  }

  private becomeNoisy(tenant: number): void {
    this.noisyPlace[tenant] = this.noisy.length;
    this.noisy.push(tenant);
  }

  /** What was set aside comes first again: it is older than most of what is in the common list. */
  private becomeQuiet(tenant: number): void {
    const place = this.noisyPlace[tenant] as number;
    const last = this.noisy.pop() as number;
    if (last !== tenant) {
      this.noisy[place] = last;
      this.noisyPlace[last] = place;
    }
    this.noisyPlace[tenant] = NONE;
    const before = this.firstVisible;
    for (let message = this.aside.first(tenant); message !== NONE; message = this.aside.first(tenant)) {
      this.aside.remove(tenant, message);
      this.insertBefore(message, before);
    }
  }

  private endSilences(now: number): void {
    this.silenceCheckedAt = now;
    for (let place = this.noisy.length - 1; place >= 0; place -= 1) {
      const tenant = this.noisy[place] as number;
      if ((this.inFlightOf[tenant] as number) === 0 && now - (this.flightEndedAt[tenant] as number) >= SILENCE_MS) this.becomeQuiet(tenant);
    }
  }

  /** Takes a message out of the list that it is in; only the ends of a list tell which one that is. */
  private cut(message: number, tenant: number): void {
    const isEndOfCommonList = this.firstVisible === message || this.lastVisible === message;
    if (isEndOfCommonList || !this.isNoisy(tenant)) super.unlink(message);
    else this.aside.remove(tenant, message);
  }

  private growTenants(tenant: number): void {
    const size = Math.max(tenant + 1, this.inFlightOf.length * 2);
    this.aside.grow(size);
    this.processing.grow(size);
    this.visibleOf = grown(this.visibleOf, size, 0);
    this.inFlightOf = grown(this.inFlightOf, size, 0);
    this.flightEndedAt = grown(this.flightEndedAt, size, 0);
    this.noisyPlace = grown(this.noisyPlace, size, NONE);
  }
}

const NOISY_FROM_IN_FLIGHT = 30;
const NOISY_SHARE = 0.1;
const SILENCE_MS = 300_000;
/** How often silent tenants are looked for. */
const SILENCE_CHECK_MS = 1000;
