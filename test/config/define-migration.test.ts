import { describe, expect, it } from "vitest";
import { defineMigration, type MigrationSettings } from "../../lib/config/define-migration.ts";
import { kmsKey } from "../../lib/config/kms-key.ts";
import { secret } from "../../lib/config/secret.ts";
import { MigrationError } from "../../lib/core/errors.ts";
import { argon2 } from "../../lib/hashes/argon2.ts";
import { bcrypt } from "../../lib/hashes/bcrypt.ts";
import { customPassword } from "../../lib/hashes/custom-password.ts";
import { phpass } from "../../lib/hashes/phpass.ts";
import { custom } from "../../lib/sources/custom.ts";
import { aSource } from "../support/legacy-source.ts";

const good = (): MigrationSettings => ({ sources: [aSource([]).source], passwords: [bcrypt()], userNames: "email" });

/** The paths of all settings that the message finds fault with. */
function faultsOf(settings: unknown): readonly string[] {
  const [, ...lines] = messageOf(settings).split("\n");
  return lines.map((line) => line.trim().split(":")[0] ?? "");
}

function messageOf(settings: unknown): string {
  try {
    defineMigration(settings as MigrationSettings);
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    expect(error.code).toBe("CONFIG_INVALID");
    return error.message;
  }
  return "";
}

describe("defineMigration", () => {
  it("fills in the safe defaults", () => {
    const migration = defineMigration(good());
    expect(migration).toMatchObject({
      mode: "migrate",
      usernameCase: "insensitive",
      forgotPassword: "migrate",
      federated: "refuse",
      gate: { legacyCheck: false, keepSeconds: 60, onFault: "refuse" },
      lookupsPerMinute: 120,
      throttle: {
        freeFailures: 5,
        firstDelaySeconds: 1,
        maxDelaySeconds: 900,
        maxFailures: 100,
        forgetSeconds: 3600,
        circuit: { failuresPerMinute: 300, clientFailuresPerMinute: 200, openSeconds: 60 },
      },
      refusalMs: 1000,
    });
    expect(migration.weakPassword("a")).toBe(false);
  });

  it("reports every wrong setting at once, each with its path, what was found and what is allowed", () => {
    const settings = {
      mode: "dry-run",
      sources: [custom({ name: "Shop!", lookups: [], find: () => undefined }), "postgres"],
      passwords: [bcrypt({ maxCost: 99 }), bcrypt(), 5],
      userNames: "mail",
      usernameCase: "none",
      forgotPassword: "ask",
      federated: true,
      gate: { legacyCheck: "yes", keepSeconds: -1, onFault: "ignore", more: 1 },
      lookupsPerMinute: 0,
      refusalMs: 1.5,
      weakPassword: "8 characters",
      pasword: [],
    };
    expect([...faultsOf(settings)].sort()).toEqual(
      [
        "federated",
        "forgotPassword",
        "gate.keepSeconds",
        "gate.legacyCheck",
        "gate.more",
        "gate.onFault",
        "lookupsPerMinute",
        "mode",
        "passwords[0].maxCost",
        "passwords[1]",
        "passwords[2]",
        "pasword",
        "refusalMs",
        "sources[0].lookups",
        "sources[0].name",
        "sources[1]",
        "userNames",
        "usernameCase",
        "weakPassword",
      ].sort(),
    );
    const message = messageOf(settings);
    expect(message).toMatch(/^migration\.config\.ts: \d+ settings are wrong\n/);
    expect(message).toContain('mode: found "dry-run"; allowed are "migrate", "shadow"');
    expect(message).toContain('userNames: found "mail"; allowed are "email", "phone", "username", "alias"');
    expect(message).toContain("lookupsPerMinute: found 0; allowed are whole numbers from 1 to 6000");
  });

  it("turns throttling off by the word alone, and keeps the defaults of what is left out", () => {
    const throttle = (given: MigrationSettings["throttle"]) =>
      defineMigration({ ...good(), ...(given === undefined ? {} : { throttle: given }) }).throttle;
    expect(throttle("off")).toBeUndefined();
    expect(throttle({ circuit: "off" })).toMatchObject({ freeFailures: 5, circuit: undefined });
    expect(throttle({ freeFailures: 3, circuit: { openSeconds: 30 } })).toMatchObject({
      freeFailures: 3,
      maxDelaySeconds: 900,
      circuit: { failuresPerMinute: 300, openSeconds: 30 },
    });
  });

  it.each<readonly [string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a list", []],
    ["a text", "postgres"],
    ["an empty object", {}],
  ])("asks for what is needed where %s is given", (_, settings) => {
    expect(faultsOf(settings)).toEqual(expect.arrayContaining(["sources", "userNames"]));
  });

  it.each<readonly [string, object, readonly string[]]>([
    ["no source at all", { sources: [] }, ["sources"]],
    ["a source that is no source", { sources: [{ name: "shop" }] }, ["sources[0]"]],
    ["a source that was not called", { sources: [custom] }, ["sources[0]"]],
    ["a format that is no format", { passwords: [bcrypt(), { name: "house" }] }, ["passwords[1]"]],
    ["a format that was not called", { passwords: [bcrypt] }, ["passwords[0]"]],
    ["null among the formats", { passwords: [bcrypt(), null] }, ["passwords[1]"]],
    ["no format for a source that hands out hashes", { passwords: [] }, ["passwords"]],
    ["no format for a vault", { sources: [], passwords: [], vault: { key: kmsKey("alias/samekey") } }, ["passwords"]],
    ["a vault that is no object", { vault: "alias/samekey" }, ["vault"]],
    ["a vault's key that is no KMS key", { vault: { key: "alias/samekey", keys: [] } }, ["vault.keys", "vault.key"]],
    ["a vault's key of AWS's own", { vault: { key: kmsKey("alias/aws/dynamodb") } }, ["vault.key"]],
    ["a vault's key without the word alias", { vault: { key: kmsKey("samekey") } }, ["vault.key"]],
    [
      "an alias by its ARN, which no role can be held to",
      { vault: { key: kmsKey("arn:aws:kms:eu-west-1:123456789012:alias/samekey") } },
      ["vault.key"],
    ],
    ["two sources of one name", { sources: [aSource([]).source, aSource([]).source] }, ["sources[1].name"]],
    ["a gate that is no object", { gate: true }, ["gate"]],
    ["a throttle that is turned off by another word", { throttle: false }, ["throttle"]],
    [
      "a throttle that is wrong throughout",
      {
        throttle: {
          freeFailures: -1,
          firstDelaySeconds: 0.5,
          maxDelaySeconds: 7200,
          maxFailures: 101,
          forgetSeconds: "an hour",
          freeFailure: 3,
          circuit: { failuresPerMinute: 1, clientFailuresPerMinute: 0, openSeconds: 5, open: true },
        },
      },
      [
        "throttle.freeFailure",
        "throttle.freeFailures",
        "throttle.firstDelaySeconds",
        "throttle.maxDelaySeconds",
        "throttle.maxFailures",
        "throttle.forgetSeconds",
        "throttle.circuit.open",
        "throttle.circuit.failuresPerMinute",
        "throttle.circuit.clientFailuresPerMinute",
        "throttle.circuit.openSeconds",
      ],
    ],
    ["a circuit that is no object", { throttle: { circuit: 300 } }, ["throttle.circuit"]],
    [
      "delays and failures the wrong way round",
      { throttle: { freeFailures: 10, maxFailures: 5, firstDelaySeconds: 30, maxDelaySeconds: 20 } },
      ["throttle.freeFailures", "throttle.firstDelaySeconds"],
    ],
    [
      "a drift that would end passwords of linked users, who have none",
      { drift: { key: secret("samekey/drift-key"), rule: "reset" }, federated: "link" },
      ["drift.rule"],
    ],
    ["a drift without its key", { drift: {} }, ["drift.key"]],
    ["a shadow run that would link federated users", { mode: "shadow", federated: "link" }, ["federated"]],
    [
      "a live check without a look-up by id",
      { sources: [aSource([], { lookups: ["email"] }).source], gate: { legacyCheck: true } },
      ["sources[0].find.byId"],
    ],
    [
      "a source without find and forgotten passwords",
      { sources: [custom({ lookups: ["email"], authenticate: () => ({ kind: "denied", reason: "unknown-user" }) })] },
      ["sources[0].find"],
    ],
  ])("refuses %s", (_, overrides, paths) => {
    expect(faultsOf({ ...good(), ...overrides })).toEqual(paths);
  });

  it.each(["alias/samekey", "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-0123456789abcdef"])(
    "takes a vault with the key %s, and needs no source then",
    (id) => {
      expect(defineMigration({ ...good(), sources: [], vault: { key: kmsKey(id) } }).vault?.key.id).toBe(id);
      expect(defineMigration(good()).vault).toBeUndefined();
    },
  );

  it("takes a source without find where forgotten passwords are refused, and needs no format then", () => {
    const remote = custom({ lookups: ["email"], authenticate: () => ({ kind: "denied", reason: "unknown-user" }) });
    expect(defineMigration({ sources: [remote], userNames: "email", forgotPassword: "refuse" }).passwords).toEqual([]);
  });

  it("refuses two formats that claim one string, and names both", () => {
    const rival = { ...phpass(), name: "house", recognizes: () => true };
    const message = messageOf({ ...good(), passwords: [bcrypt(), argon2(), rival] });
    expect(message).toContain("passwords[2]: house claims the strings of bcrypt (passwords[0]) too");
    expect(message).toContain("passwords[2]: house claims the strings of argon2 (passwords[1]) too");
  });

  it("takes all formats together, with the adopter's own at the end", () => {
    const house = customPassword({ name: "house", verify: () => false });
    expect(defineMigration({ ...good(), passwords: [bcrypt(), argon2(), phpass(), house] }).passwords).toHaveLength(4);
  });
});
