import { join } from "node:path";
import { parseArgs } from "node:util";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import type { Migration } from "../../config/define-migration.ts";
import type { Accounts } from "../../core/accounts.ts";
import type { EraseServices } from "../../core/erase-user.ts";
import { MigrationError } from "../../core/errors.ts";
import type { IdentifierRules } from "../../core/identifier.ts";
import type { LedgerRows } from "../../core/import-ports.ts";
import type { Ledger } from "../../core/ports.ts";
import { openTombstones } from "../../core/tombstones.ts";
import { openErasures } from "../../ledger/erasures.ts";
import { openLedger } from "../../ledger/ledger.ts";
import { openRows } from "../../ledger/rows.ts";
import type { Place } from "../../ledger/standing.ts";
import { openUserPoolAccounts } from "../../protocols/user-pool-accounts.ts";
import { recordedPools } from "../../wiring/record.ts";
import { openLedgerTable } from "../ledger-table.ts";
import { loadMigration } from "../load-migration.ts";
import { openLocalPool } from "../local-pool.ts";
import { bad } from "../paint.ts";
import { isPoolId, poolIdFault, regionOf } from "../pool-arguments.ts";
import { root } from "../root.ts";

// What the commands of an operator have in common: whom and where they are about, and how they end.

/** What a command ends with. */
export const exits = { done: 0, fault: 1, arguments: 2, nobody: 3, refused: 4 } as const;

export const userHelp = `USER is what a person types to sign in (name, e-mail, phone), or:
  --id SOURCE/ID          the user of a legacy store by his id there
  --sub SUB               the platform's id of the user`;

export const placeHelp = `  --user-pool-id ID       the pool; without it the one that \`wire\` has wired from here
  --no-pool               the ledger alone
  --stack NAME            service and stage of the deployed functions (default: samekey-dev); the table is NAME-ledger
  --table NAME            the ledger's table, where it has another name
  --region REGION         of the table; default: that of your AWS settings
  --local                 pool, ledger and demo config of a running npm start; with --mine those of npm start -- --mine
  --json                  one JSON object
  --help                  this text`;

export const exitHelp = `Exit code: 0 done, or so already; 1 something could not be reached, so run it again; 2 wrong arguments; 3 there is no such
user, or it cannot be done to him; 4 not confirmed.`;

const options = {
  id: { type: "string" },
  sub: { type: "string" },
  "user-pool-id": { type: "string" },
  "no-pool": { type: "boolean", default: false },
  stack: { type: "string", default: "samekey-dev" },
  table: { type: "string" },
  region: { type: "string" },
  local: { type: "boolean", default: false },
  mine: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  yes: { type: "boolean", short: "y", default: false },
  help: { type: "boolean", short: "h", default: false },
  // Of single commands.
  lift: { type: "boolean", default: false },
  "no-legacy": { type: "boolean", default: false },
  to: { type: "string" },
  days: { type: "string", default: "7" },
} as const;

export type Word = "yes" | "lift" | "no-legacy" | "to" | "days";

export interface Given {
  readonly user: string | undefined;
  readonly id: string | undefined;
  readonly sub: string | undefined;
  readonly json: boolean;
  readonly yes: boolean;
  readonly lift: boolean;
  readonly noLegacy: boolean;
  readonly to: string | undefined;
  readonly days: string;
}

export interface Setting {
  readonly migration: Migration;
  readonly rules: IdentifierRules;
  readonly place: Place;
  readonly ledger: Ledger;
  readonly rows: LedgerRows;
  /** The pool's id; undefined where none is known. */
  readonly poolId: string | undefined;
  readonly accounts: Accounts | undefined;
  /** Undefined where the config erases nobody. */
  readonly erase: EraseServices | undefined;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

export interface Command {
  readonly help: string;
  /** The options of its own. */
  readonly words: readonly Word[];
  /** Whether it is about one user. */
  readonly user: boolean;
  run(setting: Setting, given: Given): Promise<number>;
}

const limitMs = 120_000;

/** Reads the arguments of an operator's command, opens what it needs, answers the exit code. */
export async function operate(command: Command, args: readonly string[], timeMs = limitMs): Promise<number> {
  const { values, positionals, tokens } = parseArgs({ args: [...args], allowPositionals: true, tokens: true, options });
  if (values.help) {
    process.stdout.write(command.help);
    return exits.done;
  }
  const own = new Set<string>(["yes", "lift", "no-legacy", "to", "days"] satisfies Word[]);
  const foreign = tokens.flatMap((token) =>
    token.kind === "option" && own.has(token.name) && !command.words.includes(token.name as Word) ? [token.name] : [],
  );
  const meant = [positionals[0], values.id, values.sub].filter((one) => one !== undefined);
  const { "user-pool-id": asked, local, mine, table, stack, region } = values;
  const faults = [
    ...foreign.map((name) => `--${name}: no option of this command.`),
    ...(command.user && (meant.length !== 1 || positionals.length > 1) ? ["Name one user."] : []),
    ...(!command.user && meant.length > 0 ? ["This command is about no single user."] : []),
    ...(local && (table !== undefined || asked !== undefined)
      ? ["--local has its own pool and table: leave out --user-pool-id and --table."]
      : []),
    ...(mine && !local ? ["--mine goes with --local."] : []),
    ...(asked !== undefined && !isPoolId(asked) ? [poolIdFault(asked)] : []),
  ];
  if (faults.length > 0) return fail(faults.join("\n"), exits.arguments);

  const migration = await loadMigration(local && !mine ? "demo" : "mine");
  const place = await openLedgerTable({ table, stack, region, local }, root);
  if (place === undefined) return fail("npm start does not run, so --local has no table. Start it, then try again.", 1);
  const pool = values["no-pool"] ? undefined : await findPool(asked, local);
  if (typeof pool === "string") return fail(pool, exits.arguments);
  const given: Given = {
    user: positionals[0],
    id: values.id,
    sub: values.sub,
    json: values.json,
    yes: values.yes,
    lift: values.lift,
    noLegacy: values["no-legacy"],
    to: values.to,
    days: values.days,
  };
  try {
    return await command.run(settingOf(migration, place, pool, AbortSignal.timeout(timeMs)), given);
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    return fail(error instanceof Error ? `${error.name}: ${error.message}` : "an unknown error", exits.fault);
  } finally {
    place.client.destroy();
    pool?.cognito.destroy();
    for (const source of migration.sources) await source.close?.();
  }
}

interface Pool {
  readonly id: string;
  readonly cognito: CognitoIdentityProviderClient;
}

async function findPool(asked: string | undefined, local: boolean): Promise<Pool | string | undefined> {
  if (local) {
    const found = await openLocalPool(root);
    return found === undefined ? "npm start does not run, so --local has no pool." : { ...found, id: found.poolId };
  }
  const known = asked === undefined ? await recordedPools(join(root, ".samekey")) : [asked];
  const [id] = known;
  if (known.length > 1) return `Several pools are wired (${known.join(", ")}): --user-pool-id ID says which one.`;
  return id === undefined ? undefined : { id, cognito: new CognitoIdentityProviderClient({ region: regionOf(id) }) };
}

function settingOf(migration: Migration, place: Place, pool: Pool | undefined, signal: AbortSignal): Setting {
  const { erasure, usernameCase } = migration;
  const tombstones = erasure && openTombstones(erasure.key);
  const ledger = openLedger({ ...place, tombstones });
  const rows = openRows({ ...place, tombstones });
  const accounts = pool && openUserPoolAccounts({ poolId: pool.id, client: pool.cognito });
  const now = () => new Date();
  const erasures = erasure && openErasures({ ...place, secret: erasure.key });
  return {
    migration,
    rules: { usernameCase },
    place,
    ledger,
    rows,
    poolId: pool?.id,
    accounts,
    erase: erasures && { ledger, rows, erasures, accounts, now },
    now,
    signal,
  };
}

/** Says why, on standard error. */
export function fail(text: string, code: number): number {
  process.stderr.write(`${bad("✗")} ${text}\n`);
  return code;
}

export function say(json: boolean, told: Readonly<Record<string, unknown>>, text: string): void {
  process.stdout.write(json ? `${JSON.stringify(told)}\n` : `${text}\n`);
}

export const noErasure =
  'The config erases nobody: set erasure: { key: secret("samekey/erasure-key") } in migration.config.ts, and deploy it.';
export const noPool = "No pool is known here: --user-pool-id ID names it.";
