import { startDouble, type Told } from "../../../sources/http-double.ts";
import type { BenchSource } from "../../bench-source.ts";
import { openPeople, password } from "../../people.ts";

const key = "api-key";

/** A double of accounts:signInWithPassword and accounts:lookup; its tokens are the user's address. */
export const firebase: BenchSource = {
  name: "firebase",
  hashed: false,
  drivers: [],
  async start() {
    const person = await openPeople();
    const double = await startDouble(({ path, headers, body }): Told => {
      const asked = JSON.parse(body);
      const one = person(asked.email ?? asked.idToken);
      if (headers["x-goog-api-key"] !== key || one === undefined)
        return { status: 400, json: { error: { code: 400 } } };
      const { id: localId, email } = one;
      if (path.endsWith(":lookup")) return { json: { users: [{ localId, email, emailVerified: true }] } };
      if (asked.password !== password) return { status: 400, json: { error: { message: "INVALID_PASSWORD" } } };
      return { json: { localId, email, idToken: email, expiresIn: "3600" } };
    });
    return {
      setting: "a double, no TLS",
      secret: key,
      environment: { BENCH_URL: double.url },
      stop: async () => double.stop(),
    };
  },
};
