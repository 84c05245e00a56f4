import { createReadStream } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { pipeline } from "node:stream/promises";
import { ApiError } from "./api-error.ts";
import { NetworkError } from "./retry.ts";

export interface UploadTarget {
  readonly url: string;
  readonly method: "PUT";
  readonly headers: Readonly<Record<string, string>>;
}

// S3 answers within seconds of the last byte.
const silentMs = 60_000;

/**
 * Sends a file to its link, with its length said before: S3 takes no body of unknown length. Not by fetch, which sends a
 * stream in chunks.
 * @throws ApiError, NetworkError, the signal's reason
 */
export async function uploadFile(
  path: string,
  bytes: number,
  { url, method, headers }: UploadTarget,
  onSent: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { request } = url.startsWith("https:") ? https : http;
  const sending = request(url, { method, headers: { ...headers, "content-length": String(bytes) }, signal });
  sending.setTimeout(silentMs, () => sending.destroy(new Error(`no answer within ${silentMs} ms`)));
  const answered = new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
    sending.on("error", reject);
    sending.on("response", (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => {
        if (text.length < 10_000) text += part;
      });
      answer.on("error", reject);
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
  });
  answered.catch(() => undefined);
  // As long as it was when the link was made: what is appended meanwhile is not sent.
  const file = createReadStream(path, { end: Math.max(0, bytes - 1) });
  let sent = 0;
  file.on("data", (part) => {
    sent += part.length;
    onSent(sent);
  });
  try {
    // An early refusal ends the file's stream with an error of the socket: the answer says more.
    await Promise.race([pipeline(file, sending).catch(() => undefined), answered]);
    const { status, text } = await answered;
    if (status < 200 || status >= 300) throw uploadError(status, text);
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof ApiError ? error : new NetworkError(error);
  } finally {
    file.destroy();
    sending.destroy();
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function uploadError(status: number, text: string): ApiError {
  const name = /<Code>([A-Za-z]{1,60})<\/Code>/.exec(text)?.[1];
  return new ApiError(status, undefined, `${status}: S3 answered ${name ?? "no error of its own"} to the upload`);
}
