import { type Heard, startDouble, type Told } from "../../sources/http-double.ts";
import { aToken } from "../../sources/identity-double.ts";
import type { BenchServer, BenchSource } from "../bench-source.ts";
import { openPeople, type Person, password } from "../people.ts";

/** A double of an identity service that answers the grants of RFC 6749, and a look-up as the service documents it. */
export function identityService(
  name: string,
  lookUp: (url: URL, person: (email: string) => Person | undefined) => readonly object[],
): BenchSource {
  return {
    name,
    hashed: false,
    drivers: [],
    async start(): Promise<BenchServer> {
      const person = await openPeople();
      const answer = ({ method, url, form, headers }: Heard): Told => {
        if (method === "GET") {
          if (headers.authorization !== "Bearer reader") return { status: 401, json: {} };
          return { json: lookUp(url, person) };
        }
        if (form.get("grant_type") === "client_credentials") {
          return { json: { access_token: "reader", expires_in: 86_400, token_type: "Bearer" } };
        }
        const user = person(form.get("username") ?? "");
        if (user === undefined || form.get("password") !== password) {
          return { status: 401, json: { error: "invalid_grant", error_description: "Invalid user credentials" } };
        }
        return {
          json: { access_token: "user", id_token: aToken({ sub: user.id }), expires_in: 60, token_type: "Bearer" },
        };
      };
      const double = await startDouble(answer);
      return {
        setting: "a double, no TLS",
        secret: JSON.stringify({ clientId: "samekey", clientSecret: "secret" }),
        environment: { BENCH_URL: double.url },
        stop: async () => double.stop(),
      };
    },
  };
}
