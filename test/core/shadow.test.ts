import { describe, expect, it } from "vitest";
import { complete } from "../../lib/core/completion.ts";
import { MigrationError } from "../../lib/core/errors.ts";
import type { LegacySource, ShadowEntry, ShadowLog } from "../../lib/core/ports.ts";
import type { LegacyVerdict } from "../../lib/core/request.ts";
import { shadow } from "../../lib/core/shadow.ts";
import { lookUp, type SignInServices } from "../../lib/core/sign-in.ts";
import { onBlock, onErase } from "../../lib/core/transitions.ts";
import type { LegacyUser } from "../../lib/core/user.ts";
import { custom } from "../../lib/sources/custom.ts";
import { aDeadline, aDeadlineWith } from "../support/deadline.ts";
import { aLegacyUser, annsPassword } from "../support/legacy-user.ts";
import { aCompletion, aLookUp, aSignIn } from "../support/services.ts";
import { aShadowLog } from "../support/shadow-log.ts";
import { aSignInSetting } from "../support/sign-in-setting.ts";

type Setting = Awaited<ReturnType<typeof aSignInSetting>>;

/** What was there before: users of the store, other settings, rows of an earlier migration. */
interface Before {
  readonly users?: readonly LegacyUser[];
  readonly overrides?: Partial<SignInServices>;
  readonly prepare?: (setting: Setting) => Promise<unknown>;
}

async function aShadowSetting({ users, overrides, prepare }: Before = {}, log?: ShadowLog) {
  const setting = await aSignInSetting(users, overrides);
  await prepare?.(setting);
  const { shadowLog, entries } = aShadowLog();
  const services = { ...setting.services, shadowLog: log ?? shadowLog };
  return {
    ...setting,
    entries,
    shadowSignIn: (name: string, password: string = annsPassword, legacyVerdict?: LegacyVerdict, ms?: number) => {
      const request = { ...aSignIn(name, password), ...(legacyVerdict === undefined ? {} : { legacyVerdict }) };
      return shadow(request, services, aDeadline(ms));
    },
    shadowLookUp: (name: string) => shadow(aLookUp(name), services, aDeadline()),
  };
}

const damaged = (encoded: string) => [aLegacyUser({ password: { encoded } })];
const store = (source: Partial<LegacySource>): Before => ({
  overrides: { sources: [{ name: "custom", lookups: ["username", "email"], ...source }] },
});
const twins = store({
  find: async () => {
    throw new MigrationError("RECORD_AMBIGUOUS", "custom: 2 rows for one username");
  },
});
const signedIn = ({ signIn }: Setting) => signIn("ann");
const forgot = ({ services }: Setting) => lookUp(aLookUp("ann"), services, aDeadline());
const moved = async (setting: Setting) => {
  await signedIn(setting);
  await complete(aCompletion({ sub: "s", legacyId: "1" }), setting.services, aDeadline());
};
const operated = (decide: typeof onBlock) => async (setting: Setting) => {
  await signedIn(setting);
  await setting.change(decide);
};
const unverified = [aLegacyUser({ attributes: { email: "ann@example.com" } })];

type Row = readonly [what: string, before: Before, name: string, password: string, would: string, known: boolean];
const signIns: readonly Row[] = [
  ["a right password", {}, "ann", annsPassword, "verified", true],
  ["a right password by an alias", {}, "ANN@example.com", annsPassword, "verified", true],
  ["a weak one", { overrides: { weak: () => true } }, "ann", annsPassword, "weak", true],
  ["a wrong password", {}, "ann", "wrong", "wrong-password", true],
  ["an unknown user", {}, "bob", annsPassword, "unknown-user", false],
  ["a name that nobody can have", {}, "a\u0000", annsPassword, "unknown-user", false],
  ["an empty password", {}, "ann", "", "wrong-password", false],
  ["a disabled user", { users: [aLegacyUser({ enabled: false })] }, "ann", annsPassword, "disabled", true],
  ["a damaged hash", { users: damaged("$P$Bcanary") }, "ann", annsPassword, "unusable-record HASH_DAMAGED", true],
  ["an unknown hash", { users: damaged("!") }, "ann", annsPassword, "unusable-record HASH_UNKNOWN", true],
  ["two rows", twins, "ann", annsPassword, "unusable-record RECORD_AMBIGUOUS", false],
  [
    "a row that does not carry the name",
    store({ find: async () => aLegacyUser({ username: "bob" }) }),
    "ann",
    annsPassword,
    "unusable-record RECORD_UNUSABLE",
    true,
  ],
  [
    "a right bind",
    store({ authenticate: async () => ({ kind: "match", user: aLegacyUser() }) }),
    "ann",
    annsPassword,
    "verified",
    true,
  ],
  [
    "a locked account of a directory",
    store({ authenticate: async () => ({ kind: "denied", reason: "locked" }) }),
    "ann",
    annsPassword,
    "locked",
    false,
  ],
  [
    "a name that the pool cannot take",
    { users: [aLegacyUser({ attributes: {} })], overrides: { userNames: "email" } },
    "ann",
    annsPassword,
    "conflict",
    true,
  ],
  ["a user who is verified", { prepare: signedIn }, "ann", annsPassword, "verified", true],
  ["a user who has moved", { prepare: moved }, "ann", annsPassword, "already-migrated", true],
  ["a reset that was begun", { prepare: forgot }, "ann", annsPassword, "must-change", true],
  ["a blocked user", { prepare: operated(onBlock) }, "ann", annsPassword, "blocked", true],
  [
    "an erased user, whose tombstone no config reads",
    { prepare: operated(onErase) },
    "ann",
    "wrong",
    "wrong-password",
    true,
  ],
];

const lookUps: readonly (readonly [what: string, before: Before, name: string, would: string])[] = [
  ["a verified contact", {}, "ann", "found"],
  ["an unknown user", {}, "bob", "unknown-user"],
  ["a disabled user", { users: [aLegacyUser({ enabled: false })] }, "ann", "disabled"],
  ["no verified contact", { users: unverified }, "ann", "no-verified-contact"],
  ["two rows", twins, "ann", "unusable-record RECORD_AMBIGUOUS"],
  ["a config that refuses it", { overrides: { forgotPassword: "refuse" } }, "ann", "unknown-user"],
  ["a user who has moved", { prepare: moved }, "ann", "already-migrated"],
  ["a reset that was begun", { prepare: forgot }, "ann", "found"],
];

const cameTo = ({ would, code }: ShadowEntry) => [would, code].filter((one) => one !== undefined).join(" ");

describe("a shadow run", () => {
  it.each(signIns)("decides as a migration does, and writes it down: %s", async (_, before, name, password, would) => {
    const migrating = await aSignInSetting(before.users, before.overrides);
    await before.prepare?.(migrating);
    migrating.work.length = 0;
    const expected = await migrating.signIn(name, password);

    const { shadowSignIn, entries, work, items } = await aShadowSetting(before);
    work.length = 0;
    const table = await items();
    expect(await shadowSignIn(name, password)).toEqual({ kind: "shadowed", would: expected });
    expect(entries.map(cameTo)).toEqual([would]);
    expect(entries).toMatchObject([{ request: "sign-in", told: "untold" }]);
    expect(work, "the work of a migration's answer").toEqual(migrating.work);
    expect(await items()).toEqual(table);
  });

  it.each(lookUps)("decides on a forgotten password as a migration does: %s", async (_, before, name, would) => {
    const migrating = await aSignInSetting(before.users, before.overrides);
    await before.prepare?.(migrating);
    const expected = await lookUp(aLookUp(name), migrating.services, aDeadline());

    const { shadowLookUp, entries, items } = await aShadowSetting(before);
    const table = await items();
    expect(await shadowLookUp(name)).toEqual({ kind: "shadowed", would: expected });
    expect(entries.map(cameTo)).toEqual([would]);
    expect(entries).toMatchObject([{ request: "look-up", told: "untold" }]);
    expect(await items()).toEqual(table);
  });

  const admitted = (would: string) => would === "verified" || would === "weak";

  it.each(signIns)("names the user where the old system let in whom a migration refuses: %s", async (...row) => {
    const [, before, name, password, would, known] = row;
    const { shadowSignIn, entries } = await aShadowSetting(before);
    await shadowSignIn(name, password, "accepted");
    const concerns = known && !admitted(would) ? { source: "custom", legacyId: "1" } : undefined;
    expect(entries).toMatchObject([{ told: "accepted" }]);
    expect(entries[0]?.concerns).toEqual(concerns);
  });

  it.each(signIns)("names the user where the old system refused whom a migration lets in: %s", async (...row) => {
    const [, before, name, password, would, known] = row;
    const { shadowSignIn, entries } = await aShadowSetting(before);
    await shadowSignIn(name, password, "refused");
    const isCase = admitted(would) || would.startsWith("unusable-record");
    expect(entries[0]?.concerns).toEqual(known && isCase ? { source: "custom", legacyId: "1" } : undefined);
  });

  it.each(signIns)("names nobody but the unusable where nothing was told: %s", async (...row) => {
    const [, before, name, password, would, known] = row;
    const { shadowSignIn, entries } = await aShadowSetting(before);
    await shadowSignIn(name, password);
    const isCase = would.startsWith("unusable-record");
    expect(entries[0]?.concerns).toEqual(known && isCase ? { source: "custom", legacyId: "1" } : undefined);
  });

  it("names the user of the source that decided, not one of another", async () => {
    const second = custom({
      name: "second",
      lookups: ["username"],
      find: (by) => (by.canonical === "bob" ? aLegacyUser({ id: "7", username: "bob" }) : undefined),
    });
    const setting = await aSignInSetting();
    const sources = [...setting.services.sources, second];
    const { shadowSignIn, entries } = await aShadowSetting({ overrides: { sources } });
    await shadowSignIn("bob", "wrong", "accepted");
    expect(entries).toMatchObject([{ concerns: { source: "second", legacyId: "7" } }]);
  });

  it("holds neither identifier nor password nor hash in what it writes down", async () => {
    const { shadowSignIn, entries } = await aShadowSetting();
    await shadowSignIn("ann@example.com", "wrong", "accepted");
    expect(Object.keys(entries[0] ?? {}).sort()).toEqual(["at", "concerns", "request", "told", "would"]);
    expect(JSON.stringify(entries)).not.toMatch(/ann|example|pbkdf2|Correct|wrong"/);
  });
});

describe("a fault in a shadow run", () => {
  const down: Before = store({
    find: async () => {
      throw new MigrationError("SOURCE_UNAVAILABLE", "custom: connection refused");
    },
  });

  it("of a system is counted and thrown, as in a migration", async () => {
    const { shadowSignIn, entries } = await aShadowSetting(down);
    await expect(shadowSignIn("ann", annsPassword, "accepted")).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(entries).toMatchObject([{ would: "fault", code: "SOURCE_UNAVAILABLE", told: "accepted" }]);
  });

  it("of the adopter's own rule is counted and thrown without a code", async () => {
    const thrown = new TypeError("x is no function");
    const { shadowSignIn, entries } = await aShadowSetting({
      overrides: {
        weak: () => {
          throw thrown;
        },
      },
    });
    await expect(shadowSignIn("ann")).rejects.toBe(thrown);
    expect(entries.map(cameTo)).toEqual(["fault"]);
  });

  const failing = (error: unknown): ShadowLog => ({
    record: async () => {
      throw error;
    },
  });

  it.each<readonly [string, unknown, string]>([
    ["a fault", new MigrationError("LEDGER_UNAVAILABLE", "down"), "LEDGER_UNAVAILABLE"],
    ["the end of the time", new MigrationError("DEADLINE_EXCEEDED", "over"), "DEADLINE_EXCEEDED"],
    ["an error that nobody thought of", new TypeError("x"), "LEDGER_UNAVAILABLE"],
  ])("of writing down changes no decision: %s", async (_, error, unrecorded) => {
    const { shadowSignIn } = await aShadowSetting({}, failing(error));
    expect(await shadowSignIn("ann")).toMatchObject({ kind: "shadowed", would: { kind: "verified" }, unrecorded });
  });

  it("of writing down does not hide the fault that came first", async () => {
    const { shadowSignIn } = await aShadowSetting(down, failing(new MigrationError("LEDGER_UNAVAILABLE", "down")));
    await expect(shadowSignIn("ann")).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
  });

  it("gives writing down no more time than the event has left", async () => {
    const hanging: ShadowLog = {
      record: (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    };
    const { services } = await aShadowSetting();
    const request = aSignIn("ann");
    const decided = await shadow(request, { ...services, shadowLog: hanging }, aDeadlineWith(300));
    expect(decided).toMatchObject({ would: { kind: "verified" }, unrecorded: "DEADLINE_EXCEEDED" });
  });
});
