import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { clientSettings } from "./client-settings.ts";
import { awsFailure, failAs } from "./errors.ts";

/** One S3 bucket, for whoever keeps texts in it. */
export interface ObjectStore {
  /**
   * Keeps `body` under `key`.
   *
   * @returns Whether it was written; false with `ifAbsent` when there is something under that key already.
   */
  put(key: string, body: string, options: PutObjectOptions): Promise<boolean>;
  /** What is under `key`; undefined for nothing. */
  get(key: string): Promise<string | undefined>;
  /** All keys that begin with `prefix`, in the order of their UTF-8 bytes. */
  list(prefix: string): Promise<string[]>;
}

export interface PutObjectOptions {
  readonly contentType: string;
  /** Leaves what is there as it is (Amazon S3 User Guide, conditional-writes). */
  readonly ifAbsent: boolean;
}

/** A bucket over the wire. Every call may throw `AwsFailure`, after the SDK has tried it three times. */
export class S3ObjectStore implements ObjectStore {
  private readonly client: S3Client;
  private readonly bucket: string;

  constructor(options: { readonly bucket: string; readonly region: string; readonly endpoint: string | undefined }) {
    const { bucket, region, endpoint } = options;
    this.bucket = bucket;
    this.client = new S3Client({
      ...clientSettings({ region, endpoint, attempts: 3, requestTimeoutMs: ANSWER_MS }),
      // Buckets of an endpoint of one's own have no host names.
      forcePathStyle: endpoint !== undefined,
    });
  }

  async put(key: string, body: string, { contentType, ifAbsent }: PutObjectOptions): Promise<boolean> {
    const IfNoneMatch = ifAbsent ? "*" : undefined;
    const command = new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body, ContentType: contentType, IfNoneMatch });
    try {
      await this.client.send(command);
      return true;
    } catch (error) {
      const failure = awsFailure("PutObject", error);
      if (failure.code === "PreconditionFailed") return false;
      throw failure;
    }
  }

  async get(key: string): Promise<string | undefined> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      return (await Body?.transformToString("utf-8")) ?? "";
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw awsFailure("GetObject", error);
    }
  }

  async list(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, ContinuationToken: token });
      const { Contents = [], NextContinuationToken } = await this.client.send(command).catch(failAs("ListObjectsV2"));
      keys.push(...Contents.map(({ Key = "" }) => Key));
      token = NextContinuationToken;
    } while (token !== undefined && token !== "");
    return keys;
  }

  close(): void {
    this.client.destroy();
  }
}

const ANSWER_MS = 5000;
