import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { NewUser, UserChanges } from "../../lib/core/ports.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import type { PostgresSettings } from "../../lib/sources/postgres.ts";
import { describeMark } from "../contracts/source-mark.ts";
import { postgresMissing } from "../support/postgres-server.ts";
import { aPostgres, aSecret, faultOf, postgresBed, soon } from "./postgres-bed.ts";

const changes = {
  create: {
    sql: "insert into members (name, email, active) values ($1, $2, $3) returning *",
    values: ({ username, attributes, enabled }: NewUser) => [username, attributes.email, enabled],
  },
  update: {
    sql: `update members set email = case when $2 then $3 else email end, active = coalesce($4, active)
          where id::text = $1 returning *`,
    values: (id: string, { attributes, enabled }: UserChanges) => [
      id,
      attributes?.email !== undefined,
      attributes?.email,
      enabled,
    ],
  },
  remove: "delete from members where id::text = $1",
  list: "select * from members where $1::bigint is null or id > $1::bigint order by id limit $2",
};

describe.skipIf(postgresMissing !== undefined)("postgres: its changes and pages", () => {
  const bed = postgresBed();

  // A zone of its own on the server, as far from UTC as from any that these tests run in.
  beforeAll(() =>
    bed.server.sql(`
      create role marker login password 'marker';
      alter role marker set timezone = 'Pacific/Chatham';
      create table marked (id bigint primary key, moved_at timestamptz, bare_at timestamp);
      insert into marked (id) values (1), (2);
      grant select, update on marked to marker;
    `),
  );
  function aMarker(port: number, overrides: Partial<PostgresSettings> = {}) {
    const url = new URL(bed.server.url({ user: "marker", password: "marker" }));
    url.port = String(port);
    const mark = "update marked set moved_at = coalesce(moved_at, $2) where id::text = $1";
    return aPostgres({ connection: aSecret(url.href), mark, ...overrides });
  }

  async function aStore(overrides: Partial<PostgresSettings> = {}) {
    const role = await bed.aRole();
    await bed.server.sql(`
      drop table if exists members;
      create table members (id bigint generated always as identity, name text unique, email text, active boolean);
      insert into members (name, active) values ('ada', true), ('grace', true), ('edsger', true);
      grant select, insert, update, delete on members to ${role.user};
    `);
    return aPostgres({
      connection: aSecret(bed.server.url(role)),
      find: { byId: "select * from members where id::text = $1" },
      user: ({ id, name, email, active }) => ({ id, username: name, enabled: active, attributes: { email } }),
      ...changes,
      ...overrides,
    });
  }

  test("make, change and remove a user", async () => {
    const source = await aStore();
    const made = await source.create?.(
      { username: "alan", attributes: { email: "a@b.example" }, enabled: true },
      soon(),
    );
    expect(made).toMatchObject({ id: "4", username: "alan", attributes: { email: "a@b.example" } });
    expect(await source.update?.("4", { enabled: false }, soon())).toMatchObject({
      enabled: false,
      attributes: { email: "a@b.example" },
    });
    expect((await source.update?.("4", { attributes: { email: null } }, soon()))?.attributes.email).toBeUndefined();
    expect([await source.remove?.("4", soon()), await source.remove?.("4", soon())]).toEqual([true, false]);
    expect(await source.update?.("4", { enabled: true }, soon())).toBeUndefined();
  });

  test("refuse a name that is another user's without its text, and go on working", async () => {
    const source = await aStore();
    const creating = source.create?.({ username: "ada", attributes: {}, enabled: true }, soon());
    const error = await faultOf(creating ?? Promise.resolve());
    expect(error).toMatchObject({ code: "RECORD_TAKEN" });
    expect(`${error.message} ${String(error.cause)}`).not.toContain("ada");
    expect(await source.remove?.("1", soon())).toBe(true);
  });

  test("that would touch two users, or whose row cannot be mapped, are undone", async () => {
    const source = await aStore({ remove: "delete from members where $1 = '1'" });
    await expect(source.remove?.("1", soon())).rejects.toMatchObject({ code: "RECORD_AMBIGUOUS" });
    const unusable = await aStore({ user: () => ({ id: "", username: "", enabled: true, attributes: {} }) });
    const creating = unusable.create?.({ username: "alan", attributes: {}, enabled: true }, soon());
    await expect(creating).rejects.toMatchObject({ code: "RECORD_UNUSABLE" });
    expect(await bed.server.sql("select count(*)::int as count from members")).toEqual([{ count: 3 }]);
  });

  test("cut by the signal are undone", async () => {
    const source = await aStore({ remove: "delete from members where id::text = $1 and pg_sleep(0.4) is not null" });
    const reason = new Error("no time left");
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 100);
    await expect(source.remove?.("1", controller.signal)).rejects.toBe(reason);
    const asleep = "select 1 from pg_stat_activity where state = 'active' and query like 'delete%pg_sleep%'";
    await expect.poll(async () => (await bed.server.sql(asleep)).length, { timeout: 3000 }).toBe(0);
    expect(await bed.server.sql("select count(*)::int as count from members")).toEqual([{ count: 3 }]);
  });

  describeMark("postgres", () => ({
    open: () => aMarker(bed.server.port),
    known: "1",
    marks: async () => {
      const rows = await bed.server.sql("select id::text, moved_at from marked where moved_at is not null");
      return Object.fromEntries(rows.map(({ id, moved_at }) => [id, moved_at]));
    },
    written: (at) => at,
    openBroken: () => aMarker(1),
    stall: async () => {
      const relay = await bed.aRelay("mute");
      return { source: aMarker(relay.port), open: relay.open };
    },
  }));

  test("mark in UTC where the column has no zone, whatever zone this machine is in", async () => {
    const before = process.env.TZ;
    onTestFinished(() => {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    });
    process.env.TZ = "Pacific/Chatham";
    expect(new Date().getTimezoneOffset()).not.toBe(0);
    const source = aMarker(bed.server.port, { mark: "update marked set bare_at = $2 where id::text = $1" });
    expect(await source.mark?.("2", new Date("2026-03-29T01:30:00.250Z"), soon())).toBe(true);
    expect(await bed.server.sql("select bare_at::text from marked where id = 2")).toEqual([
      { bare_at: "2026-03-29 01:30:00.25" },
    ]);
  });

  test("mark nobody where the statement would mark two users", async () => {
    const source = aMarker(bed.server.port, { mark: "update marked set moved_at = $2 where $1 = '1'" });
    const before = await bed.server.sql("select * from marked order by id");
    await expect(source.mark?.("1", new Date(), soon())).rejects.toMatchObject({ code: "RECORD_AMBIGUOUS" });
    expect(await bed.server.sql("select * from marked order by id")).toEqual(before);
  });

  test("report a statement for marks that has other parameters", () => {
    const faultsOf = (mark: string) => settingFaultsOf(aMarker(1, { mark }));
    expect(faultsOf("update users set moved_at = now() where id = $1")).toEqual([
      { path: "mark", message: "has the parameters $1; needed is $1, $2 alone (id, at)" },
    ]);
    expect(faultsOf("update users set moved_at = $2 where id = $1")).toEqual([]);
  });

  test("have every user once in pages, and the last one no next", async () => {
    const source = await aStore();
    const first = await source.list?.({ size: 2 }, soon());
    expect([first?.users.map(({ username }) => username), first?.next]).toEqual([["ada", "grace"], "2"]);
    const last = await source.list?.({ size: 2, after: "2" }, soon());
    expect([last?.users.map(({ username }) => username), last?.next]).toEqual([["edsger"], undefined]);
  });
});
