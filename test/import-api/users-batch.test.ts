import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { leaksIn } from "../faults/leaks.ts";
import { storedHash } from "../support/legacy-user.ts";
import { type Bed, openBed } from "./bed.ts";
import { type RawRequest, send } from "./signed-fetch.ts";

let bed: Bed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed?.close());

const password = "canary-Correct horse 1!";
const hash = storedHash(password);
const person = (id: string, more: object = {}) => ({
  id,
  username: id,
  enabled: true,
  attributes: { email: `${id}@example.com`, email_verified: true },
  password: { encoded: hash },
  ...more,
});
const post = (body: unknown, key: string = randomUUID(), more: RawRequest = {}) =>
  send(bed.api.endpoint, {
    headers: { "idempotency-key": key },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...more,
  });
const resultsOf = async (users: readonly unknown[], key?: string) => {
  const { status, body } = await post({ users }, key);
  expect(status).toBe(200);
  return body.results;
};

describe("POST /users/batch", () => {
  test("puts a hash into the vault, and the user signs in with the old password", async () => {
    expect(await resultsOf([person("ada")])).toEqual([{ result: "created" }]);
    expect((await bed.rows()).find(({ legacyId }) => legacyId === "ada")).toMatchObject({
      state: "imported",
      vaulted: true,
      source: "import",
    });
    expect(await bed.people.signIn("ada@example.com", "canary-wrong")).toMatchObject({ kind: "no" });
    expect(await bed.people.signIn("ada@example.com", password)).toEqual({ kind: "yes" });
    expect((await bed.rows()).find(({ legacyId }) => legacyId === "ada")).toMatchObject({ state: "migrated" });
    // Who has moved is kept as he is.
    expect(await resultsOf([person("ada")])).toEqual([{ result: "kept", state: "migrated" }]);
  });

  test("makes a user with a password in the clear in the pool at once", async () => {
    const plain = person("grace", { password: undefined, plaintext: password });
    expect(await resultsOf([plain])).toEqual([{ result: "created" }]);
    expect((await bed.rows()).find(({ legacyId }) => legacyId === "grace")).toMatchObject({ state: "migrated" });
    expect(await bed.people.signIn("grace@example.com", password)).toEqual({ kind: "yes" });
  });

  test("gives the same request the first answer again, and does nothing", async () => {
    const [key, users] = [randomUUID(), [person("mary")]];
    expect(await resultsOf(users, key)).toEqual([{ result: "created" }]);
    const [before] = (await bed.rows()).filter(({ legacyId }) => legacyId === "mary");
    expect(await resultsOf(users, key)).toEqual([{ result: "created" }]);
    // Under another key it is looked at, and is the same.
    expect(await resultsOf(users)).toEqual([{ result: "unchanged" }]);
    expect((await bed.rows()).filter(({ legacyId }) => legacyId === "mary")).toEqual([before]);
    const changed = person("mary", { groups: ["staff"], attributes: { email: "mary@example.com", name: "Mary" } });
    expect(await resultsOf([changed])).toEqual([{ result: "updated" }]);
  });

  test("gives two requests at once with one key one answer", async () => {
    const [key, users] = [randomUUID(), [person("twice"), person("thrice")]];
    const [one, other] = await Promise.all([resultsOf(users, key), resultsOf(users, key)]);
    expect(one).toEqual(other);
    expect(await resultsOf(users, key)).toEqual(one);
  });

  test("refuses a key that comes with another body", async () => {
    const key = randomUUID();
    await resultsOf([person("joan")], key);
    const { status, body } = await post({ users: [person("jean")] }, key);
    expect([status, body.code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
    expect((await bed.rows()).some(({ legacyId }) => legacyId === "jean")).toBe(false);
  });

  test("refuses the later of two twins, by id or by identifier", async () => {
    const results = await resultsOf([
      person("kay"),
      person("kay", { attributes: { email: "other@example.com" } }),
      person("kim", { attributes: { email: "KAY@example.com" } }),
      person("lee"),
    ]);
    const twin = { result: "refused", reason: "the id or an identifier is that of user 0 of this batch" };
    expect(results).toEqual([{ result: "created" }, twin, twin, { result: "created" }]);
  });

  test("refuses poison by itself, names no value, and goes on with the others", async () => {
    const deep = `${"[".repeat(40)}${"]".repeat(40)}`;
    const users = [
      JSON.stringify(person("poison-first")),
      `{"__proto__":{"enabled":true},"id":"p1","username":"p1","attributes":{}}`,
      JSON.stringify(person("p2")).replace('"attributes":{', '"attributes":{"__proto__":"canary-secret",'),
      JSON.stringify(person("p3", { enabled: "canary-yes" })),
      JSON.stringify(person("p4", { password: { encoded: hash, salt: { canary: 1 } } })),
      JSON.stringify(person("p5", { pasword: "canary-typo" })),
      JSON.stringify(person("p6", { attributes: { email: ["canary@example.com"] } })),
      `"canary-text"`,
      "null",
      "[]",
      `{"id":"p7","username":"p7","enabled":true,"attributes":${deep}}`,
      JSON.stringify(person("p8", { attributes: { name: "NAME" } })).replace("NAME", "\\ud800"),
      JSON.stringify(person("p9", { groups: "canary-group" })),
      JSON.stringify(person("p10", { identities: { canary: 1 }, totp: 5 })),
      JSON.stringify(person("poison-last")),
    ];
    const { status, body, text } = await post(`{"users":[${users.join()}]}`);
    expect(status).toBe(200);
    const kinds = body.results.map(({ result }: { result: string }) => result);
    expect(kinds).toEqual(["created", ...Array(13).fill("refused"), "created"]);
    const reasons: string[] = body.results.slice(1, -1).map(({ reason }: { reason: string }) => reason);
    expect(reasons.slice(0, 2)).toEqual(Array(2).fill("a member called __proto__"));
    expect(reasons[2]).toContain("`enabled` is of the type string");
    expect(reasons[3]).toBe("import: /password/salt must be string");
    for (const reason of reasons) expect(reason).not.toBe("");
    expect(text).not.toContain("canary");
    expect(Object.hasOwn(Object.prototype, "enabled")).toBe(false);
  });

  test("refuses by themselves those whom the ledger has no room for, and goes on with the others", async () => {
    const users = [
      person("large-attribute", { attributes: { email: "large@example.com", name: "x".repeat(500_000) } }),
      person("large-mail", { attributes: { email: `${"m".repeat(5000)}@example.com` } }),
      person("large-phone", { attributes: { email: "phone@example.com", phone_number: `+${"1".repeat(5000)}` } }),
      person("large-name", { attributes: { email: "name@example.com", preferred_username: "n".repeat(5000) } }),
      person("界".repeat(512), { attributes: { email: "wide@example.com" } }),
      person("\u{10348}".repeat(256), { attributes: { email: "wider@example.com" } }),
      person("large-groups", { groups: Array.from({ length: 30_000 }, (_, n) => `group ${n}`) }),
      person("many-passwords", { password: Array(500).fill({ encoded: hash }) }),
      person("large-totp", { totp: "A".repeat(5000) }),
      person("no-room-last"),
    ];
    const { status, body } = await post({ users });
    expect(status).toBe(200);
    const large = { result: "refused", reason: "the user has more than 256 KiB of JSON" };
    const words = body.results.map(({ result }: { result: string }) => result);
    expect([body.results[0], body.results[6]]).toEqual([large, large]);
    expect(body.results[7].reason).toBe("import: /password must not have more than 20 items");
    expect(words).toEqual([
      ...["refused", "refused", "created", "created", "created", "created"],
      ...["refused", "refused", "refused", "created"],
    ]);
  });

  test.each([
    ["501 users", { users: Array.from({ length: 501 }, (_, n) => person(`n${n}`)) }],
    ["no users", { users: [] }],
    ["no list", { users: {} }],
    ["an option that there is not", { users: [person("x")], options: { existing: "canary-replace" } }],
    ["jobs of the pool's own import", { users: [person("x")], options: { hashes: "platform" } }],
    ["a member that nobody knows", { users: [person("x")], dryRun: true }],
    ["a source's name that none could have", { users: [person("x")], source: "no#such" }],
    ["no object", "[1]"],
    ["no JSON", '{"users":[canary'],
    ["a member twice", '{"users":[],"users":[{}]}'],
    ["no UTF-8", new Uint8Array([0x7b, 0xff, 0x7d])],
  ])("refuses %s", async (_, body) => {
    const given = body instanceof Uint8Array ? { body } : {};
    const { status, body: said, text } = await post(body, randomUUID(), given);
    expect([status, said.code]).toEqual([400, "REQUEST_INVALID"]);
    expect(text).not.toContain("canary");
  });

  test.each([undefined, "", "a".repeat(129), "has space", "ümlaut"])("refuses the key %j", async (key) => {
    const headers = key === undefined ? {} : { "idempotency-key": Buffer.from(key).toString("latin1") };
    const { status, body } = await post({ users: [person("keyless")] }, "", { headers });
    expect([status, body.code]).toEqual([400, "REQUEST_INVALID"]);
  });

  test("refuses another media type", async () => {
    const headers = { "idempotency-key": "k", "content-type": "text/plain" };
    const { status, body } = await post({ users: [person("x")] }, "", { headers });
    expect([status, body.code]).toEqual([415, "REQUEST_TYPE_UNKNOWN"]);
  });

  test("takes 500 users in one request", async () => {
    const users = Array.from({ length: 500 }, (_, n) => person(`many${n}`));
    const results = await resultsOf(users);
    expect(results).toEqual(Array(500).fill({ result: "created" }));
    const item = (await bed.items()).find(({ pk }) => pk?.S?.startsWith("batch#"));
    expect(Number(item?.ttl?.N)).toBeGreaterThan(Date.now() / 1000 + 23 * 3600);
  }, 60_000);

  test("is stopped by API Gateway with 7 MB", async () => {
    const users = [person("large", { attributes: { name: "x".repeat(7_000_000) } })];
    const { status, body } = await post({ users });
    expect([status, body]).toEqual([413, { message: "Request Entity Too Large" }]);
  });

  test("answers 503 while the vault's key is refused or the ledger is away, and the same request goes on afterwards", async () => {
    bed.dynamo.faults.always("BatchGetItem", {
      kind: "error",
      status: 400,
      type: "AccessDeniedException",
      message: "c",
    });
    const key = randomUUID();
    const { status, body, headers } = await post({ users: [person("later")] }, key);
    bed.dynamo.faults.clear();
    expect([status, body.code, headers.get("retry-after")]).toEqual([503, "LEDGER_UNAVAILABLE", "2"]);
    expect(await resultsOf([person("later")], key)).toEqual([{ result: "created" }]);
  });
});

test("no line of a function's log has a password, a hash, an address or a key", () => {
  const text = bed.told.join("\n");
  expect(text).toContain('"request":"POST /users/batch"');
  expect(leaksIn(text, [password, hash, "ada@example.com", "canary", "poison-first"])).toEqual([]);
});
