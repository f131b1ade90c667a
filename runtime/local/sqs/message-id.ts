import { randomBytes } from "node:crypto";

/** The id of a message by its number on this server: unlike any other server's, and the same each time it is asked for. */
export function messageIdOf(serial: number): string {
  return ID_BEGINNING + serial.toString(16).padStart(12, "0");
}

/** 20 digits that grow with the order of sending (FIFO-queues-message-ids: a large, non-consecutive number of 128 bits). */
export function sequenceNumberOf(serial: number): string {
  return `188${String(serial).padStart(17, "0")}`;
}

/** In the form of a random UUID (version 4). */
const ID_BEGINNING = randomBytes(10)
  .toString("hex")
  .replace(/^(.{8})(.{4}).(.{3}).(.{3}).*$/, "$1-$2-4$3-8$4-");
