import { join } from "node:path";
import { loadEnvFile } from "node:process";
import { parseArgs } from "node:util";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { Migration } from "../../config/define-migration.ts";
import { MigrationError } from "../../core/errors.ts";
import { type ImportOptions, importChoices } from "../../core/import-options.ts";
import { type ImportPool, openImporter } from "../../importer.ts";
import { openImportRuns } from "../../ledger/import-runs.ts";
import type { ConfigChoice } from "../../local/bundle.ts";
import { poolHashOf } from "../../protocols/user-pool-hash.ts";
import { openImportJobs } from "../../protocols/user-pool-import.ts";
import { plainFormats } from "../../protocols/user-pool-plain-formats.ts";
import { loadMigration } from "../load-migration.ts";
import { localEnvironmentFile, readLocalEnvironment } from "../local-environment.ts";
import { bad, dim } from "../paint.ts";
import { root } from "../root.ts";
import { findPlace } from "./import-place.ts";
import { importUsers } from "./import-users.ts";
import { probePool } from "./probe.ts";
import { openFile, openSource } from "./records.ts";

const help = `Imports the users of an export, so that the legacy store can be switched off: passwords in the clear go to the pool, stored
ones wait in the ledger's vault, and each is checked there at the first sign-in. docs/imports.md has the formats and what
comes along.

  npm run samekey -- import FILE --dry-run     says what would happen, and writes nothing
  npm run samekey -- import FILE
  npm run samekey -- import --from SOURCE      the users of a source in migration.config.ts that can list them

what is read
  --format NAME           the reader; without it the first bytes tell
  --mapping MODULE        a reader of your own, the default export of a module: csv({ user: (row) => … })
  --source NAME           the source in migration.config.ts that the users are of (default: the first one, or
                          "import" where there is none)
where it is written
  --user-pool-id ID       the pool; without it the one that \`wire\` has wired from here
  --vault-only            no pool: every user waits in the vault
  --stack NAME            service and stage of the deployed functions (default: samekey-dev); the table is NAME-ledger
  --table NAME            the ledger's table, where it has another name
  --local                 the pool and the ledger of a running npm start -- --mine
what becomes of users
  --existing WORD         users who wait already: update (default) or keep. Who has signed in is always kept
  --passwords WORD        keep (default), or reset: the first sign-in takes the old one and asks for a new one
  --without-password WORD wait (default): a forgotten password's way leads in; create: made in the pool with a password
                          that nobody knows; invite: the pool sends its invitation
  --hashes WORD           vault (default), or platform: those that it takes go to Cognito's own import jobs
  --log-role ARN          the role by which Cognito writes the log of those jobs; needed with --hashes platform
  --per-second N          users made in the pool in a second, 1 to 100 (default: 20)
how it goes
  --probe CLIENT-ID       imports nothing: tries with a user of its own each which hashes the pool takes, by an app
                          client with ALLOW_ADMIN_USER_PASSWORD_AUTH; needs --log-role
  --restart               from the beginning, whatever a run before has settled
  --json                  the report as JSON, and progress as lines of it on standard error
  --help                  this text

It can be ended at any instant and run again. Records that were refused are written beside the file, for you alone to read,
to be mended and run again. Region and credentials are those of your AWS settings (AWS_REGION, a profile).

Exit code: 0 all is there, 1 some records were refused, 2 wrong arguments, 3 ended before the end.
`;

/** `samekey import`: reads the arguments, answers the exit code. */
export async function runImportCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      "dry-run": { type: "boolean", default: false },
      format: { type: "string" },
      mapping: { type: "string" },
      source: { type: "string" },
      from: { type: "string" },
      "user-pool-id": { type: "string" },
      "vault-only": { type: "boolean", default: false },
      stack: { type: "string", default: "samekey-dev" },
      table: { type: "string" },
      local: { type: "boolean", default: false },
      existing: { type: "string" },
      passwords: { type: "string" },
      "without-password": { type: "string" },
      hashes: { type: "string" },
      "log-role": { type: "string" },
      probe: { type: "string" },
      "per-second": { type: "string", default: "20" },
      restart: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [path] = positionals;
  const { from, probe } = values;
  const inputs = [path, from, probe].filter((one) => one !== undefined).length;
  if (values.help || inputs !== 1 || positionals.length > 1) {
    (values.help ? process.stdout : process.stderr).write(help);
    return values.help ? 0 : 2;
  }
  const config = values.local ? await useLocalEnvironment() : "mine";
  if (config === undefined)
    return refuse(["npm start does not run, so --local has nothing. Start it, then try again."]);
  const migration = await loadMigration(config);
  const source = from ?? values.source ?? migration.sources[0]?.name ?? "import";
  const options = {
    existing: values.existing ?? "update",
    passwords: values.passwords ?? "keep",
    withoutPassword: values["without-password"] ?? "wait",
    hashes: values.hashes ?? "vault",
  };
  const perSecond = Number(values["per-second"]);
  const faults = [
    ...sourceFaults(migration, source, from),
    ...choiceFaults(options),
    ...(Number.isInteger(perSecond) && perSecond >= 1 && perSecond <= 100
      ? []
      : [`--per-second ${values["per-second"]}: allowed are whole numbers from 1 to 100.`]),
    ...roleFaults(values["log-role"], { needed: options.hashes === "platform" || probe !== undefined, ...values }),
    ...(values.local && (values.table !== undefined || values["user-pool-id"] !== undefined)
      ? ["--local has its own pool and table: leave out --user-pool-id and --table."]
      : []),
  ];
  if (faults.length > 0) return refuse(faults);

  const place = await findPlace(
    {
      userPoolId: values["user-pool-id"],
      vaultOnly: values["vault-only"],
      table: values.table,
      stack: values.stack,
      local: values.local,
      perSecond,
    },
    root,
  );
  if (place.kind === "none") return refuse([place.text]);
  const { ledger } = place;
  const roleArn = values["log-role"] ?? localRole;
  let pool = place.pool;
  let logs: CloudWatchLogsClient | undefined;
  try {
    if (pool === undefined && (probe !== undefined || options.hashes === "platform")) {
      return refuse(["No pool is known here: --user-pool-id ID names the one whose own import is meant."]);
    }
    if (pool !== undefined && (probe !== undefined || options.hashes === "platform")) {
      logs = place.logs();
      if (probe !== undefined) return await probePool({ pool, logs, clientId: probe, roleArn, migration });
      pool = { ...pool, importable: await importableBy(migration) };
    }
    const services = openImporter(migration, { ...ledger, pool }, options as ImportOptions);
    const input = await (path === undefined
      ? openSource(migration, source)
      : openFile(path, values.format, values.mapping));
    process.stderr.write(
      dim(`${input.about}; ${pool === undefined ? noPool(values["vault-only"]) : `pool ${pool.pool.Id}`}\n`),
    );
    return await importUsers({
      input,
      source,
      options: options as ImportOptions,
      services,
      place: { table: ledger.table, poolId: pool?.pool.Id },
      perSecond,
      runs: openImportRuns({ ...ledger, now: services.now }),
      plan: values["dry-run"],
      restart: values.restart,
      json: values.json,
      jobs: pool === undefined || logs === undefined ? undefined : jobsOf(pool, logs, roleArn),
    });
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return refuse([`${error.code}  ${error.message}`]);
  } finally {
    ledger.client.destroy();
    place.pool?.cognito.destroy();
    logs?.destroy();
    for (const one of migration.sources) await one.close?.();
  }
}

/** The endpoints of a running npm start, for every client; answers whose config it runs, undefined where none runs. */
async function useLocalEnvironment(): Promise<ConfigChoice | undefined> {
  const environment = await readLocalEnvironment(root);
  if (environment === undefined) return undefined;
  loadEnvFile(join(root, localEnvironmentFile));
  return environment.SAMEKEY_CONFIG === "own" ? "mine" : "demo";
}

// The simulator takes any.
const localRole = "arn:aws:iam::123456789012:role/local";

function roleFaults(arn: string | undefined, { needed, local }: { readonly needed: boolean; readonly local: boolean }) {
  if (arn === undefined) {
    if (!needed || local) return [];
    return ["--log-role is missing: the ARN of the role by which Cognito writes the log of its import jobs."];
  }
  return /^arn:[a-z-]+:iam::[0-9]{12}:role\/.+/.test(arn) ? [] : [`--log-role ${arn}: allowed is the ARN of a role.`];
}

/** A format with a pepper or an older hash in it is none that the pool could check. */
async function importableBy({ passwords }: Migration): Promise<NonNullable<ImportPool["importable"]>> {
  const plain = await plainFormats(passwords, AbortSignal.timeout(10_000));
  return (stored, format) => (plain.has(format) ? poolHashOf(stored, format) : undefined);
}

function jobsOf({ pool, cognito }: ImportPool, logs: CloudWatchLogsClient, logRoleArn: string) {
  return { pool, jobs: openImportJobs({ cognito, logs, poolId: pool.Id ?? "", logRoleArn }) };
}

function refuse(faults: readonly string[]): number {
  process.stderr.write(faults.map((one) => `${bad("✗")} ${one}\n`).join(""));
  return 2;
}

function noPool(wanted: boolean): string {
  if (wanted) return "every user waits in the vault";
  return "no pool is known here, so every user waits in the vault (--user-pool-id ID names yours)";
}

function sourceFaults({ sources }: Migration, source: string, from: string | undefined): readonly string[] {
  const names = sources.map(({ name }) => name).join(", ");
  const found = sources.find(({ name }) => name === source);
  if (from !== undefined) {
    if (found === undefined) return [`--from ${from}: migration.config.ts has ${names}.`];
    return found.list === undefined
      ? [`--from ${from}: this source cannot list its users; import a file of them.`]
      : [];
  }
  // Where the legacy store is off already, the users are of no source that there is.
  if (sources.length === 0 && /^[a-z0-9][a-z0-9-]{0,31}$/.test(source)) return [];
  return found === undefined ? [`--source ${source}: migration.config.ts has ${names}.`] : [];
}

const flags = {
  existing: "--existing",
  passwords: "--passwords",
  withoutPassword: "--without-password",
  hashes: "--hashes",
} as const;

function choiceFaults(options: Readonly<Record<keyof ImportOptions, string>>): readonly string[] {
  const names: readonly (keyof ImportOptions)[] = ["existing", "passwords", "withoutPassword", "hashes"];
  return names.flatMap((name) => {
    const allowed: readonly string[] = importChoices[name];
    return allowed.includes(options[name])
      ? []
      : [`${flags[name]} ${options[name]}: allowed are ${allowed.join(", ")}.`];
  });
}
