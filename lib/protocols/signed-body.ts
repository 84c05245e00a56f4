import { createHmac, randomUUID } from "node:crypto";

/**
 * The headers that sign a request's body, as Standard Webhooks has them: id, time in seconds, and the HMAC-SHA256 of
 * `id.time.body` in base64. The receiver refuses what is older than five minutes and an id that it has seen.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signatureHeaders(
  body: string,
  key: Uint8Array,
  now: Date,
  id: string = randomUUID(),
): Readonly<Record<string, string>> {
  const time = String(Math.floor(now.getTime() / 1000));
  const signature = createHmac("sha256", key).update(`${id}.${time}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": `v1,${signature}` };
}
