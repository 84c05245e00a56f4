import { parseArgs } from "node:util";
import type { Migration } from "../../config/define-migration.ts";
import { MigrationError } from "../../core/errors.ts";
import { type ImportServices, importUser, planImport } from "../../core/import-user.ts";
import { openLedger } from "../../ledger/ledger.ts";
import { openVault } from "../../ledger/vault.ts";
import { openVaultWriter } from "../../ledger/vault-writer.ts";
import { openLedgerTable } from "../ledger-table.ts";
import { loadMigration } from "../load-migration.ts";
import { bad, dim } from "../paint.ts";
import { root } from "../root.ts";
import { openImportFile } from "./import-file.ts";
import { openProgress } from "./progress.ts";
import { headerOf, openRefusedFile, type RefusedFile } from "./refused-file.ts";
import { runImport } from "./run-import.ts";
import { openSeen } from "./seen.ts";
import { describeTally } from "./show-tally.ts";
import { openCounter } from "./tally.ts";

const help = `Puts the users of an export into the ledger's vault, so that the legacy store can be switched off: each is checked against
what was exported at the first sign-in, then moved. docs/imports.md has the formats and what comes along.

  npm run samekey -- import FILE --dry-run     says what would happen, and writes nothing
  npm run samekey -- import FILE

  --format NAME     the reader; without it the first bytes tell
  --mapping MODULE  a reader of your own, the default export of a module: csv({ user: (row) => … })
  --source NAME     the source in migration.config.ts that the users are of (default: the first one, or
                    "import" where there is none)
  --stack NAME      service and stage of the deployed functions (default: samekey-dev); the table is NAME-ledger
  --table NAME      the ledger's table, where it has another name
  --json            the report as JSON, for machines
  --help            this text

It can be ended at any instant and run again: whoever is there stays, and whoever has signed in is never touched. Records
that were refused are written beside the file, for you alone to read, to be mended and run again. Region and credentials are
those of your AWS settings (AWS_REGION, a profile): the table and the vault's key are asked with them.

Exit code: 0 all is there, 1 some records were refused, 2 wrong arguments, 3 ended before the end of the file.
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
      stack: { type: "string" },
      table: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [path] = positionals;
  if (values.help || path === undefined || positionals.length > 1) {
    (values.help ? process.stdout : process.stderr).write(help);
    return values.help ? 0 : 2;
  }
  const migration = await loadMigration("mine");
  const source = values.source ?? migration.sources[0]?.name ?? "import";
  const fault = faultOf(migration, source);
  if (fault !== undefined) {
    process.stderr.write(`${bad("✗")} ${fault}\n`);
    return 2;
  }
  const { table, stack = "samekey-dev" } = values;
  const place = await openLedgerTable({ table, region: undefined, local: false, stack }, root);
  if (place === undefined) return 2;
  try {
    const services = servicesOf(migration, place);
    return await importFile({ path, ...values, dry: values["dry-run"], source, services });
  } finally {
    place.client.destroy();
    for (const one of migration.sources) await one.close?.();
  }
}

function faultOf({ vault, sources }: Migration, source: string): string | undefined {
  if (vault === undefined) {
    return 'Imported users wait in the vault, and there is none: set vault: { key: kmsKey("alias/samekey") } in migration.config.ts.';
  }
  // Where the legacy store is off already, the users are of no source that there is.
  if (sources.length === 0 && /^[a-z0-9][a-z0-9-]{0,31}$/.test(source)) return undefined;
  if (sources.some(({ name }) => name === source)) return undefined;
  return `--source ${source}: migration.config.ts has ${sources.map(({ name }) => name).join(", ")}.`;
}

type Place = NonNullable<Awaited<ReturnType<typeof openLedgerTable>>>;

function servicesOf(migration: Migration, { table, client }: Place): ImportServices {
  const { vault, sources, passwords, userNames, usernameCase } = migration;
  if (vault === undefined) throw new Error("the config has no vault");
  return {
    ledger: openLedger({ table, client }),
    vaulted: openVault({ table, client, key: vault.key }),
    vault: openVaultWriter({ table, key: vault.key }),
    identifiers: { usernameCase },
    sources,
    passwords,
    userNames,
    now: () => new Date(),
  };
}

interface FileRun {
  readonly path: string;
  readonly format?: string | undefined;
  readonly mapping?: string | undefined;
  readonly source: string;
  readonly dry: boolean;
  readonly json: boolean;
  readonly services: ImportServices;
}

async function importFile({ path, format, mapping, source, dry, json, services }: FileRun): Promise<number> {
  const file = await openImportFile(path, format, mapping);
  process.stderr.write(dim(`${path}: ${file.format.name}, ${file.bytes.toLocaleString("en-US")} bytes\n`));
  const refused: RefusedFile | undefined = dry
    ? undefined
    : await openRefusedFile(path, await headerOf(path, file.format.name, file.bytes));
  const [counter, seen, progress] = [openCounter(), await openSeen(), openProgress(process.stderr)];
  const stop = new AbortController();
  const end = () => stop.abort();
  process.once("SIGINT", end);
  let read = 0;
  let done = 0;
  let fault: unknown;
  try {
    await runImport({
      records: file.format.read(
        file.read((count) => {
          read = count;
        }),
      ),
      source,
      each: dry ? planImport : importUser,
      services,
      seen,
      counter,
      onRefused: async (line, reason, raw) => refused?.write(line, reason, raw),
      onProgress: () => progress.tell(file.bytes === 0 ? 1 : read / file.bytes, ++done),
      stop: stop.signal,
    });
  } catch (error) {
    fault = error;
  } finally {
    process.off("SIGINT", end);
    progress.end();
    await Promise.all([seen.close(), refused?.close()]);
  }
  const tally = counter.tally();
  process.stdout.write(`${json ? JSON.stringify(tally, undefined, 2) : describeTally(tally, dry)}\n`);
  for (const one of refused?.paths() ?? []) process.stderr.write(dim(`refused: ${one}\n`));
  if (fault instanceof MigrationError) process.stderr.write(`${bad(fault.code)}  ${fault.message}\n`);
  else if (fault !== undefined) throw fault;
  if (fault !== undefined || stop.signal.aborted) {
    process.stderr.write(`${bad("ended")} before the end of the file; run it again to go on.\n`);
    return 3;
  }
  return tally.refused > 0 ? 1 : 0;
}
