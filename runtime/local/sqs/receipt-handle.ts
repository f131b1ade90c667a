import { hash, randomBytes } from "node:crypto";

/** What a handle stands for: one receive of one message from one queue. */
export interface Receipt {
  readonly queue: number;
  /** Place in the store, the number of the receive there, and the message's own number, since places are used again. */
  readonly message: number;
  readonly receipt: number;
  readonly serial: number;
}

/**
 * Writes receipt handles and reads them back. Each ends in a check under a secret of this server, so that what is not a
 * handle is told from one that has ended.
 */
export class ReceiptHandles {
  private readonly secret = randomBytes(16).toString("hex");
  private readonly bytes = Buffer.alloc(LENGTH);

  write({ queue, message, receipt, serial }: Receipt): string {
    const { bytes } = this;
    bytes.writeInt32LE(queue, 0);
    bytes.writeInt32LE(message, 4);
    bytes.writeInt32LE(receipt, 8);
    bytes.writeDoubleLE(serial, 12);
    const text = bytes.toString("base64url");
    return text + this.check(text);
  }

  /** Undefined for what this server has not written. */
  read(handle: string): Receipt | undefined {
    const text = handle.slice(0, TEXT_LENGTH);
    if (this.check(text) !== handle.slice(TEXT_LENGTH)) return undefined;
    const bytes = Buffer.from(text, "base64url");
    return { queue: bytes.readInt32LE(0), message: bytes.readInt32LE(4), receipt: bytes.readInt32LE(8), serial: bytes.readDoubleLE(12) };
  }

  private check(text: string): string {
    return hash("md5", this.secret + text, "base64url");
  }
}

const LENGTH = 20;
const TEXT_LENGTH = 27;
