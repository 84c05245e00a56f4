import { describe, expect, test } from "vitest";
import { type PostgresSettings, postgres } from "../../lib/sources/postgres.ts";
import { describeSource, named } from "../contracts/source.ts";
import type { ProxyMode } from "../support/fault-proxy.ts";
import { postgresMissing } from "../support/postgres-server.ts";
import { statements, userOf } from "./legacy-users-table.ts";
import { pgbouncerMissing, startPgbouncer } from "./pgbouncer.ts";
import { ada, aPostgres, aSecret, faultOf, find, postgresBed } from "./postgres-bed.ts";

describe.skipIf(postgresMissing !== undefined)("postgres", () => {
  const bed = postgresBed();

  const atStall = (mode: ProxyMode, warmFirst: boolean) => async () => {
    const relay = await bed.aRelay(warmFirst ? "pass" : mode);
    const source = postgres({
      connection: aSecret(bed.server.url({ ...bed.everyday, port: relay.port })),
      tls: "insecure-no-tls",
      find: statements,
      user: userOf,
    });
    if (warmFirst) await find(source);
    await relay.become(mode);
    return { source, open: relay.open };
  };
  describeSource("postgres", () => ({
    open: () =>
      postgres({ connection: bed.everydaySecret(), tls: { ca: bed.certificates.ca }, find: statements, user: userOf }),
    known: {
      id: "1",
      lookups: [ada, named("email", "ada@example.org"), named("phone", "+441234567890"), named("id", "1")],
    },
    ambiguous: named("email", "twins@example.org"),
    unusable: named("email", "nameless@example.org"),
    openBroken: () =>
      postgres({ connection: aSecret(bed.server.url({ ...bed.everyday, port: 1 })), find: statements, user: userOf }),
    stalled: {
      "while connecting": atStall("mute", false),
      "while it greets byte by byte": atStall("drip", false),
      "in a query": atStall("mute", true),
      "while the secret is fetched": () => {
        let open = 0;
        const hang = (signal: AbortSignal) =>
          new Promise<string>((_, reject) => {
            open += 1;
            signal.addEventListener("abort", () => {
              open -= 1;
              reject(signal.reason);
            });
          });
        const connection = { name: "hanging", read: hang, refresh: hang };
        return { source: postgres({ connection, find: statements, user: userOf }), open: () => open };
      },
    },
    misconfigured: misconfigured(),
  }));

  test("tells a statement that the database refuses, without its values", async () => {
    const source = aPostgres({ connection: bed.everydaySecret(), find: { byId: "select * from users where id = $1" } });
    const error = await faultOf(find(source, named("id", "canary-identifier")));
    expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(error.message).toContain("22P02");
    expect(error.message).not.toContain("canary-identifier");
    const wrong = aPostgres({
      connection: bed.everydaySecret(),
      find: { byId: "select * from no_such_table where id = $1" },
    });
    await expect(find(wrong, named("id", "1"))).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
  });

  test("leaves out what is NULL, and a user without a password has none", async () => {
    const user = await find(aPostgres({ connection: bed.everydaySecret() }), named("username", "sparse"));
    expect({ ...user, attributes: { ...user?.attributes } }).toEqual({
      id: "5",
      source: "postgres",
      username: "sparse",
      enabled: true,
      attributes: { email: "sparse@example.org" },
    });
  });

  test("refuses a row on which the mapping throws, without what it says", async () => {
    const user = () => {
      throw new Error("canary-row");
    };
    const error = await faultOf(find(aPostgres({ connection: bed.everydaySecret(), user })));
    expect(error).toMatchObject({ code: "RECORD_UNUSABLE" });
    expect(error.message).not.toContain("canary-row");
  });

  describe.skipIf(pgbouncerMissing !== undefined)("behind PgBouncer in transaction mode", () => {
    test("finds users, and sends no start-up parameter that it refuses", async () => {
      const role = { user: "pooled", password: "pooled-password" };
      await bed.server.sql(`create role pooled login password '${role.password}'; grant select on users to pooled`);
      const port = await startPgbouncer(bed.server.port, role);
      const sources = [1, 2, 3].map(() => aPostgres({ connection: aSecret(bed.server.url({ ...role, port })) }));
      for (let round = 0; round < 3; round++) {
        const found = await Promise.all(sources.map((source) => find(source)));
        expect(found.map((user) => user?.id)).toEqual(["1", "1", "1"]);
      }
    });
  });
});

function misconfigured() {
  const connection = aSecret("");
  const right = { connection, find: statements, user: userOf };
  // As a config in plain JavaScript may have them.
  const wrong = (settings: object) => postgres({ ...right, ...settings } as PostgresSettings);
  return [
    { source: wrong({ connection: "postgres://h/d" }), paths: ["connection"] },
    { source: wrong({ tls: false }), paths: ["tls"] },
    { source: wrong({ tls: null }), paths: ["tls"] },
    {
      source: wrong({ tls: { rejectUnauthorized: false, ca: 5, servername: "" } }),
      paths: ["tls.rejectUnauthorized", "tls.ca", "tls.servername"],
    },
    { source: wrong({ find: {} }), paths: ["find"] },
    {
      source: wrong({ find: { byName: "select $1", byEmail: "", byId: 7 } }),
      paths: ["find.byName", "find.byEmail", "find.byId"],
    },
    { source: wrong({ find: { byId: "select 1" } }), paths: ["find.byId"] },
    { source: wrong({ find: { byId: "select $1, $2" } }), paths: ["find.byId"] },
    { source: wrong({ find: { byId: "select * from users where id = $1 and hash like '$2a$%'" } }), paths: [] },
    { source: wrong({ user: undefined }), paths: ["user"] },
    {
      source: wrong({ connection: undefined, find: undefined, user: {}, tls: "off" }),
      paths: ["connection", "tls", "find", "user"],
    },
  ];
}
