import { eraseUser } from "../../core/erase-user.ts";
import type { ErasedUser } from "../../core/erasures.ts";
import { findLegacyUser, identifiersOf } from "../../core/legacy-users.ts";
import { legacyKeyFor } from "../../core/sign-in.ts";
import { tombstoneNames } from "../../core/tombstones.ts";
import type { LegacyUser } from "../../core/user.ts";
import { userId } from "../../core/user.ts";
import { good } from "../paint.ts";
import { confirm } from "./confirm.ts";
import { findUser, type Meant } from "./find-user.ts";
import {
  type Command,
  exitHelp,
  exits,
  fail,
  noErasure,
  operate,
  placeHelp,
  type Setting,
  say,
  userHelp,
} from "./setting.ts";

const help = `Erases a user (GDPR): what the ledger and the vault have of him goes, keyed hashes of his names stay, so that no sign-in and
no import brings him back, and his account in the pool is deleted. He needs no row: who never came can be erased too. He
may sign up anew, on purpose. Your legacy store is yours: erase him there too.

  npm run samekey -- erase USER [options]
  npm run samekey -- erase USER --lift      takes it back: he may be imported or migrate again

${userHelp}
${placeHelp}
  --no-legacy             does not ask the legacy store for the names that it has of him
  --yes                   does not ask

Run \`samekey reconcile\` a quarter of an hour later where no function does it: a sign-in that ran at this moment may have
made him again. docs/operate.md says what backups, streams and logs keep, and for how long.
${exitHelp}
`;

const erase: Command = {
  help,
  words: ["yes", "lift", "no-legacy"],
  user: true,
  async run(setting, given) {
    const services = setting.erase;
    if (services === undefined) return fail(noErasure, exits.arguments);
    const meant = await findUser(given, setting);
    if (meant.kind === "wrong") return fail(meant.text, exits.arguments);
    const user = await subjectOf(meant, given.noLegacy, setting);
    if (given.lift) return lift(user, services, setting, given);
    if (tombstoneNames(user).length === 0) {
      return fail("Samekey has no user of that sub: name him by what he types, or by --id SOURCE/ID.", exits.nobody);
    }
    const who =
      user.legacyId === ""
        ? "whom neither the ledger nor the legacy store has"
        : `${user.source}/${JSON.stringify(user.legacyId).slice(1, -1)}`;
    const plan = [
      `erases ${who}: ${user.identifiers.length} identifiers, ${meant.row === undefined ? "no row" : `a row that is ${meant.row.state}`}`,
      setting.accounts === undefined
        ? "no pool is known here: the account there stays"
        : "deletes the account in the pool that Samekey made",
    ];
    const stop = await confirm(plan, given.yes);
    if (stop !== undefined) return stop;
    const done = await eraseUser(user, services, setting.signal);
    const account = {
      removed: "the account in the pool is deleted",
      absent: "the pool does not have him",
      foreign: "the pool's user of that name is none that Samekey made, and was left alone",
      unknown: "no pool was given: delete the account there",
    }[done.account];
    const was = done.kind === "already" ? "Was erased already" : "Erased";
    say(given.json, { command: "erase", ...done }, `${good("✓")} ${was}; ${account}.`);
    return exits.done;
  },
};

async function lift(
  user: ErasedUser,
  { erasures }: NonNullable<Setting["erase"]>,
  { now, signal }: Setting,
  { yes, json }: { readonly yes: boolean; readonly json: boolean },
): Promise<number> {
  const found = await erasures.find(tombstoneNames(user), signal);
  if (found === undefined) return fail("Nobody of that name was erased.", exits.nobody);
  const stop = await confirm(["lifts the erasure: the user may be imported or migrate again"], yes);
  if (stop !== undefined) return stop;
  const lifted = await erasures.lift(found, now(), signal);
  say(json, { command: "erase", lifted }, lifted ? `${good("✓")} Lifted.` : "It was lifted already.");
  return exits.done;
}

/** All that is known of whom the arguments mean. */
async function subjectOf(
  meant: Extract<Meant, { kind: "user" }>,
  noLegacy: boolean,
  setting: Setting,
): Promise<ErasedUser> {
  const { rows, signal, migration, rules } = setting;
  const { lookup, id, platformId } = meant;
  const row = meant.row?.state === "erased" ? undefined : meant.row;
  const typed = lookup === undefined ? [] : [lookup.canonical];
  const platform = platformId === undefined ? {} : { platformId };
  if (row !== undefined) {
    const { source, legacyId, legacyKey, platformUsername } = row;
    const identifiers = [...new Set([...row.identifiers, ...typed])];
    const at = row.platformId ?? platformId;
    return {
      ...{ source, legacyId, legacyKey, identifiers },
      ...(at === undefined ? {} : { platformId: at }),
      ...(platformUsername === undefined ? {} : { platformUsername }),
    };
  }
  const legacy = noLegacy ? undefined : await askLegacy(meant, setting);
  if (legacy !== undefined) {
    const key = { source: legacy.source, legacyId: legacy.id };
    const there = (await rows.read([key], signal)).get(userId(key));
    const names = [...identifiersOf(legacy, rules), ...(there?.identifiers ?? []), ...typed];
    const legacyKey = there?.legacyKey ?? legacyKeyFor(legacy, migration.sources);
    return { ...key, legacyKey, identifiers: [...new Set(names)], ...platform };
  }
  if (id !== undefined) {
    const legacyKey = legacyKeyFor({ id: id.legacyId, source: id.source }, migration.sources);
    return { ...id, legacyKey, identifiers: [], ...platform };
  }
  return { source: "", legacyId: "", legacyKey: "", identifiers: typed, ...platform };
}

async function askLegacy(
  { lookup, id }: Extract<Meant, { kind: "user" }>,
  setting: Setting,
): Promise<LegacyUser | undefined> {
  const { migration, rules, signal } = setting;
  if (lookup !== undefined) return findLegacyUser(migration.sources, lookup, rules, signal);
  const source = id && migration.sources.find(({ name }) => name === id.source);
  if (id === undefined || !source?.lookups.includes("id")) return undefined;
  return source.find?.({ by: "id", canonical: id.legacyId, typed: id.legacyId }, signal);
}

export const runErase = (args: readonly string[]) => operate(erase, args);
