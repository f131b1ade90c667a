import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { AwsError } from "../service.ts";

/**
 * Reads the body of a request, unpacked when it says that it is packed (`content-encoding: gzip`, as CloudWatch's clients
 * send it).
 *
 * @throws {AwsError} RequestEntityTooLargeException above 8 MiB, packed or unpacked;
 *   SerializationException for what cannot be unpacked.
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const body = await readRaw(request);
  const encoding = request.headers["content-encoding"];
  if (encoding === undefined || encoding === "identity" || encoding === "aws-chunked") return body.toString();
  if (encoding !== "gzip") throw new AwsError("SerializationException", `The content-encoding is ${encoding}, but has to be gzip or none.`);
  try {
    return (await unpack(body, { maxOutputLength: MAX_BODY_BYTES })).toString();
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw new AwsError("SerializationException", "The body is not gzip, though its content-encoding says so.");
  }
}

/** 1 MiB of text may need six bytes a character in JSON; nothing that AWS accepts is larger. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

const unpack = promisify(gunzip);

function readRaw(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) reject(tooLarge());
      else chunks.push(chunk);
    });
    request.on("end", () => {
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    });
    request.on("error", reject);
  });
}

function tooLarge(): AwsError {
  return new AwsError("RequestEntityTooLargeException", `The body has more than ${MAX_BODY_BYTES} bytes.`, { statusCode: 413 });
}
