import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { NewUser, UserChanges } from "../../lib/core/ports.ts";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import type { MysqlSettings } from "../../lib/sources/mysql.ts";
import { named } from "../contracts/source.ts";
import { describeMark } from "../contracts/source-mark.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { mariadbMissing } from "../support/mariadb-server.ts";
import { mysqlBed } from "./mysql-bed.ts";
import { aSecret, faultOf, find, soon } from "./postgres-bed.ts";

const reads = {
  list: "select * from users where username is not null and (:after is null or id > :after) order by id limit :size",
  search:
    "select * from users where username like concat('%', :text, '%') and (:after is null or id > :after) order by id limit :size",
};
const changes = {
  create: {
    sql: "insert into users (username, email, password_hash, disabled) values (:username, :email, :hash, :disabled)",
    values: ({ username, attributes, enabled, password }: NewUser) => ({
      username,
      email: attributes.email,
      hash: password instanceof Secret ? password.revealText() : password?.encoded,
      disabled: !enabled,
    }),
  },
  update: {
    sql: "update users set email = if(:hasEmail, :email, email), disabled = coalesce(:disabled, disabled) where id = :id",
    values: (id: string, { attributes, enabled }: UserChanges) => ({
      id,
      hasEmail: attributes?.email !== undefined,
      email: attributes?.email ?? undefined,
      disabled: enabled === undefined ? undefined : !enabled,
    }),
  },
  remove: "delete from users where id = ?",
};

const mark = `update marked set moved_at = coalesce(moved_at, :at),
  stamped_at = coalesce(stamped_at, convert_tz(:at, '+00:00', @@session.time_zone)) where cast(id as char) = :id`;

describe.skipIf(mariadbMissing !== undefined)("mysql, on MariaDB", () => {
  const bed = mysqlBed();
  const aWriter = (overrides: Partial<MysqlSettings> = {}) =>
    bed.aMysql({ connection: aSecret(bed.server.url(bed.writer)), ...reads, ...changes, ...overrides });

  describe("its changes", () => {
    test("make, change and remove a user", async () => {
      const source = aWriter();
      const made = await source.create?.(
        {
          username: "grace",
          attributes: { email: "grace@example.org" },
          enabled: true,
          password: Secret.fromText("x"),
        },
        soon(),
      );
      expect(made).toMatchObject({ username: "grace", enabled: true, password: [{ encoded: "x" }] });
      const id = made?.id ?? "";
      expect(await source.update?.(id, { enabled: false }, soon())).toMatchObject({
        enabled: false,
        attributes: { email: "grace@example.org" },
      });
      expect((await source.update?.(id, { attributes: { email: null } }, soon()))?.attributes.email).toBeUndefined();
      expect(await source.remove?.(id, soon())).toBe(true);
      expect(await source.remove?.(id, soon())).toBe(false);
      expect(await source.update?.(id, { enabled: true }, soon())).toBeUndefined();
    });

    test("refuse a name that is another user's, without saying it", async () => {
      const error = await faultOf(
        aWriter().create?.({ username: "ada", attributes: {}, enabled: true }, soon()) ?? Promise.resolve(),
      );
      expect(error).toMatchObject({ code: "RECORD_TAKEN" });
      expect(error.cause).toBeUndefined();
      expect(error.message).not.toContain("'ada'");
    });

    test("that would touch two users are undone", async () => {
      const source = aWriter({ remove: "delete from users where email = ?" });
      await expect(source.remove?.("twins@example.org", soon())).rejects.toMatchObject({ code: "RECORD_AMBIGUOUS" });
      const [row] = await bed.server.sql(
        "select count(*) as count from legacy.users where email = 'twins@example.org'",
      );
      expect(Number(row?.count)).toBe(2);
    });

    test("are not sent again when the connection is lost in their middle", async () => {
      const source = aWriter({ remove: "delete from users where id = ? and sleep(20) = 0" });
      const removing = source.remove?.("5", soon()) ?? Promise.resolve();
      const fault = faultOf(removing);
      const asleep = () =>
        bed.server.sql("select 1 from information_schema.processlist where info like 'delete%sleep%'");
      await expect.poll(async () => (await asleep()).length, { timeout: 3000 }).toBe(1);
      await bed.server.cutConnections(bed.writer.user);
      expect(await fault).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      expect(await asleep()).toEqual([]);
      expect(await find(source, named("id", "5"))).toMatchObject({ username: "sparse" });
    });

    test("tell values that do not fit their statement, by its name", async () => {
      const values = () => ({ username: "x", mail: "y" });
      const sql = "insert into users (username, email) values (:username, :email)";
      const source = aWriter({ create: { sql, values } });
      const creating = source.create?.({ username: "x", attributes: {}, enabled: true }, soon());
      const error = await faultOf(creating ?? Promise.resolve());
      expect(error).toMatchObject({ code: "CONFIG_INVALID" });
      expect(error.message).toBe("mysql: create: the statement's parameters and `values` differ in email, mail");
    });
  });

  beforeAll(async () => {
    // Sessions from now on are as far from UTC as they can be.
    await bed.server.sql(`
      set global time_zone = '+12:45';
      use legacy;
      create table marked (id bigint primary key, moved_at datetime(3), stamped_at timestamp(3) null);
      insert into marked (id) values (1), (2);
    `);
  });

  const aMarker = (port = bed.server.port, overrides: Partial<MysqlSettings> = {}) => {
    const url = new URL(bed.server.url(bed.writer));
    url.port = String(port);
    return bed.aMysql({ connection: aSecret(url.href), mark, ...overrides });
  };

  describeMark("mysql", () => ({
    open: aMarker,
    known: "1",
    marks: async () => {
      const rows = await bed.server.sql(`
        select cast(id as char) as id, cast(moved_at as char) as moved, cast(unix_timestamp(stamped_at) as char) as stamped
        from legacy.marked where moved_at is not null`);
      return Object.fromEntries(rows.map(({ id, moved, stamped }) => [id, [moved, stamped]]));
    },
    written: (at) => [at.toISOString().replace("T", " ").replace("Z", ""), (at.getTime() / 1000).toFixed(3)],
    openBroken: () => aMarker(1),
    stall: async () => {
      const relay = await startFaultProxy(bed.server.port, "mute");
      onTestFinished(() => relay.stop());
      return { source: aMarker(relay.port), open: relay.open };
    },
  }));

  test("takes no statement for marks whose parameters have no names: the time would be taken for the id", () => {
    const faultsOf = (sql: string) => settingFaultsOf(aMarker(1, { mark: sql })).map(({ path }) => path);
    expect(faultsOf("update users set moved_at = ? where id = ?")).toEqual(["mark"]);
    expect(faultsOf("update users set moved_at = :at")).toEqual(["mark"]);
    expect(faultsOf("update users set moved_at = :at where id = :id")).toEqual([]);
  });

  describe("its pages", () => {
    test("have every user once, and the last one no next", async () => {
      const source = aWriter();
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await source.list?.({ size: 2, ...(after === undefined ? {} : { after }) }, soon());
        seen.push(...(page?.users ?? []).map(({ username }) => username));
        after = page?.next;
      } while (after !== undefined);
      expect(seen).toEqual(["ada", "castor", "pollux", "sparse"]);
    });

    test("that go in a circle are a fault", async () => {
      const list = "select * from users where username = 'ada' and (:after is null or :after is not null) limit :size";
      await expect(aWriter({ list }).list?.({ size: 1, after: "1" }, soon())).rejects.toMatchObject({
        code: "CONFIG_INVALID",
      });
    });

    test("of a search have the users who contain the text, never as a pattern", async () => {
      const search = async (text: string) =>
        (await aWriter().search?.(text, { size: 10 }, soon()))?.users.map(({ username }) => username);
      expect(await search("a")).toEqual(["ada", "castor", "sparse"]);
      expect(await search("ada")).toEqual(["ada"]);
      for (const pattern of ["%", "_da", "' or 1=1 -- "]) expect(await search(pattern), pattern).toEqual([]);
    });
  });
});
