import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { MigrationError } from "../core/errors.ts";
import { clientSettings } from "./client-settings.ts";

/** The objects of one bucket. Each method throws MigrationError STORAGE_UNAVAILABLE. */
export interface ObjectStore {
  readonly bucket: string;
  /**
   * An object as a stream of its bytes, as long as it is that of this ETag.
   * @throws MigrationError IMPORT_UNREADABLE where it is not there, or another one is.
   */
  stream(key: string, etag: string | undefined, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** The object's text, or undefined where there is none. */
  read(key: string, signal: AbortSignal): Promise<string | undefined>;
  write(key: string, text: string, signal: AbortSignal): Promise<void>;
  /** The keys that begin so, in their order, a thousand at a time. */
  list(prefix: string, signal: AbortSignal): AsyncIterable<readonly string[]>;
  /** @param keys At most a thousand; those that are not there are no fault. */
  remove(keys: readonly string[], signal: AbortSignal): Promise<void>;
  /** Opens an object of any size to be written, which is there from `end` on. */
  open(key: string, signal: AbortSignal): GrowingObject;
}

export interface GrowingObject {
  add(bytes: Uint8Array): Promise<void>;
  end(): Promise<void>;
  /** Takes back what was uploaded; nothing is there then. */
  cancel(): Promise<void>;
}

// S3 takes 10,000 parts of 5 MiB or more: eighty gigabytes of these.
const partBytes = 8 * 1024 * 1024;

/** Opens a bucket. Where it is and who asks is the function's own, unless it is given. */
export function openObjectStore(
  bucket: string,
  access: Pick<S3ClientConfig, "endpoint" | "region" | "credentials"> = {},
): ObjectStore {
  const client = new S3Client({
    ...clientSettings(),
    ...access,
    maxAttempts: 5,
    // A stream that is read slowly is no fault: its socket may be silent for as long as the reader is at work.
    requestHandler: { connectionTimeout: 2000, requestTimeout: 20_000, socketTimeout: 60_000 },
  });
  return {
    bucket,
    stream: (Key, etag, signal) =>
      asked("an object could not be read", signal, async () => {
        // Quoted in a header (RFC 9110, 8.8.3), and bare in the event that tells of an upload.
        const held = etag === undefined ? {} : { IfMatch: `"${etag}"` };
        const command = new GetObjectCommand({ Bucket: bucket, Key, ...held });
        const { Body } = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
          if (!isGone(error)) throw error;
          throw new MigrationError("IMPORT_UNREADABLE", "the file is not there any more, or was changed meanwhile");
        });
        return chunks(Body);
      }),
    read: (Key, signal) =>
      asked("an object could not be read", signal, async () => {
        try {
          const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }), { abortSignal: signal });
          return await Body?.transformToString("utf-8");
        } catch (error) {
          if (isGone(error)) return undefined;
          throw error;
        }
      }),
    write: (Key, text, signal) =>
      asked("an object could not be written", signal, async () => {
        const command = new PutObjectCommand({ Bucket: bucket, Key, Body: text, ContentType: "application/json" });
        await client.send(command, { abortSignal: signal });
      }),
    async *list(Prefix, signal) {
      let ContinuationToken: string | undefined;
      do {
        const command = new ListObjectsV2Command({ Bucket: bucket, Prefix, ContinuationToken });
        const page = await asked("objects could not be listed", signal, () =>
          client.send(command, { abortSignal: signal }),
        );
        yield (page.Contents ?? []).map(({ Key = "" }) => Key);
        ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (ContinuationToken !== undefined);
    },
    remove: (keys, signal) =>
      asked("objects could not be removed", signal, async () => {
        if (keys.length === 0) return;
        const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
        const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete }), {
          abortSignal: signal,
        });
        const [first] = Errors;
        if (first === undefined) return;
        throw new MigrationError("STORAGE_UNAVAILABLE", `objects could not be removed: S3 answered ${first.Code}`);
      }),
    open: (key, signal) => openGrowing(client, { Bucket: bucket, Key: key }, signal),
  };
}

function openGrowing(
  client: S3Client,
  place: { readonly Bucket: string; readonly Key: string },
  abortSignal: AbortSignal,
): GrowingObject {
  const what = "an object could not be written";
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  let UploadId: string | undefined;
  const parts: { readonly ETag: string | undefined; readonly PartNumber: number }[] = [];

  async function upload(): Promise<void> {
    UploadId ??= (await client.send(new CreateMultipartUploadCommand(place), { abortSignal })).UploadId;
    const PartNumber = parts.length + 1;
    const command = new UploadPartCommand({ ...place, UploadId, PartNumber, Body: Buffer.concat(waiting) });
    const { ETag } = await client.send(command, { abortSignal });
    parts.push({ ETag, PartNumber });
    waiting = [];
    bytes = 0;
  }

  return {
    add: (more) =>
      asked(what, abortSignal, async () => {
        waiting.push(more);
        bytes += more.byteLength;
        if (bytes >= partBytes) await upload();
      }),
    end: () =>
      asked(what, abortSignal, async () => {
        if (parts.length === 0) {
          await client.send(new PutObjectCommand({ ...place, Body: Buffer.concat(waiting) }), { abortSignal });
          return;
        }
        if (bytes > 0) await upload();
        const command = new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts: parts } });
        await client.send(command, { abortSignal });
      }),
    cancel: () =>
      asked("an upload could not be taken back", abortSignal, async () => {
        if (UploadId !== undefined) await client.send(new AbortMultipartUploadCommand({ ...place, UploadId }));
      }),
  };
}

async function* chunks(body: unknown): AsyncGenerator<Uint8Array> {
  if (!(body instanceof Readable)) throw new MigrationError("STORAGE_UNAVAILABLE", "S3 answered without a body");
  try {
    for await (const chunk of body) yield chunk as Uint8Array;
  } catch (error) {
    throw faultOf("an object could not be read to its end", error);
  }
}

async function asked<T>(what: string, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    return await call();
  } catch (error) {
    signal.throwIfAborted();
    throw faultOf(what, error);
  }
}

/** By the error's name, never its text, which may quote what was sent. */
function faultOf(what: string, error: unknown): MigrationError {
  if (error instanceof MigrationError) return error;
  const name = error instanceof Error ? error.name : typeof error;
  return new MigrationError("STORAGE_UNAVAILABLE", `${what}: S3 answered ${name}`, { cause: error });
}

// With If-Match an object that is not there, or not that one, is answered by 404 or 412.
function isGone(error: unknown): boolean {
  return error instanceof Error && ["NoSuchKey", "NotFound", "PreconditionFailed"].includes(error.name);
}
