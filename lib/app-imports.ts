import { randomUUID } from "node:crypto";
import migration from "#migration";
import { placeOf } from "./app.ts";
import { type ImportLinks, openImportLinks } from "./aws/import-bucket.ts";
import { type ObjectStore, openObjectStore } from "./aws/object-store.ts";
import { openPatientCognito } from "./aws/patient-cognito.ts";
import type { Task } from "./aws/task.ts";
import { MigrationError } from "./core/errors.ts";
import type { HttpJob } from "./core/http.ts";
import { type BatchAnswer, type BatchServices, importBatch, namesOf } from "./core/import-batch.ts";
import type { ImportOptions } from "./core/import-options.ts";
import type { ImportedUser } from "./core/imported-user.ts";
import { finishTask } from "./distributed-import/finish-import.ts";
import { batchTask } from "./distributed-import/import-batch-file.ts";
import { splitTask } from "./distributed-import/split-import.ts";
import { type Environment, readEnvironment } from "./env.ts";
import { createImport } from "./import-api/create-import.ts";
import { importUsers } from "./import-api/import-users.ts";
import { readImport } from "./import-api/read-import.ts";
import { type ImportPool, openImporter } from "./importer.ts";
import { openBatchAnswers } from "./ledger/batch-answers.ts";
import { openImportRuns } from "./ledger/import-runs.ts";
import { readPool } from "./wiring/pool.ts";

// The openers of app.ts that import users.

const now = () => new Date();

/** What the functions that import users do. */
export interface Importing {
  /** The source that users are of where nobody says it, and those that there are. */
  readonly source: string;
  readonly sources: readonly string[];
  /** What an import's users are held to before it: identifiers of one form. */
  services(options: ImportOptions): Promise<BatchServices>;
  batch(users: readonly ImportedUser[], options: ImportOptions, stop: AbortSignal): Promise<readonly BatchAnswer[]>;
}

/** Imports over HTTP, and those of the distributed run. The pool is described once in each environment. */
export function openImporting(): Importing {
  const environment = readEnvironment();
  const { userPool, importsPerSecond } = environment;
  const place = placeOf(environment);
  const opened = new Map<string, BatchServices>();
  let described: Promise<ImportPool> | undefined;

  async function describePool(id: string): Promise<ImportPool> {
    const cognito = openPatientCognito();
    try {
      const { pool } = await readPool(cognito, id);
      return { pool, cognito, perSecond: importsPerSecond };
    } catch (error) {
      described = undefined;
      cognito.destroy();
      throw new MigrationError("PLATFORM_UNAVAILABLE", `the pool ${id} cannot be described`, { cause: error });
    }
  }

  function pool(id: string): Promise<ImportPool> {
    described ??= describePool(id);
    return described;
  }

  async function services(options: ImportOptions): Promise<BatchServices> {
    const name = JSON.stringify(options);
    const there = opened.get(name);
    if (there !== undefined) return there;
    const found = userPool === undefined ? undefined : await pool(userPool);
    const made = openImporter(migration, { ...place, pool: found }, options);
    opened.set(name, made);
    return made;
  }

  return {
    ...knownSources(),
    services,
    batch: async (users, options, stop) => importBatch(users, await services(options), { plan: false, stop }),
  };
}

/** `POST /imports`: an import of a file, which is then uploaded. */
export function openCreateImport(): HttpJob {
  const environment = readEnvironment();
  const runs = openImportRuns({ ...placeOf(environment), now });
  return createImport({ ...knownSources(), runs, links: linksOf(environment), now, newId: randomUUID });
}

/** `GET /imports/{id}`. It reads no config, so that its bundle has no source and no format. */
export function openReadImport(): HttpJob {
  const environment = readEnvironment();
  return readImport({ runs: openImportRuns({ ...placeOf(environment), now }), links: linksOf(environment) });
}

/** `POST /users/batch`: users at once. */
export function openImportUsers(): HttpJob {
  const importer = openImporting();
  const kept = openBatchAnswers({ ...placeOf(readEnvironment()), now });
  return importUsers({ source: importer.source, sources: importer.sources, importer, kept });
}

function knownSources(): Pick<Importing, "source" | "sources"> {
  const sources = migration.sources.map(({ name }) => name);
  return { source: sources[0] ?? "import", sources };
}

function linksOf(environment: Environment): ImportLinks {
  return openImportLinks({ bucket: bucketOf(environment), key: environment.importKey, now });
}

/** An upload as batches of distinct users: the first part of an import that runs past one machine. */
export function openSplitImport(): Task {
  const environment = readEnvironment();
  const { sources, usernameCase } = migration;
  const rules = { sources, identifiers: { usernameCase } };
  return splitTask({
    store: storeOf(environment),
    runs: openImportRuns({ ...placeOf(environment), now }),
    sources: sources.map(({ name }) => name),
    names: (user) => namesOf(user, rules),
    now,
  });
}

/** One batch of it. */
export function openImportBatch(): Task {
  return batchTask({ store: storeOf(readEnvironment()), batch: openImporting().batch });
}

/** Its end. It reads no config, as the completions do not. */
export function openFinishImport(): Task {
  const environment = readEnvironment();
  return finishTask({ store: storeOf(environment), runs: openImportRuns({ ...placeOf(environment), now }), now });
}

function storeOf(environment: Environment): ObjectStore {
  return openObjectStore(bucketOf(environment));
}

function bucketOf({ importBucket }: Environment): string {
  if (importBucket !== undefined) return importBucket;
  throw new MigrationError("CONFIG_INVALID", "SAMEKEY_IMPORT_BUCKET is missing: the name of the imports' bucket");
}
