import type { DriftRule, DriftWatch } from "../core/drift.ts";
import { MigrationError } from "../core/errors.ts";
import { type UserNames, userNameKinds } from "../core/platform-name.ts";
import type { HashFormat, LegacySource, SecretRef, WrappingKey } from "../core/ports.ts";
import { type SettingFault, settingFaultsOf } from "../core/setting-faults.ts";
import { type FederatedPolicy, federatedPolicies } from "../core/sign-up.ts";
import { readDrift } from "./drift-setting.ts";
import { readGate } from "./gate-setting.ts";
import { choiceReader, describe, isObject, numberReader, type Report } from "./setting-readers.ts";
import { readVault, type VaultSetting } from "./vault-setting.ts";

/** What an adopter writes. */
export interface MigrationSettings {
  /**
   * "shadow" checks sign-ins against the legacy stores and counts what would have happened, but moves nobody. Default
   * "migrate".
   */
  readonly mode?: "migrate" | "shadow";
  /** The legacy stores, in the order in which they are asked; the first to know a user decides. */
  readonly sources: readonly LegacySource[];
  /**
   * The formats of the stored passwords. The first one that has a decoy is taken for the most common: an unknown user
   * costs as much. `customPassword` as the only or last entry takes what no other format claims.
   */
  readonly passwords?: readonly HashFormat[];
  /** How the pool names its users: `email` and `phone` (UsernameAttributes), `username`, or `alias` (AliasAttributes). */
  readonly userNames: UserNames;
  /** Whether `Ann` and `ann` are one user name; as the pool is set. Default "insensitive", as Cognito's. */
  readonly usernameCase?: "sensitive" | "insensitive";
  /** A forgotten password of a user who never signed in: taken over for a reset, or refused. Default "migrate". */
  readonly forgotPassword?: "migrate" | "refuse";
  /** A person who comes by an identity provider with the verified e-mail of a legacy user. Default "refuse". */
  readonly federated?: FederatedPolicy;
  readonly gate?: {
    /** Asks the legacy store at each sign-in of a moved user whether it has disabled him. Default false. */
    readonly legacyCheck?: boolean;
    /** Seconds for which the answer of such a check is kept, 0 to 3600. Default 60. */
    readonly keepSeconds?: number;
    /** What a fault of the ledger or the legacy store does to a sign-in of a moved user. Default "refuse". */
    readonly onFault?: "refuse" | "allow";
  };
  /**
   * Notices, while both systems live, that a moved user's legacy password or status has changed: at sign-ins with
   * gate.legacyCheck, and by `samekey drift`. Absent: nothing is watched.
   */
  readonly drift?: {
    /** A secret of at least 24 random bytes that keys what the ledger remembers. */
    readonly key: SecretRef;
    /** Nothing more happens ("platform-wins", the default), or the platform's password ends too ("reset"). */
    readonly rule?: DriftRule;
  };
  /**
   * Keeps imported users whose stored passwords the platform does not take until their first sign-in. Absent: none is
   * kept.
   */
  readonly vault?: {
    /** The KMS key that seals them, e.g. kmsKey("alias/samekey"). */
    readonly key: WrappingKey;
  };
  /** Legacy look-ups that sign-ups (and the gate) may cause in a minute, per environment, 1 to 6000. Default 120. */
  readonly lookupsPerMinute?: number;
  /** Refusals are held back to a multiple of this, so that they are alike in time, milliseconds, 0 to 3000. Default 1000. */
  readonly refusalMs?: number;
  /** Whether a right password is too weak to keep; the user then has to choose a new one. Default: none is. */
  readonly weakPassword?: (password: string) => boolean;
}

/** Settings that were checked, with every default filled in. */
export interface Migration {
  readonly mode: "migrate" | "shadow";
  readonly sources: readonly LegacySource[];
  readonly passwords: readonly HashFormat[];
  readonly userNames: UserNames;
  readonly usernameCase: "sensitive" | "insensitive";
  readonly forgotPassword: "migrate" | "refuse";
  readonly federated: FederatedPolicy;
  readonly gate: { readonly legacyCheck: boolean; readonly keepSeconds: number; readonly onFault: "refuse" | "allow" };
  readonly drift: DriftWatch | undefined;
  readonly vault: VaultSetting | undefined;
  readonly lookupsPerMinute: number;
  readonly refusalMs: number;
  readonly weakPassword: (password: string) => boolean;
}

/**
 * Checks the settings of a migration.
 * @throws MigrationError CONFIG_INVALID that lists every wrong or missing setting at once, each with its path.
 */
export function defineMigration(settings: MigrationSettings): Migration {
  const faults: SettingFault[] = [];
  const fault = (path: string, message: string): void => {
    faults.push({ path, message });
  };
  const given: Partial<Record<string, unknown>> & Partial<MigrationSettings> = isObject(settings) ? settings : {};

  for (const key of Object.keys(given).filter((one) => !known.has(one))) {
    fault(key, `no such setting; there are ${[...known].join(", ")}`);
  }
  const sources = readMembers<LegacySource>(
    given.sources,
    "sources",
    "the legacy stores to ask, e.g. postgres({ … })",
    ({ lookups }) => Array.isArray(lookups),
    fault,
  );
  const passwords = readMembers<HashFormat>(
    given.passwords ?? [],
    "passwords",
    "the formats of the stored passwords, e.g. bcrypt()",
    ({ recognizes, parse }) => typeof recognizes === "function" && typeof parse === "function",
    fault,
  );
  const vault = readVault(given.vault, fault);
  if (isEmpty(given.sources) && vault === undefined) {
    fault("sources", "empty; at least one legacy store is needed, or a vault");
  }

  const choice = choiceReader(given, fault);
  const mode = choice("mode", ["migrate", "shadow"], "migrate", "whether users are moved, or only checked and counted");
  const forgotPassword = choice(
    "forgotPassword",
    ["migrate", "refuse"],
    "migrate",
    "what a forgotten password of a user who never signed in does",
  );
  const federated = choice(
    "federated",
    federatedPolicies,
    "refuse",
    "what a sign-up by an identity provider with a legacy user's e-mail does",
  );
  if (mode === "shadow" && federated === "link") {
    fault("federated", '"link" moves users, and mode: "shadow" moves nobody; allowed are "refuse" and "allow"');
  }
  const userNames = choice("userNames", userNameKinds, undefined, "how the user pool names its users");
  const usernameCase = choice(
    "usernameCase",
    ["sensitive", "insensitive"],
    "insensitive",
    "whether the pool tells Ann from ann",
  );
  const gate = readGate(given.gate, fault);
  const drift = readDrift(given.drift, fault);
  const number = numberReader(given, fault);

  checkSources(sources, { forgotPassword, legacyCheck: gate.legacyCheck }, fault);
  if (isEmpty(given.passwords ?? [])) {
    if (sources.some((source) => source.authenticate === undefined)) {
      fault("passwords", "none; a source without `authenticate` hands out hashes, and a format has to check them");
    } else if (vault !== undefined) {
      fault("passwords", "none; the vault keeps hashes, and a format has to check them");
    }
  }
  checkPasswords(passwords, fault);
  if (given.weakPassword !== undefined && typeof given.weakPassword !== "function") {
    fault(
      "weakPassword",
      `${describe(given.weakPassword)}; allowed is a function of the password that answers true or false`,
    );
  }
  const lookupsPerMinute = number("lookupsPerMinute", 1, 6000, 120, "how many legacy look-ups sign-ups may cause");
  const refusalMs = number("refusalMs", 0, 3000, 1000, "the time that refusals are held back to");

  if (faults.length > 0) throw configInvalid(faults);
  return {
    mode,
    sources,
    passwords,
    userNames,
    usernameCase,
    forgotPassword,
    federated,
    gate,
    drift,
    vault,
    lookupsPerMinute,
    refusalMs,
    weakPassword: given.weakPassword ?? (() => false),
  };
}

/** Whether something hangs on the ledger's changes: a source that notes who has moved, or a password that a drift ends. */
export function hasStreamWork({ sources, drift }: Pick<Migration, "sources" | "drift">): boolean {
  return sources.some(({ mark }) => mark !== undefined) || drift?.rule === "reset";
}

const known: ReadonlySet<string> = new Set([
  "mode",
  "sources",
  "passwords",
  "userNames",
  "usernameCase",
  "forgotPassword",
  "federated",
  "gate",
  "drift",
  "vault",
  "lookupsPerMinute",
  "refusalMs",
  "weakPassword",
]);

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function readMembers<Member extends object>(
  value: unknown,
  path: string,
  purpose: string,
  isMember: (member: Readonly<Record<string, unknown>>) => boolean,
  fault: Report,
): readonly Member[] {
  if (!Array.isArray(value)) {
    fault(path, `${describe(value)}; needed is a list of ${purpose}`);
    return [];
  }
  return value.filter((member: unknown, index): member is Member => {
    if (!isObject(member) || typeof member.name !== "string" || !isMember(member)) {
      fault(`${path}[${index}]`, `${describe(member)}; needed is ${purpose}`);
      return false;
    }
    for (const one of settingFaultsOf(member)) fault(`${path}[${index}].${one.path}`, one.message);
    return true;
  });
}

function checkSources(
  sources: readonly LegacySource[],
  needs: { readonly forgotPassword: "migrate" | "refuse" | undefined; readonly legacyCheck: boolean },
  fault: Report,
): void {
  for (const [index, source] of sources.entries()) {
    const path = `sources[${index}]`;
    if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(source.name)) {
      fault(
        `${path}.name`,
        `${JSON.stringify(source.name)}; allowed are 1 to 32 of a-z, 0-9 and -, since ledger keys hold it`,
      );
    }
    if (sources.findIndex((one) => one.name === source.name) !== index) {
      fault(
        `${path}.name`,
        `${JSON.stringify(source.name)} is the name of an earlier source; give each its own \`name\``,
      );
    }
    if (source.find === undefined) {
      const remedy =
        'give it a `find`, or set forgotPassword: "refuse" (the sign-up guard then cannot protect its users)';
      if (needs.forgotPassword === "migrate")
        fault(`${path}.find`, `missing; a forgotten password needs it: ${remedy}`);
    }
    if (needs.legacyCheck && !source.lookups.includes("id")) {
      fault(`${path}.find.byId`, "missing; gate.legacyCheck finds a moved user by the legacy id");
    }
  }
}

function checkPasswords(passwords: readonly HashFormat[], fault: Report): void {
  for (const [index, format] of passwords.entries()) {
    const twin = passwords.findIndex((one) => one.name === format.name);
    if (twin !== index) fault(`passwords[${index}]`, `the same format as passwords[${twin}]: ${format.name}`);
    if (format.decoy === undefined) continue;
    // Two formats that claim one string would make the order decide who is let in.
    const decoy = format.decoy;
    for (const [other, rival] of passwords.entries()) {
      if (other !== index && twin === index && rival.name !== format.name && rival.recognizes(decoy)) {
        fault(
          `passwords[${other}]`,
          `${rival.name} claims the strings of ${format.name} (passwords[${index}]) too; keep one of them`,
        );
      }
    }
  }
}

function configInvalid(faults: readonly SettingFault[]): MigrationError {
  const lines = faults.map(({ path, message }) => `  ${path}: ${message}`);
  const count = faults.length === 1 ? "one setting is wrong" : `${faults.length} settings are wrong`;
  return new MigrationError("CONFIG_INVALID", `migration.config.ts: ${count}\n${lines.join("\n")}`);
}
