import { describe, expect, onTestFinished, test } from "vitest";
import { openSecretCache } from "../../lib/aws/secrets.ts";
import type { SecretRef } from "../../lib/core/ports.ts";
import type { PostgresSettings } from "../../lib/sources/postgres.ts";
import { postgresMissing } from "../support/postgres-server.ts";
import { aPostgres, aSecret, faultOf, find, postgresBed } from "./postgres-bed.ts";

describe.skipIf(postgresMissing !== undefined)("postgres: how both sides prove themselves", () => {
  const bed = postgresBed();

  describe("the connection secret", () => {
    test.each(["port as a number", "port as a text", "no port"])("is RDS's JSON with %s", async (how) => {
      const relayed = {
        username: bed.everyday.user,
        password: bed.everyday.password,
        host: "127.0.0.1",
        dbname: "postgres",
      };
      const port =
        how === "no port" ? {} : { port: how === "port as a text" ? String(bed.server.port) : bed.server.port };
      const source = aPostgres({ connection: aSecret(JSON.stringify({ ...relayed, ...port, engine: "postgres" })) });
      // 5432 is what a secret without a port means; nobody listens there in a test.
      if (how === "no port") await expect(find(source)).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      else expect(await find(source)).toMatchObject({ id: "1" });
    });

    test("is a URL, whose sslmode does not turn TLS off", async () => {
      const source = aPostgres({ connection: aSecret(`${bed.server.url(bed.everyday)}?sslmode=disable`), tls: {} });
      await expect(find(source)).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    });

    test.each([
      ["", "neither a postgres:// URL nor JSON"],
      ["canary-secret", "neither a postgres:// URL nor JSON"],
      ["mysql://u:canary-secret@h:1/d", "neither a postgres:// URL nor JSON"],
      ["postgres://u:canary-secret@:99999/d", "neither a postgres:// URL nor JSON"],
      ["postgres://u:canary-secret%zz@h/d", "%25"],
      ["postgres://u:canary-secret@h", "database"],
      ["postgres://:canary-secret@h/d", "user"],
      ["postgres://canary-secret@h/d", "password"],
      ["postgres:///d?canary-secret", "host, user, password"],
      ['{"password":"canary-secret"', "begins like JSON and is none"],
      ['{"password":"canary-secret"}', "host, user, database"],
      ['{"username":"u","password":{"is":"canary-secret"},"host":"h","dbname":"d"}', "password"],
      ['{"username":"u","password":"canary-secret","host":"h","dbname":"d","port":"canary-secret"}', "port"],
      ['{"username":"u","password":"canary-secret","host":"h","dbname":"d","port":0}', "port"],
    ])("is refused with the fields and without its text: %#", async (text, told) => {
      const error = await faultOf(find(aPostgres({ connection: aSecret(text) })));
      expect(error).toMatchObject({ code: "SECRET_INVALID" });
      expect(error.message).toContain(told);
      expect(everythingOf(error)).not.toContain("canary-secret");
    });
  });

  describe("TLS", () => {
    const over = (tls: PostgresSettings["tls"], host = "127.0.0.1") =>
      aPostgres({
        connection: aSecret(bed.server.url({ ...bed.everyday, host })),
        ...(tls === undefined ? {} : { tls }),
      });
    const encrypted = async () =>
      (
        await bed.server.sql("select ssl from pg_stat_ssl join pg_stat_activity using (pid) where usename = $1", [
          bed.everyday.user,
        ])
      )[0]?.ssl;

    test("takes a server that the given authority proves, as text and as a file", async () => {
      for (const tls of [{ ca: bed.certificates.ca }, { caFile: bed.certificates.caFile }]) {
        const source = over(tls);
        expect(await find(source)).toMatchObject({ id: "1" });
        expect(await encrypted()).toBe(true);
        await source.close?.();
        await expect.poll(() => bed.server.connections(bed.everyday.user)).toBe(0);
      }
      expect(await find(over({ ca: bed.certificates.ca }, "localhost"))).toMatchObject({ id: "1" });
    });

    test.each([
      [
        "an authority that nobody named",
        () => ({}),
        "SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO|UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      ],
      [
        "another authority than the named one",
        () => ({ ca: bed.certificates.otherCa }),
        "UNABLE_TO|SELF_SIGNED|CERT_SIGNATURE",
      ],
      [
        "another name than the set one",
        () => ({ ca: bed.certificates.ca, servername: "db.example" }),
        "ALTNAME_INVALID",
      ],
    ])("refuses a certificate of %s", async (_, tls, code) => {
      const error = await faultOf(find(over(tls())));
      expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      expect(error.message).toMatch(new RegExp(code));
    });

    test("refuses a certificate for another host, unless that name is set", async () => {
      await bed.server.useCertificate(bed.certificates.elsewhere);
      onTestFinished(() => bed.server.useCertificate(bed.certificates.here));
      for (const host of ["127.0.0.1", "localhost"]) {
        const error = await faultOf(find(over({ ca: bed.certificates.ca }, host)));
        expect(error.message).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
        expect(await find(over({ ca: bed.certificates.ca, servername: "legacy.example" }, host))).toMatchObject({
          id: "1",
        });
      }
    });

    test("refuses an expired certificate", async () => {
      await bed.server.useCertificate(bed.certificates.expired);
      onTestFinished(() => bed.server.useCertificate(bed.certificates.here));
      const error = await faultOf(find(over({ ca: bed.certificates.ca })));
      expect(error.message).toContain("CERT_HAS_EXPIRED");
    });

    test("refuses a server without TLS, unless that is asked for by its name", async () => {
      await bed.server.useCertificate(undefined);
      onTestFinished(() => bed.server.useCertificate(bed.certificates.here));
      const error = await faultOf(find(over({ ca: bed.certificates.ca })));
      expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      expect(error.message).toContain("offers no TLS");
      expect(await find(over("insecure-no-tls"))).toMatchObject({ id: "1" });
    });

    test("tells which file of authorities cannot be read", async () => {
      const error = await faultOf(find(over({ caFile: "/there/is/none.pem" })));
      expect(error).toMatchObject({ code: "CONFIG_INVALID" });
      expect(error.message).toContain("/there/is/none.pem");
    });
  });

  describe("a rotated password", () => {
    /** A secret as Secrets Manager has it, read through the functions' own cache, with a clock of the test. */
    function aRotatingSecret(text: string) {
      const state = { text, fetches: 0, now: 0 };
      const cache = openSecretCache(
        async () => {
          state.fetches += 1;
          return state.text;
        },
        () => state.now,
      );
      const ref: SecretRef = {
        name: "rotating",
        read: (signal) => cache.read("rotating", signal),
        refresh: (signal) => cache.refresh("rotating", signal),
      };
      return { state, ref };
    }

    test("is fetched afresh once, and the same look-up succeeds", async () => {
      const role = await bed.aRole();
      const { state, ref } = aRotatingSecret(bed.server.url(role));
      const source = aPostgres({ connection: ref });
      expect(await find(source)).toMatchObject({ id: "1" });
      await bed.server.alterPassword(role.user, "the next one");
      state.text = bed.server.url({ ...role, password: "the next one" });
      state.now += 60_000;
      await bed.server.cutConnections(role.user);
      expect(await find(source)).toMatchObject({ id: "1" });
      expect(state.fetches).toBe(2);
      expect(await bed.server.connections(role.user)).toBe(1);
    });

    test("that is refused again is told as such, without a storm of fetches or of attempts", async () => {
      const role = await bed.aRole();
      const relay = await bed.aRelay();
      const wrong = { ...role, password: "canary-wrong", port: relay.port };
      const { state, ref } = aRotatingSecret(bed.server.url(wrong));
      const source = aPostgres({ connection: ref });
      for (let event = 0; event < 10; event++) {
        const error = await faultOf(find(source));
        expect(error).toMatchObject({ code: "SOURCE_REFUSED_CREDENTIAL" });
        expect(error.message).not.toContain("canary-wrong");
        state.now += 1000;
      }
      // One at first, then one in five seconds at most; the same text is not tried twice.
      expect(state.fetches).toBe(2);
      expect(relay.accepted()).toBe(10);
    });

    test("is shared by look-ups that come at once", async () => {
      const role = await bed.aRole();
      const { state, ref } = aRotatingSecret(bed.server.url({ ...role, password: "old" }));
      const source = aPostgres({ connection: ref });
      await find(source).catch(() => undefined);
      state.text = bed.server.url(role);
      state.now += 60_000;
      const found = await Promise.all(Array.from({ length: 8 }, () => find(source)));
      expect(found.map((user) => user?.id)).toEqual(Array(8).fill("1"));
      expect(state.fetches).toBe(2);
      expect(await bed.server.connections(role.user)).toBe(1);
    });
  });
});

/** All that an error and its causes hold. */
function everythingOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.message}\n${error.stack}\n${JSON.stringify(error)}\n${everythingOf(error.cause)}`;
}
