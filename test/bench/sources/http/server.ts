import { createHmac } from "node:crypto";
import { startDouble } from "../../../sources/http-double.ts";
import type { BenchSource } from "../../bench-source.ts";
import { openPeople } from "../../people.ts";
import { foundAnswer } from "../found-user.ts";

const key = "a key of thirty-two characters!!";

/** A service of Node's own HTTP server, which checks the signature. */
export const http: BenchSource = {
  name: "http",
  hashed: true,
  drivers: [],
  async start() {
    const person = await openPeople();
    const double = await startDouble(({ body, headers }) => {
      const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
      const signature = `v1,${createHmac("sha256", key).update(content).digest("base64")}`;
      if (headers["webhook-signature"] !== signature) return { status: 401, json: {} };
      return { json: foundAnswer(person(JSON.parse(body).canonical)) };
    });
    return {
      setting: "a small service, no TLS",
      secret: key,
      environment: { BENCH_URL: double.url },
      stop: async () => double.stop(),
    };
  },
};
