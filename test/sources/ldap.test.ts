import { describe, expect, onTestFinished, test } from "vitest";
import { MigrationError } from "../../lib/core/errors.ts";
import type { LegacySource, SecretRef } from "../../lib/core/ports.ts";
import { type LdapSettings, ldap } from "../../lib/sources/ldap.ts";
import { describeSource, hostileTexts, named } from "../contracts/source.ts";
import type { ProxyMode } from "../support/fault-proxy.ts";
import { slapdMissing } from "../support/slapd.ts";
import { adaId, anLdap, aReader, aSecret, authenticate, base, find, ldapBed, plainUrl, userOf } from "./ldap-bed.ts";

const ada = named("username", "ada");
const right = "ada's pass";
const soon = () => AbortSignal.timeout(10_000);
const findAda = (source: LegacySource) => source.find?.(ada, soon());

describe.skipIf(slapdMissing !== undefined)("ldap, on OpenLDAP", () => {
  const bed = ldapBed();
  const tls = () => ({ ca: bed.certificates.ca });
  const plain = () => anLdap({ connection: bed.secret(bed.server.port) });

  const atStall =
    (mode: ProxyMode, warmFirst: boolean, encrypted = false) =>
    async () => {
      const relay = await bed.aRelay(warmFirst ? "pass" : mode);
      const source = ldap({
        connection: aReader(plainUrl(relay.port)),
        base,
        find,
        user: userOf,
        ...(encrypted ? { tls: tls() } : { tls: "insecure-no-tls" }),
      });
      if (warmFirst) await findAda(source);
      await relay.become(mode);
      return { source, open: relay.open };
    };
  describeSource("ldap", () => ({
    open: () => ldap({ connection: bed.secret(), tls: tls(), base, find, user: userOf }),
    known: {
      id: adaId,
      lookups: [ada, named("email", "ada@example.org"), named("phone", "+441234567890"), named("id", adaId)],
    },
    ambiguous: named("email", "twins@example.org"),
    unusable: named("email", "nameless@example.org"),
    openBroken: () => ldap({ connection: aReader("ldaps://127.0.0.1:1"), base, find, user: userOf }),
    stalled: {
      "while binding": atStall("mute", false),
      "in StartTLS": atStall("mute", false, true),
      "in the handshake, byte by byte": atStall("drip", false, true),
      "in a search": atStall("mute", true),
      "in a search over TLS": atStall("mute", true, true),
    },
    misconfigured: misconfigured(),
  }));

  test("lets in who knows the password, by each look-up, and says so of nobody else", async () => {
    const source = anLdap({ connection: bed.secret(), tls: tls() });
    for (const by of [ada, named("email", "ada@example.org"), named("phone", "+441234567890"), named("id", adaId)]) {
      expect(await authenticate(source, by, right)).toMatchObject({ kind: "match", user: { id: adaId } });
      expect(await authenticate(source, by, `${right} `)).toEqual({ kind: "denied", reason: "wrong-password" });
    }
    expect(await authenticate(source, named("username", "nobody"), right)).toEqual({
      kind: "denied",
      reason: "unknown-user",
    });
    // Neither a right nor a wrong bind of a user changed who asks.
    expect(await findAda(source)).toMatchObject({ id: adaId });
  });

  test("takes passwords and names of any characters, and escapes none twice", async () => {
    const source = plain();
    expect(await authenticate(source, named("username", "zoë"), "pässwörd\u0000 密码")).toMatchObject({
      kind: "match",
    });
    expect(await authenticate(source, named("username", "zoë"), "passwörd")).toMatchObject({ kind: "denied" });
    expect(await authenticate(source, named("username", "a*(b)\\c"), "smith")).toMatchObject({ kind: "match" });
  });

  test("never binds with an empty password, whoever asks", async () => {
    const relay = await bed.aRelay();
    const source = anLdap({ connection: aReader(plainUrl(relay.port)) });
    for (const by of [ada, named("username", "empty"), named("username", "nobody")]) {
      expect(await authenticate(source, by, "")).toEqual({ kind: "denied", reason: "wrong-password" });
    }
    expect(relay.accepted()).toBe(0);
  });

  test("refuses a user without a password, whatever is typed", async () => {
    const answer = await authenticate(plain(), named("username", "empty"), "anything");
    expect(answer).toEqual({ kind: "denied", reason: "wrong-password" });
  });

  test("lets nobody in by a name that is syntax elsewhere", async () => {
    const source = plain();
    const direct = anLdap({
      connection: bed.secret(bed.server.port),
      userDn: `uid=$1,${base}`,
      find: { byUsername: "uid" },
    });
    for (const text of hostileTexts) {
      const name = named("username", text);
      expect(await authenticate(source, name, right), text.slice(0, 40)).toEqual({
        kind: "denied",
        reason: "unknown-user",
      });
      // The directory itself does not tell an unknown name from a wrong password.
      expect(await authenticate(direct, name, right), text.slice(0, 40)).toMatchObject({ kind: "denied" });
    }
  });

  test("keeps one connection for the service account and none for users", async () => {
    const relay = await bed.aRelay();
    const source = anLdap({ connection: aReader(plainUrl(relay.port)) });
    await Promise.all([findAda(source), findAda(source), findAda(source)]);
    expect(relay.accepted()).toBe(1);
    await authenticate(source, ada, right);
    await authenticate(source, ada, "wrong");
    await findAda(source);
    expect(relay.accepted()).toBe(3);
    await expect.poll(relay.open).toBe(1);
    await source.close?.();
    await expect.poll(relay.open).toBe(0);
  });

  test("replaces a connection that was cut, within the same call", async () => {
    const relay = await bed.aRelay();
    const source = anLdap({ connection: aReader(plainUrl(relay.port)) });
    await findAda(source);
    await relay.become("refuse");
    await relay.become("pass");
    expect(await findAda(source)).toMatchObject({ id: adaId });
    expect(relay.accepted()).toBe(2);
  });

  test("is cut by the signal in a user's bind, and leaves that connection closed", async () => {
    const relay = await bed.aRelay("mute");
    const texts = [await bed.secret(bed.server.port).read(soon()), await aReader(plainUrl(relay.port)).read(soon())];
    const read = async () => texts.shift() ?? expect.unreachable("read a third time");
    const source = anLdap({ connection: { name: "turning", read, refresh: read } });
    const controller = new AbortController();
    const reason = new Error("over");
    const checking = authenticate(source, ada, right, controller.signal);
    setTimeout(() => controller.abort(reason), 300);
    await expect(checking).rejects.toBe(reason);
    expect(relay.accepted()).toBe(1);
    await expect.poll(relay.open).toBe(0);
  });

  test("fetches a refused credential afresh, once, and tells when that one is refused too", async () => {
    const url = plainUrl(bed.server.port);
    let fetched = 0;
    const rotated = (fresh: SecretRef): SecretRef => ({
      name: "rotated",
      read: aReader(url, { password: "old" }).read,
      refresh: (signal) => {
        fetched += 1;
        return fresh.read(signal);
      },
    });
    expect(await findAda(anLdap({ connection: rotated(aReader(url)) }))).toMatchObject({ id: adaId });
    const stale = findAda(anLdap({ connection: rotated(aReader(url, { password: "older canary" })) }));
    await expect(stale).rejects.toMatchObject({ code: "SOURCE_REFUSED_CREDENTIAL" });
    await expect(stale).rejects.not.toThrow("canary");
    expect(fetched).toBe(2);
  });

  test.each([
    ["no account", { bindDn: undefined }],
    ["no password", { password: "" }],
    ["a SASL mechanism for a name", { bindDn: "EXTERNAL" }],
    ["another protocol", { url: "https://directory.example" }],
    ["a password in the URL", { url: "ldaps://reader:canary@directory.example" }],
  ])("refuses a secret with %s", async (_, fields) => {
    const found = findAda(anLdap({ connection: aReader("ldaps://directory.example", fields) }));
    await expect(found).rejects.toMatchObject({ code: "SECRET_INVALID" });
    await expect(found).rejects.not.toThrow("canary");
  });

  test("calls a base that is not there a fault, not an unknown user", async () => {
    const source = anLdap({ connection: bed.secret(bed.server.port), base: "ou=nowhere,dc=example,dc=org" });
    await expect(findAda(source)).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE", message: /result code 32/ });
  });

  test("lists all users page by page, also with sign-ins in between", async () => {
    const source = anLdap({ connection: bed.secret(bed.server.port), base: "ou=many,dc=example,dc=org" });
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await source.list?.({ size: 10, ...(after === undefined ? {} : { after }) }, soon());
      expect(page?.users.length).toBeLessThanOrEqual(10);
      seen.push(...(page?.users ?? []).map(({ username }) => username));
      after = page?.next;
      await findAda(source);
    } while (after !== undefined);
    expect(seen.toSorted()).toEqual(Array.from({ length: 25 }, (_, at) => `many-${String(at).padStart(2, "0")}`));
  });

  test("refuses to go on with a list whose connection has gone", async () => {
    const relay = await bed.aRelay();
    const source = anLdap({ connection: aReader(plainUrl(relay.port)), base: "ou=many,dc=example,dc=org" });
    const first = await source.list?.({ size: 10 }, soon());
    await relay.become("refuse");
    await relay.become("pass");
    const next = source.list?.({ size: 10, after: first?.next ?? "" }, soon());
    await expect(next).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE", message: /begin it again/ });
  });

  test("searches for a text as data, never as a pattern", async () => {
    const source = plain();
    const search = async (text: string) =>
      (await source.search?.(text, { size: 100 }, soon()))?.users.map(({ username }) => username);
    expect(await search("da@exam")).toEqual(["ada"]);
    expect(await search("*(b)")).toEqual(["a*(b)\\c"]);
    expect(await search("ZOË")).toEqual(["zoë"]);
    for (const text of ["a*a", "*)(uid=*", "a.a", "%", "\\61"]) expect(await search(text), text).toEqual([]);
  });

  test("binds users by their DN where there is no service account, and can nothing else then", async () => {
    const connection = aSecret({ url: plainUrl(bed.server.port) });
    const source = anLdap({ connection, userDn: `uid=$1,${base}`, find: { byUsername: "uid" } });
    expect(await authenticate(source, ada, right)).toMatchObject({ kind: "match", user: { id: adaId } });
    expect(await authenticate(source, ada, "wrong")).toEqual({ kind: "denied", reason: "wrong-password" });
    expect([source.find, source.list, source.search]).toEqual([undefined, undefined, undefined]);
  });

  test("throws RECORD_UNUSABLE for an entry on which the mapping throws, without what it says", async () => {
    const user = () => {
      throw new Error("canary-entry");
    };
    const found = findAda(anLdap({ connection: bed.secret(bed.server.port), user }));
    await expect(found).rejects.toMatchObject({ code: "RECORD_UNUSABLE" });
    await expect(found).rejects.not.toThrow("canary");
  });

  test("opened ahead, and failing after the event it was begun for, is not the next event's failure", async () => {
    const good = aReader(plainUrl((await bed.aRelay()).port));
    const down = Promise.withResolvers<string>();
    let reads = 0;
    const read = (signal: AbortSignal) => (++reads === 1 ? down.promise : good.read(signal));
    const source = anLdap({ connection: { ...good, read } });
    source.warm?.();
    const next = findAda(source);
    down.reject(new MigrationError("SECRET_UNAVAILABLE", "the secret store was down"));
    await next;
    expect(reads).toBe(2);
  });

  test("is opened ahead by warm", async () => {
    const relay = await bed.aRelay();
    const source = anLdap({ connection: aReader(plainUrl(relay.port)) });
    source.warm?.();
    await expect.poll(relay.accepted).toBe(1);
    await findAda(source);
    expect(relay.accepted()).toBe(1);
    onTestFinished(() => source.close?.());
  });
});

function misconfigured() {
  const settings = { connection: aSecret({}), base, user: userOf };
  // As a config in plain JavaScript may have them.
  const wrong = (overrides: object) => ldap({ ...settings, ...overrides } as LdapSettings);
  return [
    { source: wrong({}), paths: [] },
    { source: wrong({ connection: "ldaps://h" }), paths: ["connection"] },
    { source: wrong({ tls: { rejectUnauthorized: false } }), paths: ["tls.rejectUnauthorized"] },
    { source: wrong({ base: "people" }), paths: ["base"] },
    { source: wrong({ filter: "uid=*" }), paths: ["filter"] },
    { source: wrong({ filter: "(uid=*))(" }), paths: ["filter"] },
    { source: wrong({ find: {} }), paths: ["find"] },
    {
      source: wrong({ find: { byName: "uid", byEmail: "mail=*)(a", byPhone: [] } }),
      paths: ["find.byName", "find.byEmail", "find.byPhone"],
    },
    { source: wrong({ attributes: ["*", "a b"] }), paths: ["attributes"] },
    { source: wrong({ userDn: "uid=ada" }), paths: ["userDn"] },
    { source: wrong({ userDn: "uid=$1,dc=a", find: { byEmail: "mail" } }), paths: ["find.byEmail"] },
    { source: wrong({ user: {} }), paths: ["user"] },
    { source: wrong({ mark: "employeeType" }), paths: ["mark.attribute", "mark.value"] },
    { source: wrong({ mark: { attribute: "a)(b", value: "moved" } }), paths: ["mark.attribute"] },
    { source: wrong({ mark: { attribute: "info", value: "moved" }, find: { byEmail: "mail" } }), paths: ["mark"] },
  ];
}
