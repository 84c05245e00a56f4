import { open } from "node:fs/promises";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { pipeline } from "node:stream/promises";

/** How long the connection may be still, milliseconds. */
const stillMs = 60_000;

/**
 * Puts a file to a presigned address, as a stream, with the header that the address was signed for.
 * @returns the HTTP status. @throws Error of the connection; the address, which opens the upload, is in none.
 */
export async function uploadFile(address: string, path: string, bytes: number, signal: AbortSignal): Promise<number> {
  const url = new URL(address);
  const file = await open(path, "r");
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  const headers = { "content-length": bytes, "x-amz-server-side-encryption": "aws:kms" };
  // A connection of its own: one upload, and no kept connection that the other side has closed meanwhile.
  const request = send(url, { method: "PUT", headers, agent: false, signal, timeout: stillMs });
  request.on("timeout", () => request.destroy(new Error(`nothing moved for ${stillMs} ms`)));
  const status = new Promise<number>((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      response.on("error", reject);
      response.on("end", () => resolve(response.statusCode ?? 0));
      // What the answer says besides its status is for nobody: an error of the store quotes the request.
      response.resume();
    });
  });
  // The answer decides: a store that takes the file has counted its bytes, and one that refuses need not read them. A
  // failure of the file itself ends the request, and so the answer.
  const [answer] = await Promise.allSettled([status, pipeline(file.createReadStream(), request, { signal })]);
  if (answer.status === "rejected") throw answer.reason;
  return answer.value;
}
