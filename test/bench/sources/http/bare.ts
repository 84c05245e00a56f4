import { createHmac, randomUUID } from "node:crypto";
import { bareByHash } from "../../bare-hash.ts";
import { askBare, json } from "../../bare-http.ts";
import { readSecret } from "../../bare-secret.ts";
import { openEarly } from "../../open-early.ts";
import { readFoundUser } from "../found-user.ts";

const url = process.env.BENCH_URL ?? "";
const key = openEarly(readSecret);

export const source = bareByHash("http", async (email) => {
  const body = JSON.stringify({ action: "find", by: "email", canonical: email, typed: email });
  const id = randomUUID();
  const time = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", await key())
    .update(`${id}.${time}.${body}`)
    .digest("base64");
  const signed = { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": `v1,${signature}` };
  return readFoundUser(await askBare(url, { ...json, ...signed }, body));
});
