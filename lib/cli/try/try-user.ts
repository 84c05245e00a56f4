import type { Migration } from "../../config/define-migration.ts";
import type { MigrationError } from "../../core/errors.ts";
import { canonicalIdentifier } from "../../core/identifier.ts";
import { lookupsFor } from "../../core/legacy-users.ts";
import type { Lookup } from "../../core/ports.ts";
import { Secret } from "../../core/secret.ts";
import { admittedAs } from "../../core/sign-in.ts";
import type { LegacyUser } from "../../core/user.ts";
import { bad, bold, dim, good } from "../paint.ts";
import { askHidden } from "../prompt.ts";
import { checkUsersPassword, findUser } from "./legacy-side.ts";
import { openRules } from "./rules.ts";
import { describeRecovery, describeUser } from "./show-user.ts";
import type { TriedPool } from "./tried-pool.ts";

export interface Trial {
  readonly migration: Migration;
  readonly tried: TriedPool;
  /** Whether the pool is asked who has the user's names. */
  readonly taken: boolean;
  readonly withPassword: boolean;
}

const kinds = { email: "an e-mail address", phone: "a phone number", username: "a user name", id: "an id" } as const;

/** One user from what was typed to what the pool makes of it, told step by step. Answers the exit code. */
export async function tryUser(trial: Trial, typed: string): Promise<number> {
  const { migration, tried } = trial;
  const lookup = canonicalIdentifier(typed, { usernameCase: migration.usernameCase });
  if (lookup === undefined) {
    print(`${bad("✗")} No user can be called that: 1 to 256 characters, no control characters.`);
    return 1;
  }
  print(`${bold(lookup.canonical)}${dim(`  taken for ${kinds[lookup.by]}`)}`);
  const found = await findUser(migration, lookup);
  if (found.kind === "unusable") return tellUnusable(found.fault);
  if (found.kind === "unknown" && !tellUnknown(migration, lookup)) return 1;

  const rules = openRules(trial, print);
  const hold = async (user: LegacyUser): Promise<void> => {
    const names = { ...migration, identifiers: { usernameCase: migration.usernameCase } };
    const admitted = admittedAs(user, lookup, names);
    print(describeUser(migration, user, admitted));
    if (tried.kind === "read") return rules.hold(admitted, lookup.typed);
    const note = admitted === undefined ? undefined : describeRecovery(admitted);
    if (note !== undefined) print(note);
    print(`  ${dim(tried.text)}`);
  };
  if (found.kind === "found") await hold(found.user);
  if (!trial.withPassword) return rules.end();

  const password = Secret.fromText(await askHidden("Password: "));
  const startedAt = performance.now();
  const checked = await checkUsersPassword(
    migration,
    lookup,
    found.kind === "found" ? found.user : undefined,
    password,
  );
  if (checked.kind === "unusable") return tellUnusable(checked.fault);
  const took = dim(`  ${Math.round(performance.now() - startedAt)} ms`);
  if (checked.kind === "wrong") {
    const what =
      checked.by === undefined ? "The password is wrong." : `The source ${checked.by} refuses name or password.`;
    print(`${bad("✗")} ${what}${took}`);
    return 1;
  }
  print(`${good("✓")} The password is right.${took}`);
  if (found.kind === "unknown") await hold(checked.user);
  rules.holdPassword(password);
  return rules.end();
}

/** @returns whether a source that checks passwords itself may still know the user. */
function tellUnknown(migration: Migration, lookup: Lookup): boolean {
  const finders = migration.sources.filter((source) => source.find !== undefined);
  if (finders.length > 0) {
    const asked = finders.flatMap((source) => lookupsFor(source, lookup).map(({ by }) => `${source.name} by ${by}`));
    const how = asked.length === 0 ? ": none can look up by that" : ` (asked: ${asked.join(", ")})`;
    print(`${bad("✗")} No source knows the user${how}.`);
  }
  return migration.sources.some((source) => source.authenticate !== undefined);
}

function tellUnusable({ code, message }: MigrationError): 1 {
  print(`${bad("✗")} ${code}  ${message}\n  This user would be refused; others are not concerned.`);
  return 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
