import { describe, expect, test } from "vitest";
import type { NewUser, UserChanges } from "../../lib/core/ports.ts";
import { Secret } from "../../lib/core/secret.ts";
import type { DynamodbSettings, Item } from "../../lib/sources/dynamodb.ts";
import { named } from "../contracts/source.ts";
import { allPages, aTable, type dynamodbBed, soon } from "./dynamodb-bed.ts";

/** An application's one table: users beside other items, by keys that are made of the identifier. */
const single: Partial<DynamodbSettings> = {
  table: "app",
  tableKey: ["pk", "sk"],
  find: { byEmail: { key: (email) => ({ pk: `USER#${email}`, sk: "PROFILE" }) } },
  isUser: ({ sk }) => sk === "PROFILE",
  user: ({ userId, email }) => ({ id: userId, username: email, enabled: true, attributes: { email } }),
};

const changes: Partial<DynamodbSettings> = {
  list: true,
  search: true,
  create: ({ username, attributes, enabled, password }: NewUser): Item => ({
    userId: `id-of-${username}`,
    username,
    email: attributes.email,
    active: enabled,
    passwordHash: password instanceof Secret ? undefined : password?.encoded,
  }),
  update: ({ attributes = {}, enabled }: UserChanges): Item => ({ ...attributes, active: enabled }),
  remove: true,
};

/** What the source does on every DynamoDB. */
export function describeOperations(bed: ReturnType<typeof dynamodbBed>): void {
  const aNew = (username: string, more: Partial<NewUser> = {}): NewUser => ({
    username,
    attributes: {},
    enabled: true,
    ...more,
  });

  describe("reads", () => {
    test("the whole item, whatever the index has of it", async () => {
      for (const by of [named("email", "ada@example.org"), named("username", "ada"), named("phone", "+441234567890")]) {
        expect(await aTable().find?.(by, soon()), by.by).toMatchObject({
          id: "1",
          attributes: { email: "ada@example.org", phone_number: "+441234567890" },
          password: [{ encoded: "a hash" }],
        });
      }
    });

    test("plain values: exact numbers, texts for those that a number would round, sets, lists, bytes", async () => {
      await bed.put("users", {
        userId: { S: "values" },
        count: { N: "42" },
        price: { N: "19.95" },
        legacy: { N: "9007199254740993" },
        fine: { N: "1.00000000000000000001" },
        tags: { SS: ["a"] },
        numbers: { NS: ["7"] },
        list: { L: [{ BOOL: true }, { NULL: true }] },
        map: { M: { inner: { S: "x" } } },
        bytes: { B: Uint8Array.of(1, 2) },
      });
      let seen: Item = {};
      const user = (item: Item) => {
        seen = item;
        return { id: item.userId, username: "v", enabled: true, attributes: { constructor: item.constructor } };
      };
      expect(await aTable({ user }).find?.(named("id", "values"), soon())).toMatchObject({ id: "values" });
      expect({ ...seen }).toEqual({
        userId: "values",
        count: 42,
        price: 19.95,
        legacy: "9007199254740993",
        fine: "1.00000000000000000001",
        tags: new Set(["a"]),
        numbers: new Set([7]),
        list: [true, null],
        map: { inner: "x" },
        bytes: Uint8Array.of(1, 2),
      });
    });

    test("by keys of several kinds of items, and never one of another kind", async () => {
      await bed.put("app", {
        pk: { S: "USER#ada@example.org" },
        sk: { S: "PROFILE" },
        userId: { S: "1" },
        email: { S: "ada@example.org" },
      });
      await bed.put("app", { pk: { S: "USER#ada@example.org" }, sk: { S: "ORDER#1" }, userId: { S: "1" } });
      const find = (text: string, overrides: Partial<DynamodbSettings> = {}) =>
        aTable({ ...single, ...overrides }).find?.(named("email", text), soon());
      expect(await find("ada@example.org")).toMatchObject({ id: "1" });
      expect(await find("ada@example.org#x")).toBeUndefined();
      const order = { byEmail: { key: (email: string) => ({ pk: `USER#${email}`, sk: "ORDER#1" }) } };
      expect(await find("ada@example.org", { find: order })).toBeUndefined();
      // A key without the sort key is one of several items: nobody knows which.
      const partition = { byEmail: { key: (email: string) => ({ pk: `USER#${email}` }) } };
      await expect(find("ada@example.org", { find: partition })).rejects.toMatchObject({ code: "RECORD_AMBIGUOUS" });
      const both = await allPages(1, (request) => aTable({ ...single, list: true }).list?.(request, soon()));
      expect(both.ids).toEqual(["1"]);
    });

    test("by a number, and nobody by a text that is none", async () => {
      await bed.put("numbered", { id: { N: "9007199254740993" } });
      const find = (key: (id: string) => { id: number | bigint } | undefined, text: string) =>
        aTable({
          table: "numbered",
          tableKey: ["id"],
          find: { byId: { key } },
          user: ({ id }) => ({ id, username: "n", enabled: true, attributes: {} }),
        }).find?.(named("id", text), soon());
      const exact = (id: string) => (/^[0-9]+$/.test(id) ? { id: BigInt(id) } : undefined);
      expect(await find(exact, "9007199254740993")).toMatchObject({ id: "9007199254740993" });
      for (const text of ["' or 1=1", "1e3", "9".repeat(39), "7"]) expect(await find(exact, text)).toBeUndefined();
      const rounded = (id: string) => ({ id: Number(id) });
      for (const text of ["ada", "1.5", "7"]) expect(await find(rounded, text)).toBeUndefined();
      await expect(find(rounded, "9007199254740993")).rejects.toMatchObject({ code: "RECORD_UNUSABLE" });
    });

    test("and tells a key that the table does not have, without the identifier", async () => {
      const source = aTable({ tableKey: ["pk", "sk"], find: { byId: { key: "nothing" } } });
      const error = await source.find?.(named("id", "canary"), soon()).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      expect(String(error)).toMatch(/ValidationException.*`tableKey`/);
      expect(String(error)).not.toContain("canary");
    });
  });

  describe("changes", () => {
    test("make, change and remove a user", async () => {
      const source = aTable(changes);
      const password = { encoded: "new hash" };
      const alan = aNew("alan", { attributes: { email: "alan@example.org" }, password });
      const made = await source.create?.(alan, soon());
      expect(made).toMatchObject({ id: "id-of-alan", username: "alan", password: [password] });
      expect(await source.find?.(named("email", "alan@example.org"), soon())).toEqual(made);
      expect(await source.update?.("id-of-alan", { enabled: false }, soon())).toMatchObject({
        enabled: false,
        attributes: { email: "alan@example.org" },
      });
      const without = await source.update?.("id-of-alan", { attributes: { email: null } }, soon());
      expect(without?.attributes.email).toBeUndefined();
      expect(await source.find?.(named("email", "alan@example.org"), soon())).toBeUndefined();
      expect(await source.update?.("id-of-alan", {}, soon())).toEqual(without);
      const remove = () => source.remove?.("id-of-alan", soon());
      expect([await remove(), await remove()]).toEqual([true, false]);
      expect(await source.update?.("id-of-alan", { enabled: true }, soon())).toBeUndefined();
      expect(await bed.item("users", { userId: { S: "id-of-alan" } })).toBeUndefined();
    });

    test("refuse a key, a name and an address that are another user's, and leave his item as it is", async () => {
      const source = aTable(changes);
      const ada = await bed.item("users", { userId: { S: "1" } });
      const create = { ...changes, create: () => ({ userId: "1", username: "eve", active: true }) };
      const taken = { code: "RECORD_TAKEN" };
      await expect(aTable(create).create?.(aNew("eve"), soon())).rejects.toMatchObject(taken);
      await expect(source.create?.(aNew("ada"), soon())).rejects.toMatchObject(taken);
      const email = { attributes: { email: "ADA@Example.org" } };
      await expect(source.create?.(aNew("eve", email), soon())).rejects.toMatchObject(taken);
      await expect(source.update?.("2", email, soon())).rejects.toMatchObject(taken);
      const same = { attributes: { email: "ada@example.org" } };
      expect(await source.update?.("1", same, soon())).toMatchObject({ id: "1" });
      expect(await bed.item("users", { userId: { S: "1" } })).toEqual(ada);
    });

    test("take names and values as they are, also those that are syntax elsewhere", async () => {
      const source = aTable(changes);
      await source.create?.(aNew("odd"), soon());
      const key = { userId: { S: "id-of-odd" } };
      const hostile = {
        size: "attribute_not_exists(userId) REMOVE username",
        "#n0": ":v0",
        "a.b[0]": "'; drop table users; --",
        "username = :v0, active": "$1; --",
        constructor: '{"S":"x"}',
      };
      await source.update?.("id-of-odd", { attributes: hostile }, soon());
      const texts = Object.entries(hostile).map(([name, value]) => [name, { S: value }]);
      expect(await bed.item("users", key)).toEqual({
        ...key,
        username: { S: "odd" },
        active: { BOOL: true },
        ...Object.fromEntries(texts),
      });
      const erased = Object.fromEntries(Object.keys(hostile).map((name) => [name, null]));
      await source.update?.("id-of-odd", { attributes: erased }, soon());
      expect(await bed.item("users", key)).toEqual({ ...key, username: { S: "odd" }, active: { BOOL: true } });
      await source.remove?.("id-of-odd", soon());
    });

    test("are refused while nothing is written: a user who could not be read, a key that moves, no item", async () => {
      const before = await bed.item("users", { userId: { S: "1" } });
      const refused = (overrides: Partial<DynamodbSettings>) => {
        const source = aTable({ ...changes, ...overrides });
        return Promise.allSettled([
          overrides.create === undefined ? source.update?.("1", {}, soon()) : source.create?.(aNew("new"), soon()),
        ]).then(([{ status, ...rest }]) => ("reason" in rest ? rest.reason : status));
      };
      const unusable = { code: "RECORD_UNUSABLE" };
      const invalid = { code: "CONFIG_INVALID" };
      expect(await refused({ create: () => ({ userId: "5", active: true }) })).toMatchObject(unusable);
      expect(await refused({ create: () => ({ username: "x", active: true }) })).toMatchObject(invalid);
      expect(await refused({ update: () => ({ active: "yes" }) })).toMatchObject(unusable);
      expect(await refused({ update: () => ({ userId: "7" }) })).toMatchObject(invalid);
      expect(await refused({ update: () => ({ userId: null }) })).toMatchObject(invalid);
      expect(await refused({ update: () => JSON.parse("[]") })).toMatchObject(invalid);
      const unstorable = await refused({ update: () => ({ born: new Date(0) }) });
      expect(unstorable).toMatchObject({ ...invalid, message: expect.stringContaining('"born"') });
      const thrown = await refused({
        update: () => {
          throw new Error("canary");
        },
      });
      expect(thrown).toMatchObject(invalid);
      expect(String(thrown)).not.toContain("canary");
      expect(await bed.item("users", { userId: { S: "1" } })).toEqual(before);
      expect(await bed.item("users", { userId: { S: "5" } })).toBeUndefined();
    });

    test("of an item that is no user are none", async () => {
      const source = aTable({ ...changes, isUser: ({ userId }) => userId !== "1" });
      expect(await source.remove?.("1", soon())).toBe(false);
      expect(await source.update?.("1", { enabled: false }, soon())).toBeUndefined();
      expect(await source.find?.(named("id", "1"), soon())).toBeUndefined();
    });
  });

  describe("pages", () => {
    const mapped = {
      ...changes,
      user: ({ userId, username = "nobody", email }: Item) => ({
        id: userId,
        username,
        enabled: true,
        attributes: { email },
      }),
    };

    test("have every user once, in any size, and the last one no next", async () => {
      const source = aTable(mapped);
      const whole = await source.list?.({ size: 1000 }, soon());
      const every = (whole?.users ?? []).map(({ id }) => id);
      expect(whole?.next).toBeUndefined();
      expect(every.toSorted().slice(0, 4)).toEqual(["1", "2", "3", "4"]);
      for (const size of [1, 2, 3]) {
        const found = await allPages(size, (request) => source.list?.(request, soon()));
        expect(found.ids).toEqual(every);
        expect(Math.max(...found.sizes)).toBe(size);
      }
    });

    test("of a search have who contains the text, as data and in either case", async () => {
      const source = aTable(mapped);
      const search = async (text: string) =>
        (await allPages(1, (request) => source.search?.(text, request, soon()))).ids.toSorted();
      expect(await search("TWINS@")).toEqual(["2", "3"]);
      expect(await search("ada")).toEqual(["1"]);
      for (const text of ["%", "a.a", '{"$ne":null}', "*"]) expect(await search(text)).toEqual([]);
    });

    test("begin only where a page ended", async () => {
      const source = aTable(mapped);
      const { next = "" } = (await source.list?.({ size: 1 }, soon())) ?? {};
      const written = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const tampered = [
        "",
        "1",
        `${next}A`,
        ` ${next}`,
        next.slice(0, -1),
        "x".repeat(10_000),
        ...[null, {}, [], [{ S: "" }], [{ S: 1 }], [{ N: "1" }], [{ N: "x" }], [{ S: "1", B: "" }]].map(written),
        written([{ S: "1" }, { S: "2" }]),
        written([{ M: {} }]),
      ];
      for (const after of tampered) {
        const asked = source.list?.({ size: 1, after }, soon());
        await expect(asked, after).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      }
      expect((await source.list?.({ size: 1, after: next }, soon()))?.users).toHaveLength(1);
    });
  });

  test("what is not set cannot be done", () => {
    const { list, search, create, update, remove } = aTable();
    expect([list, search, create, update, remove]).toEqual(Array(5).fill(undefined));
  });
}
