import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { LegacySource, Page, SecretRef } from "../../lib/core/ports.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { type ActiveDirectorySettings, activeDirectory } from "../../lib/sources/active-directory.ts";
import { describeSource, hostileTexts, named } from "../contracts/source.ts";
import { describeMark } from "../contracts/source-mark.ts";
import { type ProxyMode, startFaultProxy } from "../support/fault-proxy.ts";
import { type Samba, sambaMissing, startSamba } from "../support/samba.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { addDomainUsers, passwordOf } from "./domain-users.ts";
import { aSecret, authenticate } from "./ldap-bed.ts";

const base = "dc=corp,dc=example";
const bindDn = "reader@corp.example";
const password = passwordOf("reader");
const soon = () => AbortSignal.timeout(10_000);
const alice = named("username", "alice");

// As a config in plain JavaScript may have them.
const misconfigured = [
  { settings: {}, paths: [] },
  { settings: { find: {} }, paths: ["find"] },
  { settings: { find: { byId: "objectSid" } }, paths: ["find.byId"] },
  { settings: { upnSuffix: "@corp.example" }, paths: ["upnSuffix"] },
  { settings: { mark: { attribute: "a=b" } }, paths: ["mark.attribute", "mark.value"] },
  { settings: { upnSuffix: "corp.example", mark: { attribute: "info", value: "moved" } }, paths: ["mark"] },
  { settings: { base: undefined, tls: "off", user: 1 }, paths: ["tls", "base", "user"] },
].map(({ settings, paths }) => {
  const source = activeDirectory({ connection: aSecret({}), base, ...settings } as ActiveDirectorySettings);
  return { source, paths };
});

test("activeDirectory reports every wrong setting with its path", () => {
  for (const { source, paths } of misconfigured) expect(settingFaultsOf(source).map(({ path }) => path)).toEqual(paths);
});

// It takes ten seconds, so it runs only where servers are required.
const required = process.env.SAMEKEY_REQUIRE_SERVERS === "1";
if (!required) process.stderr.write("skipped: Samba takes ten seconds; SAMEKEY_REQUIRE_SERVERS=1 runs it\n");

// Samba's domain controller answers with Active Directory's own texts; Microsoft's own server cannot be had here. It gives
// 52e, 530, 533, 701, 773 and 775. A password is never younger than a day when it expires (532), so that one, 525 and 531
// are held by test/protocols/active-directory-account.test.ts alone.
describe.skipIf(sambaMissing !== undefined || !required)("activeDirectory, on Samba's domain controller", () => {
  let samba: Samba | undefined;
  let certificates: Certificates | undefined;
  let aliceId = "";
  const domain = () => samba ?? expect.unreachable("asked before the suite began");
  const tls = () => ({ ca: certificates?.ca ?? "" });

  beforeAll(async () => {
    certificates = await makeCertificates();
    samba = await startSamba(certificates.here, certificates.caFile);
    await samba.asAdministrator((client) => addDomainUsers(client, base));
    aliceId = (await open().find?.(alice, soon()))?.id ?? "";
  }, 120_000);
  afterAll(async () => {
    await samba?.stop();
    if (certificates !== undefined) await rm(certificates.folder, { recursive: true });
  });

  const reader = (url = domain().ldaps): SecretRef => aSecret({ url, bindDn, password });
  const find = { byUsername: "sAMAccountName", byEmail: "mail", byPhone: "telephoneNumber" };
  const user: NonNullable<ActiveDirectorySettings["user"]> = (entry, usual) => ({
    ...usual,
    username: entry.text("sAMAccountName") === "mallory" ? undefined : usual.username,
    attributes: { ...usual.attributes, phone_number: entry.text("telephoneNumber") },
  });
  function open(overrides: Partial<ActiveDirectorySettings> = {}): LegacySource {
    return activeDirectory({ connection: reader(), tls: tls(), base, find, user, ...overrides });
  }
  function opened(overrides: Partial<ActiveDirectorySettings> = {}): LegacySource {
    const source = open(overrides);
    onTestFinished(() => source.close?.());
    return source;
  }

  const atStall = (mode: ProxyMode, warmFirst: boolean) => async () => {
    const relay = await startFaultProxy(636, warmFirst ? "pass" : mode);
    onTestFinished(() => relay.stop());
    const source = open({ connection: reader(`ldaps://127.0.0.1:${relay.port}`) });
    if (warmFirst) await source.find?.(alice, soon());
    await relay.become(mode);
    return { source, open: relay.open };
  };
  describeSource("activeDirectory", () => ({
    open,
    known: {
      id: aliceId,
      lookups: [alice, named("email", "alice@example.org"), named("phone", "+441234567890"), named("id", aliceId)],
    },
    ambiguous: named("email", "twins@example.org"),
    unusable: named("username", "mallory"),
    openBroken: () => open({ connection: reader("ldaps://127.0.0.1:1") }),
    stalled: { "while connecting": atStall("mute", false), "in a search": atStall("mute", true) },
    misconfigured,
  }));

  const mark = { attribute: "employeeType", value: "moved" };
  const marker = { bindDn: "marker@corp.example", password: passwordOf("marker") };
  const aMarker = (url = domain().ldaps) => open({ connection: aSecret({ url, ...marker }), mark });
  describeMark("activeDirectory", () => ({
    open: aMarker,
    known: aliceId,
    marks: async () => {
      const source = opened({
        attributes: ["employeeType"],
        user: (entry, usual) => ({ ...usual, attributes: { mark: entry.texts("employeeType").join() } }),
      });
      const users = (await source.list?.({ size: 100 }, soon()))?.users ?? [];
      return Object.fromEntries(users.flatMap(({ id, attributes: { mark: one } }) => (one ? [[id, one]] : [])));
    },
    written: () => "moved",
    openBroken: () => aMarker("ldaps://127.0.0.1:1"),
    stall: async () => {
      const relay = await startFaultProxy(636, "mute");
      onTestFinished(() => relay.stop());
      return { source: aMarker(`ldaps://127.0.0.1:${relay.port}`), open: relay.open };
    },
  }));

  test("marks nobody by an account that may only read", async () => {
    const source = opened({ mark: { ...mark, value: "gone" } });
    await expect(source.mark?.(aliceId, new Date(), soon())).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
  });

  test("calls a user by objectGUID, whatever becomes of the name", async () => {
    expect(aliceId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    await domain().asAdministrator(async (client) => {
      // A base of this form is the server's own reading of the GUID.
      const { searchEntries } = await client.search(`<GUID=${aliceId}>`, { scope: "base", attributes: ["mail"] });
      expect(searchEntries[0]?.mail).toBe("alice@example.org");
    });
  });

  test.each([
    ["alice", "a wrong password", "wrong-password"],
    ["nobody", "a wrong password", "unknown-user"],
    ["bob", passwordOf("bob"), "disabled"],
    ["carol", passwordOf("carol"), "expired"],
    ["dave", passwordOf("dave"), "must-change"],
    ["grace", passwordOf("grace"), "disabled"],
  ] as const)("denies %s with %s as %s", async (name, typed, reason) => {
    expect(await authenticate(opened(), named("username", name), typed)).toEqual({ kind: "denied", reason });
  });

  test("tells an account that is locked out, also with the right password", async () => {
    const source = opened();
    const erin = named("username", "erin");
    expect(await authenticate(source, erin, passwordOf("erin"))).toMatchObject({ kind: "match" });
    for (let wrong = 0; wrong < 3; wrong++) await authenticate(source, erin, "wrong");
    expect(await authenticate(source, erin, passwordOf("erin"))).toEqual({ kind: "denied", reason: "locked" });
  });

  test("lets in who knows the password, and does not lose the service account by it", async () => {
    const source = opened();
    for (const by of [alice, named("email", "alice@example.org"), named("id", aliceId)]) {
      expect(await authenticate(source, by, passwordOf("alice"))).toMatchObject({
        kind: "match",
        user: { id: aliceId },
      });
    }
    expect(await authenticate(source, named("username", "zoë"), passwordOf("zoë"))).toMatchObject({ kind: "match" });
    expect(await authenticate(source, alice, "")).toEqual({ kind: "denied", reason: "wrong-password" });
    expect(await source.find?.(alice, soon())).toMatchObject({ id: aliceId });
  });

  test("finds disabled and expired accounts as such, for who forgot a password", async () => {
    const source = opened();
    for (const [name, enabled] of Object.entries({ alice: true, bob: false, carol: false, dave: true })) {
      expect(await source.find?.(named("username", name), soon()), name).toMatchObject({ username: name, enabled });
    }
  });

  test("binds by the principal name where there is no service account", async () => {
    const connection = aSecret({ url: domain().ldap });
    const source = opened({ connection, upnSuffix: "corp.example", find: { byUsername: "sAMAccountName" } });
    expect(await authenticate(source, alice, passwordOf("alice"))).toMatchObject({
      kind: "match",
      user: { id: aliceId },
    });
    expect(await authenticate(source, alice, "wrong")).toEqual({ kind: "denied", reason: "wrong-password" });
    expect(await authenticate(source, named("username", "bob"), passwordOf("bob"))).toEqual({
      kind: "denied",
      reason: "disabled",
    });
    expect([source.find, source.list, source.search]).toEqual([undefined, undefined, undefined]);
    for (const text of hostileTexts) {
      const answer = await authenticate(source, named("username", text), passwordOf("alice"));
      expect(answer.kind, text.slice(0, 40)).toBe("denied");
    }
  });

  test("does not open one user's account by the password of another whose principal name is that one's mail", async () => {
    const connection = aSecret({ url: domain().ldaps });
    const source = opened({
      connection,
      upnSuffix: "corp.example",
      find: { byEmail: "mail" },
      user: (_, usual) => usual,
    });
    const answer = await authenticate(source, named("email", "alice@corp.example"), passwordOf("alice"));
    expect(answer).toEqual({ kind: "denied", reason: "unknown-user" });
  });

  test("speaks by StartTLS, and says when the server refuses to do without", async () => {
    expect(await opened({ connection: reader(domain().ldap) }).find?.(alice, soon())).toMatchObject({ id: aliceId });
    const clear = opened({ connection: reader(domain().ldap), tls: "insecure-no-tls" });
    await expect(clear.find?.(alice, soon())).rejects.toMatchObject({ message: /wants the connection protected/ });
  });

  test("tells a refused service account with the sub-code", async () => {
    const connection = aSecret({ url: domain().ldaps, bindDn, password: "old" });
    const found = opened({ connection }).find?.(alice, soon());
    await expect(found).rejects.toMatchObject({ code: "SOURCE_REFUSED_CREDENTIAL", message: /49, data 52e/ });
  });

  test("lists all users page by page and searches them, other entries left out", async () => {
    const source = opened({ user: (_, usual) => usual });
    const seen: string[] = [];
    for (let after: string | undefined = ""; after !== undefined; ) {
      const page: Page | undefined = await source.list?.({ size: 4, ...(after === "" ? {} : { after }) }, soon());
      seen.push(...(page?.users ?? []).map(({ username }) => username));
      after = page?.next;
    }
    expect(seen).toEqual(expect.arrayContaining(["alice", "bob", "zoë", "Administrator"]));
    expect(new Set(seen).size).toBe(seen.length);
    const found = await source.search?.("lic", { size: 10 }, soon());
    expect(found?.users.map(({ username }) => username).toSorted()).toEqual(["alice", "mallory"]);
    expect(await source.search?.("a*ice", { size: 10 }, soon())).toEqual({ users: [] });
  });
});
