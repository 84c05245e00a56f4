import { describe, expect, onTestFinished, test } from "vitest";
import { findLegacyUser } from "../../lib/core/legacy-users.ts";
import { type MysqlSettings, mysql } from "../../lib/sources/mysql.ts";
import { describeSource, hostileTexts, named } from "../contracts/source.ts";
import { type ProxyMode, startFaultProxy } from "../support/fault-proxy.ts";
import { mariadbMissing } from "../support/mariadb-server.ts";
import { userOf } from "./legacy-users-table.ts";
import { mysqlBed, statements } from "./mysql-bed.ts";
import { ada, aSecret, faultOf, find, soon } from "./postgres-bed.ts";

describe.skipIf(mariadbMissing !== undefined)("mysql, on MariaDB", () => {
  const bed = mysqlBed();
  const { settings, aMysql } = bed;

  const atStall = (mode: ProxyMode, warmFirst: boolean) => async () => {
    const relay = await startFaultProxy(bed.server.port, warmFirst ? "pass" : mode);
    onTestFinished(() => relay.stop());
    const source = mysql(settings({ connection: aSecret(bed.server.url(bed.everyday, { port: relay.port })) }));
    if (warmFirst) await find(source);
    await relay.become(mode);
    return { source, open: relay.open };
  };

  describeSource("mysql", () => ({
    open: () => mysql(settings()),
    known: {
      id: "1",
      lookups: [ada, named("email", "ada@example.org"), named("phone", "+441234567890"), named("id", "1")],
    },
    ambiguous: named("email", "twins@example.org"),
    unusable: named("email", "nameless@example.org"),
    openBroken: () => mysql(settings({ connection: aSecret(bed.server.url(bed.everyday, { port: 1 })) })),
    stalled: {
      "while connecting": atStall("mute", false),
      "while it greets byte by byte": atStall("drip", false),
      "in a query": atStall("mute", true),
    },
    misconfigured: misconfigured(),
  }));

  test("finds nobody by hostile texts where backslashes escape nothing", async () => {
    await bed.server.sql("set global sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'");
    onTestFinished(async () => void (await bed.server.sql("set global sql_mode = default")));
    const source = aMysql();
    for (const text of [...hostileTexts, "\\' or 1=1 -- ", '" or ""="']) {
      expect(await find(source, named("username", text))).toBeUndefined();
    }
    expect(await find(source)).toMatchObject({ id: "1" });
  });

  test("leaves a row that a folding collation finds to the core, which refuses it", async () => {
    const byUsername = "select * from folding where username = ?";
    const user = ({ id, username }: Readonly<Record<string, unknown>>) => ({
      id,
      username,
      enabled: true,
      attributes: {},
    });
    const source = aMysql({ find: { byUsername }, user });
    const signIn = (name: string) =>
      findLegacyUser([source], named("username", name), { usernameCase: "insensitive" }, soon());
    expect(await signIn("josé")).toMatchObject({ id: "1" });
    await expect(signIn("jose")).rejects.toMatchObject({ code: "RECORD_UNUSABLE" });
  });

  test("keeps a key that a number cannot hold", async () => {
    await bed.server.sql("insert into legacy.users (id, username) values (9007199254740993, 'big')");
    onTestFinished(async () => void (await bed.server.sql("delete from legacy.users where username = 'big'")));
    expect(await find(aMysql(), named("username", "big"))).toMatchObject({ id: "9007199254740993" });
  });

  describe("the connection", () => {
    test("is encrypted and one, and replaced when it was cut, again and again", async () => {
      const source = aMysql();
      for (let round = 0; round < 3; round++) {
        await Promise.all([find(source), find(source)]);
        expect(await bed.server.connections(bed.everyday.user)).toBe(1);
        await bed.server.cutConnections(bed.everyday.user);
      }
      const status = aMysql({
        find: {
          byUsername:
            "select variable_value as cipher, :identifier as name from information_schema.session_status where variable_name = 'Ssl_cipher'",
        },
        user: ({ cipher, name }) => ({ id: name, username: cipher, enabled: true, attributes: {} }),
      });
      expect((await find(status))?.username).toMatch(/^TLS_|AES/);
    });

    test("by a restart of the server is replaced", async () => {
      const source = aMysql();
      expect(await find(source)).toMatchObject({ id: "1" });
      await bed.server.restart();
      expect(await find(source)).toMatchObject({ id: "1" });
    });

    test.each([
      ["an authority that nobody named", () => ({ servername: "localhost" }), "self-signed|unable to"],
      ["another authority", () => ({ ca: bed.certificates.otherCa, servername: "localhost" }), "self-signed|unable to"],
      ["another name", () => ({ ca: bed.certificates.ca, servername: "db.example" }), "altnames"],
    ])("refuses a certificate of %s", async (_, tls, code) => {
      const error = await faultOf(find(aMysql({ tls: tls() })));
      expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      expect(error.message).toMatch(new RegExp(code));
    });

    test("refuses an address without the certificate's name, which could not be checked", async () => {
      const error = await faultOf(find(aMysql({ tls: { ca: bed.certificates.ca } })));
      expect(error).toMatchObject({ code: "CONFIG_INVALID" });
      expect(error.message).toContain("tls.servername");
    });

    test("fetches a refused credential afresh once, and tells one that is refused again", async () => {
      const account = { user: "rotating", password: "the next one" };
      await bed.server.createAccount(account, "select");
      const old = bed.server.url({ ...account, password: "canary-old" });
      let fetched = 0;
      const connection = (fresh: string) => ({
        name: "rotating",
        read: async () => old,
        refresh: async () => {
          fetched += 1;
          return fresh;
        },
      });
      expect(await find(aMysql({ connection: connection(bed.server.url(account)) }))).toMatchObject({ id: "1" });
      const error = await faultOf(find(aMysql({ connection: connection(old) })));
      expect(error).toMatchObject({ code: "SOURCE_REFUSED_CREDENTIAL" });
      expect(error.message).not.toContain("canary-old");
      expect(fetched).toBe(2);
    });

    test("tells a statement that the database refuses", async () => {
      const byUsername = "select * from no_such_table where name = ?";
      const error = await faultOf(find(aMysql({ find: { byUsername } })));
      expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      expect(error.message).toContain("1146");
    });
  });

  test("has no operation without its statement", () => {
    const source = aMysql();
    for (const method of ["list", "search", "create", "update", "remove"] as const) {
      expect(source[method], method).toBeUndefined();
    }
  });
});

function misconfigured() {
  const right = { connection: aSecret(""), find: statements, user: userOf };
  // As a config in plain JavaScript may have them.
  const wrong = (settings: object) => mysql({ ...right, ...settings } as MysqlSettings);
  return [
    { source: wrong({ connection: 5, tls: false, find: {}, user: 1 }), paths: ["connection", "tls", "find", "user"] },
    { source: wrong({ find: { byId: "select 1" } }), paths: ["find.byId"] },
    { source: wrong({ find: { byId: "select ?, ?" } }), paths: ["find.byId"] },
    { source: wrong({ find: { byId: "select :identifier, ?" } }), paths: ["find.byId"] },
    { source: wrong({ find: { byId: "select :id" } }), paths: ["find.byId"] },
    { source: wrong({ find: { byId: "select ':no', \"?\", `:a?`, :identifier # ?\n/* ? */ -- ?" } }), paths: [] },
    {
      source: wrong({ list: "select 1", search: "select :text, :size", remove: "delete from users" }),
      paths: ["list", "search", "remove"],
    },
    { source: wrong({ list: "select ?, ?", search: "select ?, ?, ?", remove: "delete ?" }), paths: [] },
    {
      source: wrong({ create: {}, update: { sql: "update users", values: () => [] } }),
      paths: ["create.sql", "create.values", "update.sql"],
    },
    {
      source: wrong({ create: null, update: "x" }),
      paths: ["create.sql", "create.values", "update.sql", "update.values"],
    },
  ];
}
