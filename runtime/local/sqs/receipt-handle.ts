import { randomInt } from "node:crypto";

/** What a handle stands for: one receive of one message from one queue. */
export interface Receipt {
  readonly queue: number;
  /** Place in the store, the number of the receive there, and the message's own number, since places are used again. */
  readonly message: number;
  readonly receipt: number;
  readonly serial: number;
}

/**
 * Writes receipt handles and reads them back. Each ends in a check that depends on this server, so that what is not a
 * handle, or one of an earlier server, is told from one that has ended. It protects from mistakes, not from forgery.
 */
export class ReceiptHandles {
  private readonly salt = randomInt(2 ** 32);
  private readonly bytes = Buffer.alloc(LENGTH);

  write({ queue, message, receipt, serial }: Receipt): string {
    const { bytes } = this;
    bytes.writeInt32LE(queue, 0);
    bytes.writeInt32LE(message, 4);
    bytes.writeInt32LE(receipt, 8);
    bytes.writeDoubleLE(serial, 12);
    bytes.writeInt32LE(this.check(bytes), CHECKED);
    return bytes.toString("base64url");
  }

  /** Undefined for what this server has not written. */
  read(handle: string): Receipt | undefined {
    const { bytes } = this;
    if (handle.length !== TEXT_LENGTH || bytes.write(handle, "base64url") !== LENGTH) return undefined;
    if (bytes.readInt32LE(CHECKED) !== this.check(bytes)) return undefined;
    return { queue: bytes.readInt32LE(0), message: bytes.readInt32LE(4), receipt: bytes.readInt32LE(8), serial: bytes.readDoubleLE(12) };
  }

  /** FNV-1a over words, with the last step of MurmurHash3 so that every bit counts. */
  private check(bytes: Buffer): number {
    let sum = this.salt | 0;
    for (let at = 0; at < CHECKED; at += 4) sum = Math.imul(sum ^ bytes.readInt32LE(at), 0x01000193);
    sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
    sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
    return sum ^ (sum >>> 16);
  }
}

const CHECKED = 20;
const LENGTH = 24;
const TEXT_LENGTH = 32;
