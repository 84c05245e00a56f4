import { MigrationError } from "../core/errors.ts";
import { userNameKinds } from "../core/platform-name.ts";
import type { HashFormat, LegacySource } from "../core/ports.ts";
import { type SettingFault, settingFaultsOf } from "../core/setting-faults.ts";
import { federatedPolicies } from "../core/sign-up.ts";
import type { MigrationSettings } from "./define-migration.ts";
import { readDrift } from "./drift-setting.ts";
import { checkErasure } from "./erasure-setting.ts";
import { readGate } from "./gate-setting.ts";
import { checkImports } from "./imports-setting.ts";
import { choiceReader, describe, isObject, numberReader, type Report } from "./setting-readers.ts";
import { checkThrottle } from "./throttle-setting.ts";
import { readVault } from "./vault-setting.ts";

/**
 * Checks the settings of a migration, whatever they are.
 * @throws MigrationError CONFIG_INVALID that lists every wrong or missing setting at once, each with its path.
 */
export function checkMigration(settings: MigrationSettings): void {
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

  checkErasure(given.erasure, fault);
  checkImports(given.imports, vault !== undefined, fault);

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
  choice("userNames", userNameKinds, undefined, "how the user pool names its users");
  choice("usernameCase", ["sensitive", "insensitive"], "insensitive", "whether the pool tells Ann from ann");
  const gate = readGate(given.gate, fault);
  if (readDrift(given.drift, fault)?.rule === "reset" && federated === "link") {
    fault(
      "drift.rule",
      '"reset" ends passwords, and users who were linked (federated: "link") have none; keep one of them',
    );
  }
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
  number("lookupsPerMinute", 1, 6000, 120, "how many legacy look-ups sign-ups may cause");
  checkThrottle(given.throttle, fault);
  number("refusalMs", 0, 3000, 1000, "the time that refusals are held back to");

  if (faults.length > 0) throw configInvalid(faults);
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
  "imports",
  "erasure",
  "lookupsPerMinute",
  "throttle",
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
