import { Long, ObjectId } from "mongodb";
import { describe, expect, test } from "vitest";
import type { NewUser, Page, PageRequest, UserChanges } from "../../lib/core/ports.ts";
import { Secret } from "../../lib/core/secret.ts";
import type { MongodbSettings } from "../../lib/sources/mongodb.ts";
import { named } from "../contracts/source.ts";
import { adasId, mongodbBed, someUsers, userOf } from "./mongodb-bed.ts";
import type { MongodbDouble } from "./mongodb-double.ts";
import { aSecret, faultOf, find, soon } from "./postgres-bed.ts";

const operations = {
  list: true,
  search: ["username", "email"],
  create: ({ username, attributes, enabled, password }: NewUser) => ({
    username,
    email: attributes.email,
    hash: password instanceof Secret ? password.revealText() : password?.encoded,
    disabled: !enabled,
  }),
  update: ({ attributes, enabled }: UserChanges) => ({
    $set: {
      email: attributes?.email ?? undefined,
      disabled: enabled === undefined ? undefined : !enabled,
    },
    $unset: { email: attributes?.email === null ? "" : undefined },
  }),
  remove: true,
} as const;

const grace = { username: "grace", attributes: { email: "grace@example.org" }, enabled: true };

describe("mongodb, on a double of its protocol", () => {
  const bed = mongodbBed();
  const aWriter = (double: MongodbDouble, overrides: Partial<MongodbSettings> = {}) =>
    bed.aMongodb({ connection: aSecret(bed.url(double.port)), ...operations, ...overrides });
  const writes = (double: MongodbDouble) =>
    double.asked.filter((one) => one.insert ?? one.findAndModify ?? one.delete).length;

  describe("its changes", () => {
    test("make, change and remove a user", async () => {
      const source = aWriter(await bed.aDouble());
      const made = await source.create?.({ ...grace, password: Secret.fromText("x") }, soon());
      expect(made).toMatchObject({ username: "grace", enabled: true, password: [{ encoded: "x" }] });
      const id = made?.id ?? "";
      expect(id).toMatch(/^[0-9a-f]{24}$/);
      expect(await find(source, named("id", id))).toEqual(made);
      expect(await source.update?.(id, { enabled: false }, soon())).toMatchObject({
        enabled: false,
        attributes: { email: "grace@example.org" },
      });
      expect((await source.update?.(id, { attributes: { email: null } }, soon()))?.attributes.email).toBeUndefined();
      expect(await source.remove?.(id, soon())).toBe(true);
      expect(await source.remove?.(id, soon())).toBe(false);
      expect(await source.update?.(id, { enabled: true }, soon())).toBeUndefined();
    });

    test("that change nothing write nothing", async () => {
      const double = await bed.aDouble();
      expect(await aWriter(double).update?.(adasId, {}, soon())).toMatchObject({ id: adasId });
      expect(writes(double)).toBe(0);
    });

    test("refuse a name that is another user's, without saying it", async () => {
      const creating = aWriter(await bed.aDouble()).create?.({ ...grace, username: "pollux" }, soon());
      const error = await faultOf(creating ?? Promise.resolve());
      expect(error).toMatchObject({ code: "RECORD_TAKEN" });
      expect(error.cause).toBeUndefined();
      expect(error.message).not.toContain("pollux");
    });

    test("make no user who could not be read again", async () => {
      const double = await bed.aDouble();
      const source = aWriter(double, { create: () => ({ email: "nameless@example.org", disabled: false }) });
      await expect(source.create?.(grace, soon())).rejects.toMatchObject({ code: "RECORD_UNUSABLE" });
      expect(writes(double)).toBe(0);
    });

    test("of an id that two documents have are not made", async () => {
      const double = await bed.aDouble({
        documents: [...someUsers(), { _id: adasId, username: "twin", disabled: false }],
      });
      const source = aWriter(double);
      await expect(source.remove?.(adasId, soon())).rejects.toMatchObject({ code: "RECORD_AMBIGUOUS" });
      await expect(source.update?.(adasId, { enabled: false }, soon())).rejects.toMatchObject({
        code: "RECORD_AMBIGUOUS",
      });
      expect(writes(double)).toBe(0);
    });

    test("remove a user who cannot be mapped, by the id alone", async () => {
      const double = await bed.aDouble();
      expect(await aWriter(double).remove?.("5e0a3b2c-1d4f-4a6b-8c7d-9e0f1a2b3c4d", soon())).toBe(true);
      expect(double.collection.documents.map(({ username }) => username)).toEqual([
        "Ada",
        "castor",
        "pollux",
        "sparse",
      ]);
    });

    test.each([
      ["a whole document", () => ({ email: "x" })],
      ["a pipeline", () => [{ $set: { email: "x" } }]],
      ["an operator without fields", () => ({ $set: 5 })],
      ["nothing", () => undefined],
    ])("refuse an update that is %s", async (_, made) => {
      const double = await bed.aDouble();
      // As a config in plain JavaScript may have it.
      const update = made as unknown as () => Record<string, never>;
      const updating = aWriter(double, { update }).update?.(adasId, { enabled: false }, soon());
      await expect(updating).rejects.toMatchObject({ code: "CONFIG_INVALID" });
      expect(writes(double)).toBe(0);
    });

    test("are not sent again when the connection is lost in their middle", async () => {
      const double = await bed.aDouble();
      const source = aWriter(double);
      for (const [command, changing] of [
        ["insert", () => source.create?.(grace, soon())],
        ["findAndModify", () => source.update?.(adasId, { enabled: false }, soon())],
        ["delete", () => source.remove?.(adasId, soon())],
      ] as const) {
        await find(source);
        double.silent.add(command);
        const before = writes(double);
        const fault = faultOf(changing() ?? Promise.resolve());
        await expect.poll(() => writes(double)).toBe(before + 1);
        double.cut();
        expect(await fault, command).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
        expect(writes(double), command).toBe(before + 1);
      }
    });

    test("are cut by the signal, and leave nothing open", async () => {
      const double = await bed.aDouble();
      const source = aWriter(double);
      double.silent.add("insert");
      const controller = new AbortController();
      const creating = source.create?.(grace, controller.signal);
      await expect.poll(() => writes(double)).toBe(1);
      controller.abort(new Error("no time left"));
      await expect(creating).rejects.toThrow("no time left");
      await expect.poll(double.open).toBe(0);
    });
  });

  describe("its pages", () => {
    async function all(ask: ((request: PageRequest) => Promise<Page>) | undefined, size: number) {
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await ask?.({ size, ...(after === undefined ? {} : { after }) });
        seen.push(...(page?.users ?? []).map(({ id }) => id));
        after = page?.next;
      } while (after !== undefined);
      return seen;
    }
    const uuid = "5e0a3b2c-1d4f-4a6b-8c7d-9e0f1a2b3c4d";
    // Everybody has a name here.
    const user = (document: Parameters<typeof userOf>[0]) => ({
      ...userOf(document),
      username: document.username ?? "-",
    });

    test.each([1, 2, 3, 4, 5, 6])("of %i have every user once, whatever kinds of ids there are", async (size) => {
      const source = aWriter(await bed.aDouble(), { user });
      const seen = await all((request) => source.list?.(request, soon()) ?? expect.unreachable("no list"), size);
      expect(seen).toEqual(["2", "9007199254740993", "pollux", uuid, adasId]);
    });

    test("have no user whom the filter leaves out", async () => {
      const source = aWriter(await bed.aDouble(), { filter: { confirmed: true }, user });
      const seen = await all((request) => source.list?.(request, soon()) ?? expect.unreachable("no list"), 2);
      expect(seen).toEqual(["2", "pollux", uuid, adasId]);
    });

    test.each(["", "2", "number:x", "objectId:2", '{"$gt":null}', "regex:.*", "number:99999999999999999999"])(
      "begin at no place that is none: %s",
      async (after) => {
        const listing = aWriter(await bed.aDouble()).list?.({ size: 1, after }, soon());
        await expect(listing).rejects.toMatchObject({ code: "CONFIG_INVALID" });
      },
    );

    test("do not go on behind an id that has no order", async () => {
      const documents = [1, 2].map((day) => ({ _id: new Date(day), username: `user-${day}`, disabled: false }));
      const source = aWriter(await bed.aDouble({ documents }), {
        user: (one) => ({ ...userOf(one), id: one.username }),
      });
      await expect(source.list?.({ size: 1 }, soon())).rejects.toMatchObject({ code: "RECORD_UNUSABLE" });
    });

    test("of a search have the users who contain the text, in either case and never as a pattern", async () => {
      const odd = {
        _id: new ObjectId(),
        username: "a.b*c+(d)[e]{f}^$|\\ \n-/#",
        disabled: false,
        email: "é@example.org",
      };
      const source = aWriter(await bed.aDouble({ documents: [...someUsers(), odd] }), { user });
      const search = async (text: string) =>
        (await source.search?.(text, { size: 10 }, soon()))?.users.map(({ username }) => username);
      expect(await search("A")).toEqual(["castor", "sparse", "pollux", "-", "Ada", odd.username]);
      expect(await search("ada")).toEqual(["Ada"]);
      expect(await search("POLLUX")).toEqual(["pollux"]);
      expect(await search("É@")).toEqual([odd.username]);
      for (const part of ["a.b", "*c+", "(d)[e]{f}", "^$|\\ \n-/#"])
        expect(await search(part), part).toEqual([odd.username]);
      for (const pattern of [
        ".*",
        "a.a",
        "^ada",
        "ada|castor",
        "(?i)ADA",
        "\\w",
        "[a-z]",
        '{"$ne":null}',
        "%",
        "ada\0",
        "\ud800",
      ]) {
        expect(await search(pattern), pattern).toEqual([]);
      }
      expect(
        await all((request) => source.search?.("a", request, soon()) ?? expect.unreachable("no search"), 2),
      ).toEqual(["2", "9007199254740993", "pollux", uuid, adasId, odd._id.toHexString()]);
    });
  });

  test("has no operation that its settings leave out", () => {
    const source = bed.aMongodb();
    for (const method of ["list", "search", "create", "update", "remove", "mark"] as const) {
      expect(source[method], method).toBeUndefined();
    }
  });

  test("keeps a number of 64 bits in an attribute as it is", async () => {
    const documents = [{ ...someUsers()[0], badge: Long.fromString("9007199254740993") }];
    const source = aWriter(await bed.aDouble({ documents }), {
      user: (document) => ({ ...userOf(document), attributes: { badge: document.badge } }),
    });
    expect(await find(source)).toMatchObject({ attributes: { badge: "9007199254740993" } });
  });
});
