import { parseArgs } from "node:util";
import type { Migration } from "../config/define-migration.ts";
import { openDeadline } from "../core/deadline.ts";
import { isRecordFault } from "../core/errors.ts";
import { canonicalIdentifier } from "../core/identifier.ts";
import { findLegacyUser, lookupsFor } from "../core/legacy-users.ts";
import { openPasswordChecker } from "../core/passwords.ts";
import { platformUsernameFor } from "../core/platform-name.ts";
import type { Lookup } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";
import { legacyKeyFor } from "../core/sign-in.ts";
import type { LegacyUser } from "../core/user.ts";
import { platformAttributes } from "../protocols/cognito-attributes.ts";
import { loadMigration } from "./load-migration.ts";
import { aligned, bad, bold, dim, good } from "./paint.ts";
import { askHidden } from "./prompt.ts";
import { secretsFile } from "./secrets-file.ts";

const help = `Usage: npm run samekey -- try <user name, e-mail or phone> [--no-password]

Asks your legacy store for one user as the migration trigger would, with your migration.config.ts: shows what was found
and the exact attributes that the user pool would get, then asks for the password and checks it. Nothing is written.

  --no-password   only looks the user up
  --demo          the demo's config instead of yours

Secrets come from ${secretsFile} where it is there, else from AWS Secrets Manager with your usual AWS credentials.
`;

const limitMs = 15_000;
const kinds = { email: "an e-mail address", phone: "a phone number", username: "a user name", id: "an id" } as const;

/** `samekey try`: the adopter's config against the live legacy store. */
export async function runTry(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      "no-password": { type: "boolean", default: false },
      demo: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [typed] = positionals;
  if (values.help || typed === undefined || positionals.length > 1) {
    (values.help ? process.stdout : process.stderr).write(help);
    return values.help ? 0 : 2;
  }
  const migration = await loadMigration(values.demo ? "demo" : "mine");
  try {
    return await tryOne(migration, typed, !values["no-password"]);
  } finally {
    for (const source of migration.sources) await source.close?.();
  }
}

async function tryOne(migration: Migration, typed: string, withPassword: boolean): Promise<number> {
  const rules = { usernameCase: migration.usernameCase };
  const lookup = canonicalIdentifier(typed, rules);
  if (lookup === undefined) {
    print(`${bad("✗")} No user can be called that: 1 to 256 characters, no control characters.`);
    return 1;
  }
  print(`${bold(lookup.canonical)}${dim(`  taken for ${kinds[lookup.by]}`)}`);
  const finders = migration.sources.filter((source) => source.find !== undefined);
  const user = finders.length === 0 ? undefined : await find(migration, lookup);
  if (user === "unusable") return 1;
  if (user !== undefined) showUser(migration, user, lookup);
  else if (finders.length > 0) {
    const asked = finders.flatMap((source) => lookupsFor(source, lookup).map(({ by }) => `${source.name} by ${by}`));
    print(
      `${bad("✗")} No source knows the user${asked.length === 0 ? ": none can look up by that" : ` (asked: ${asked.join(", ")})`}.`,
    );
    if (migration.sources.every((source) => source.authenticate === undefined)) return 1;
  }
  if (!withPassword) return 0;
  return checkPassword(migration, lookup, user);
}

async function find(migration: Migration, lookup: Lookup): Promise<LegacyUser | "unusable" | undefined> {
  const deadline = openDeadline(limitMs);
  try {
    return await findLegacyUser(migration.sources, lookup, { usernameCase: migration.usernameCase }, deadline.signal);
  } catch (error) {
    if (!isRecordFault(error)) throw error;
    print(`${bad("✗")} ${error.code}  ${error.message}\n  This user would be refused; others are not concerned.`);
    return "unusable";
  } finally {
    deadline.clear();
  }
}

function showUser(migration: Migration, user: LegacyUser, lookup: Lookup): void {
  const platformUsername = platformUsernameFor(user, lookup, migration.userNames, {
    usernameCase: migration.usernameCase,
  });
  const stored = user.password === undefined ? [] : [user.password].flat();
  const formats = stored.map(
    (one) =>
      one.format ??
      migration.passwords.find((format) => format.recognizes(one))?.name ??
      bad("no format of `passwords` claims it"),
  );
  print(`${good("✓")} Found by the source ${user.source}`);
  print(
    aligned([
      ["legacy id", user.id],
      ["enabled", user.enabled ? "yes" : bad("no: would be refused")],
      ["password", formats.length === 0 ? bad("none stored") : formats.join(", ")],
      [
        "user name in the pool",
        platformUsername ??
          bad(`none: a pool with userNames "${migration.userNames}" cannot take the user by what was typed`),
      ],
    ]),
  );
  if (platformUsername === undefined) return;
  const attributes = platformAttributes({
    user,
    platformUsername,
    legacyKey: legacyKeyFor(user, migration.sources),
    byAlias: false,
  });
  print(`  ${dim("attributes that the pool would get")}`);
  print(aligned(Object.entries(attributes), "    "));
  const left = Object.keys(user.attributes).filter(
    (name) => attributes[name] === undefined && attributes[`custom:${name}`] === undefined,
  );
  if (left.length > 0) print(`  ${dim("left out, since the pool could only refuse them:")} ${left.join(", ")}`);
  if (attributes.email_verified !== "true" && attributes.phone_number_verified !== "true") {
    print(
      `  ${dim("note: no verified e-mail or phone, so a forgotten password cannot be reset before the first sign-in")}`,
    );
  }
}

async function checkPassword(migration: Migration, lookup: Lookup, user: LegacyUser | undefined): Promise<number> {
  const password = Secret.fromText(await askHidden("Password: "));
  const deadline = openDeadline(limitMs);
  const startedAt = performance.now();
  const took = () => dim(`  ${Math.round(performance.now() - startedAt)} ms`);
  try {
    const remote = migration.sources.find((source) => source.authenticate !== undefined);
    if (user === undefined && remote !== undefined) {
      for (const by of lookupsFor(remote, lookup)) {
        const answer = await remote.authenticate?.(by, password, deadline.signal);
        if (answer?.kind !== "match") continue;
        print(`${good("✓")} The password is right.${took()}`);
        showUser(migration, answer.user, lookup);
        return 0;
      }
      print(`${bad("✗")} The source ${remote.name} refuses name or password.${took()}`);
      return 1;
    }
    if (user === undefined) return 1;
    const budget = { processorShare: 1, memoryBytes: 512 * 1_048_576, timeMs: 2000 };
    const verdict = await openPasswordChecker(migration.passwords, budget).check(password, user, deadline);
    print(
      verdict === "match"
        ? `${good("✓")} The password is right.${took()}`
        : `${bad("✗")} The password is wrong.${took()}`,
    );
    return verdict === "match" ? 0 : 1;
  } catch (error) {
    if (!isRecordFault(error)) throw error;
    print(`${bad("✗")} ${error.code}  ${error.message}\n  This user would be refused; others are not concerned.`);
    return 1;
  } finally {
    deadline.clear();
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
