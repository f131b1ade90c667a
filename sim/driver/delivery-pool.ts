import { grown } from "../kernel/grown.ts";
import { classOf, isPoison, NONE, type MessageStore } from "../model/message-store.ts";

/**
 * Deliveries: what a worker holds of a message it has received. A delivery outlives its message when that is deleted by
 * another worker or expires meanwhile, so it carries what the job needs.
 */
export class DeliveryPool {
  private messages = new Int32Array(INITIAL);
  private receipts = new Int32Array(INITIAL);
  private service = new Int32Array(INITIAL);
  private traits = new Int32Array(INITIAL);
  /** Next free delivery, through the free ones. */
  private next = new Int32Array(INITIAL);
  private free = NONE;
  private used = 0;

  /** A delivery of what the queue has just returned. */
  take(store: MessageStore, message: number): number {
    let delivery = this.free;
    if (delivery === NONE) {
      if (this.used === this.messages.length) this.grow();
      delivery = this.used;
      this.used += 1;
    } else {
      this.free = this.next[delivery] as number;
    }
    this.messages[delivery] = message;
    this.receipts[delivery] = store.receipt[message] as number;
    this.service[delivery] = store.serviceMs[message] as number;
    this.traits[delivery] = store.traits[message] as number;
    return delivery;
  }

  release(delivery: number): void {
    this.next[delivery] = this.free;
    this.free = delivery;
  }

  message(delivery: number): number {
    return this.messages[delivery] as number;
  }

  receipt(delivery: number): number {
    return this.receipts[delivery] as number;
  }

  serviceMs(delivery: number): number {
    return this.service[delivery] as number;
  }

  messageClass(delivery: number): number {
    return classOf(this.traits[delivery] as number);
  }

  isPoison(delivery: number): boolean {
    return isPoison(this.traits[delivery] as number);
  }

  private grow(): void {
    const size = this.messages.length * 2;
    this.messages = grown(this.messages, size);
    this.receipts = grown(this.receipts, size);
    this.service = grown(this.service, size);
    this.traits = grown(this.traits, size);
    this.next = grown(this.next, size);
  }
}

const INITIAL = 256;
