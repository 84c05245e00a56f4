// No MongoDB can be had for these tests. What answers is a double of its wire protocol (mongodb-double.ts), with the
// real driver on this side; docs/sources/mongodb.md says what that leaves open.
import { ObjectId } from "mongodb";
import { describe, expect, onTestFinished, test } from "vitest";
import { type MongodbSettings, mongodb } from "../../lib/sources/mongodb.ts";
import { describeSource, hostileTexts, named } from "../contracts/source.ts";
import { type ProxyMode, startFaultProxy } from "../support/fault-proxy.ts";
import { adasId, finders, mongodbBed, someUsers, userOf } from "./mongodb-bed.ts";
import { failure } from "./mongodb-double.ts";
import { ada, aSecret, faultOf, find } from "./postgres-bed.ts";

describe("mongodb, on a double of its protocol", () => {
  const bed = mongodbBed();

  /** A source on a double that does not answer this command. */
  const silentAt =
    (command: string, warmFirst = false) =>
    async () => {
      const double = await bed.aDouble();
      const source = mongodb(bed.settings({ connection: aSecret(bed.url(double.port)) }));
      if (warmFirst) await find(source);
      double.silent.add(command);
      return { source, open: double.open };
    };
  const behindRelay = (mode: ProxyMode) => async () => {
    const relay = await startFaultProxy(bed.everyday.port, mode);
    onTestFinished(() => relay.stop());
    return { source: mongodb(bed.settings({ connection: aSecret(bed.url(relay.port)) })), open: relay.open };
  };

  describeSource("mongodb", () => ({
    open: () => mongodb(bed.settings()),
    known: {
      id: adasId,
      lookups: [ada, named("email", "ada@example.org"), named("phone", "+441234567890"), named("id", adasId)],
    },
    ambiguous: named("email", "twins@example.org"),
    unusable: named("email", "nameless@example.org"),
    openBroken: () => mongodb(bed.settings({ connection: aSecret(bed.url(1)) })),
    stalled: {
      "while connecting": behindRelay("mute"),
      "while it greets byte by byte": behindRelay("drip"),
      "at hello": silentAt("hello"),
      "when authentication begins": silentAt("saslStart"),
      "when the password is proved": silentAt("saslContinue"),
      "in a query": silentAt("find", true),
    },
    misconfigured: misconfigured(),
  }));

  describe("a look-up", () => {
    test.each([
      ["an ObjectId", adasId],
      ["a number", "2"],
      ["a text", "pollux"],
      ["a number of 64 bits", "9007199254740993"],
    ])("by id finds one that is %s, and hands it out as the same text", async (_, id) => {
      expect(await find(bed.aMongodb(), named("id", id))).toMatchObject({ id });
    });

    test("by id finds a UUID", async () => {
      const user = (document: object) => ({ ...userOf(document), username: "nameless" });
      const id = "5e0a3b2c-1d4f-4a6b-8c7d-9e0f1a2b3c4d";
      expect(await find(bed.aMongodb({ user }), named("id", id))).toMatchObject({ id });
    });

    test.each(["64B000000000000000000001", "02", "2.0", "2e0", " 2", "5E0A3B2C-1D4F-4A6B-8C7D-9E0F1A2B3C4D"])(
      "by id takes no other way of writing it: %s",
      async (id) => expect(await find(bed.aMongodb(), named("id", id))).toBeUndefined(),
    );

    test("by id refuses a text and an ObjectId that are written alike", async () => {
      const double = await bed.aDouble({ documents: [...someUsers(), { _id: adasId, username: "twin" }] });
      const source = bed.aMongodb({ connection: aSecret(bed.url(double.port)) });
      await expect(find(source, named("id", adasId))).rejects.toMatchObject({ code: "RECORD_AMBIGUOUS" });
    });

    test("finds a name that is stored in upper case, and none that only folds to it", async () => {
      const documents = ["José", "ｊｏｓｅ", "jose\u200b"].map((username, place) => ({
        ...someUsers()[0],
        _id: place,
        username,
      }));
      const double = await bed.aDouble({ documents });
      const source = bed.aMongodb({ connection: aSecret(bed.url(double.port)) });
      expect(await find(source, named("username", "josé"))).toMatchObject({ username: "José" });
      expect(await find(source, named("username", "jose\u0301".normalize("NFC")))).toMatchObject({ username: "José" });
      expect(await find(source, named("username", "jose"))).toBeUndefined();
    });

    test("refuses a name behind so many that fold to it that it may not be among them", async () => {
      const documents = Array.from({ length: 100 }, (_, place) => ({
        ...someUsers()[0],
        _id: place,
        username: `ada${"\u200b".repeat(place + 1)}`,
      }));
      const double = await bed.aDouble({ documents: [...documents, ...someUsers()] });
      const source = bed.aMongodb({ connection: aSecret(bed.url(double.port)) });
      await expect(find(source)).rejects.toMatchObject({ code: "RECORD_AMBIGUOUS" });
    });

    test("sends the collation for names alone, and none where that is asked", async () => {
      const double = await bed.aDouble();
      const asks = async (settings: Partial<MongodbSettings>) => {
        const source = bed.aMongodb({ connection: aSecret(bed.url(double.port)), ...settings });
        for (const lookup of [ada, named("phone", "+441234567890"), named("id", adasId)]) await find(source, lookup);
        return double.asked
          .filter((one) => one.find !== undefined)
          .slice(-3)
          .map(({ collation }) => collation?.locale);
      };
      expect(await asks({})).toEqual(["en", "simple", "simple"]);
      expect(await asks({ collation: "none" })).toEqual([undefined, undefined, undefined]);
    });

    test("compares as it is stored where no collation is asked", async () => {
      const source = bed.aMongodb({ collation: "none" });
      expect(await find(source)).toBeUndefined();
      expect(await find(source, named("username", "pollux"))).toMatchObject({ id: "pollux" });
    });

    test("goes by the adopter's own filter, into lists, and among the users alone", async () => {
      const documents = [
        {
          _id: 1,
          username: "ada",
          emails: [{ address: "ada@example.org" }, { address: "Countess@Example.org" }],
          disabled: false,
        },
        { _id: 2, username: "gone", emails: [{ address: "countess@example.org" }], disabled: false, deletedAt: 5 },
      ];
      const double = await bed.aDouble({ documents });
      const source = bed.aMongodb({
        connection: aSecret(bed.url(double.port)),
        filter: { deletedAt: { $exists: false } },
        find: { byEmail: "emails.address", byUsername: (name) => ({ username: name.toUpperCase().toLowerCase() }) },
      });
      expect(await find(source, named("email", "countess@example.org"))).toMatchObject({ id: "1" });
      const first = bed.aMongodb({ connection: aSecret(bed.url(double.port)), find: { byEmail: "emails.0.address" } });
      expect(await find(first, named("email", "ada@example.org"))).toMatchObject({ id: "1" });
      expect(await find(source)).toMatchObject({ id: "1" });
      expect(await find(source, named("username", "gone"))).toBeUndefined();
      expect(await find(source, named("phone", "+441234567890"))).toBeUndefined();
    });

    test.each([
      ["nothing", () => undefined],
      ["everybody", () => ({})],
      ["a hole", () => ({ username: undefined })],
      ["a hole further in", () => ({ $or: [{ username: "ada" }, { email: { $eq: undefined } }] })],
      ["a list", () => [{ username: "ada" }]],
    ])("refuses an adopter's filter that is %s", async (_, filter) => {
      // As a config in plain JavaScript may have it.
      const byUsername = filter as unknown as () => Record<string, unknown>;
      await expect(find(bed.aMongodb({ find: { byUsername } }))).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    });
  });

  describe("what is typed", () => {
    const asJson = [
      '{"$ne":null}',
      '{"$gt":""}',
      '{"$regex":".*"}',
      '{"$where":"sleep(1000)"}',
      '["ada"]',
      '{"$oid":"64b000000000000000000001"}',
    ];

    test("is the operand of an equality, whatever it reads like", async () => {
      const double = await bed.aDouble();
      const source = bed.aMongodb({ connection: aSecret(bed.url(double.port)) });
      const texts = [...hostileTexts, ...asJson].filter((text) => text.length < 500 && text.isWellFormed());
      for (const text of texts) await find(source, named("username", text));
      const filters = double.asked.filter((one) => one.find !== undefined).map(({ filter }) => filter);
      expect(filters).toEqual(texts.map((text) => ({ username: { $eq: text } })));
      for (const by of ["email", "phone", "id"] as const) {
        for (const text of asJson) expect(await find(source, named(by, text)), `${by} ${text}`).toBeUndefined();
      }
    });

    test.each([[{ $ne: null }], [{ $gt: "" }], [["ada"]], [null], [new ObjectId(adasId)]])(
      "as an object finds nobody: %j",
      async (operator) => {
        // Past the types, as from a body of JSON that nobody has parsed.
        const text = operator as unknown as string;
        for (const by of ["username", "email", "phone", "id"] as const) {
          expect(await find(bed.aMongodb(), named(by, text)), by).toBeUndefined();
        }
      },
    );

    test("with NUL or half a character is nobody's, and asks nothing", async () => {
      const double = await bed.aDouble({ documents: [{ ...someUsers()[0], username: "ada\0" }] });
      const source = bed.aMongodb({ connection: aSecret(bed.url(double.port)) });
      for (const text of ["ada\0", "ada\ud800"]) expect(await find(source, named("username", text))).toBeUndefined();
      expect(double.asked).toEqual([]);
    });
  });

  test("maps what a document has, and refuses what the mapping cannot", async () => {
    expect(await find(bed.aMongodb())).toEqual({
      id: adasId,
      source: "mongodb",
      username: "Ada",
      enabled: true,
      attributes: { email: "Ada@Example.org", email_verified: "true", phone_number: "+441234567890" },
      password: [{ encoded: "a hash" }],
    });
    const thrown = bed.aMongodb({ user: ({ profile }) => ({ ...userOf({}), id: profile.id }) });
    await expect(find(thrown)).rejects.toMatchObject({ code: "RECORD_UNUSABLE" });
  });

  test.each([
    [failure(2, "BadValue", "canary-value"), "SOURCE_UNAVAILABLE", "BadValue 2"],
    [failure(13, "Unauthorized", "not authorized on legacy: canary-value"), "SOURCE_UNAVAILABLE", "Unauthorized 13"],
    [failure(304, "Location304", "Feature not supported: collation"), "SOURCE_UNAVAILABLE", 'collation: "none"'],
  ])("tells a command that the database refuses, without its text: %#", async (answer, code, told) => {
    const double = await bed.aDouble();
    double.scripted.set("find", answer);
    const error = await faultOf(find(bed.aMongodb({ connection: aSecret(bed.url(double.port)) })));
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(told);
    expect(`${error.message}${String(error.cause)}`).not.toContain("canary-value");
  });
});

function misconfigured() {
  const right = { connection: aSecret(""), collection: "users", find: finders, user: userOf };
  // As a config in plain JavaScript may have them.
  const wrong = (settings: object) => mongodb({ ...right, ...settings } as MongodbSettings);
  return [
    {
      source: wrong({ connection: 5, tls: false, database: "", collection: undefined, find: {}, user: 1 }),
      paths: ["connection", "tls", "database", "collection", "find", "user"],
    },
    {
      source: wrong({ find: { byName: "name", byEmail: { $ne: 1 }, byId: "$where" } }),
      paths: ["find.byName", "find.byEmail", "find.byId"],
    },
    {
      source: wrong({ find: { byEmail: "a..b", byPhone: "", byUsername: "a.$ne", byId: 1 } }),
      paths: ["find.byEmail", "find.byPhone", "find.byUsername", "find.byId"],
    },
    { source: wrong({ collation: "en", filter: [] }), paths: ["collation", "filter"] },
    { source: wrong({ filter: { tenant: { $eq: undefined } } }), paths: ["filter"] },
    {
      source: wrong({ collation: "none", filter: { kind: "user" }, list: true, search: ["email"], remove: true }),
      paths: [],
    },
    {
      source: wrong({ list: false, search: [], create: {}, update: 1, remove: "yes", mark: "$set" }),
      paths: ["search", "list", "remove", "create", "update", "mark"],
    },
    { source: wrong({ find: { byId: () => ({}) }, list: true, update: () => ({}) }), paths: ["find.byId"] },
    { source: wrong({ find: { byEmail: "email" }, search: ["email"] }), paths: ["find.byId"] },
    { source: wrong({ tls: { trust: true } }), paths: ["tls.trust"] },
  ];
}
