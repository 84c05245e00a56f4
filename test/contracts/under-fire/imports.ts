import assert from "node:assert/strict";
import { afterChange } from "../../../lib/core/after-change.ts";
import { importBatch } from "../../../lib/core/import-batch.ts";
import { type ImportOptions, usualImportOptions } from "../../../lib/core/import-options.ts";
import { settleJob } from "../../../lib/core/import-user.ts";
import { parseImportedUser } from "../../../lib/core/imported-user.ts";
import { Secret } from "../../../lib/core/secret.ts";
import type { StoredPassword } from "../../../lib/core/user.ts";
import { openImporter } from "../../../lib/importer.ts";
import { openLedger } from "../../../lib/ledger/ledger.ts";
import { cognitoImportTarget } from "../../../lib/targets/cognito.ts";
import { currentPassword, legacyOf } from "./legacy.ts";
import type { Process } from "./process.ts";
import type { ImportWayName, Step } from "./steps.ts";
import type { World } from "./world.ts";

// Imports, the platform's own jobs, and what hangs on the ledger's stream.

const optionsOf: Readonly<Record<ImportWayName, Partial<ImportOptions>>> = {
  placed: {},
  change: { passwords: "reset" },
  weak: {},
  hash: {},
  job: { hashes: "platform" },
  none: {},
  create: { withoutPassword: "create" },
  invite: { withoutPassword: "invite" },
};

/** One user, by one way, as the command, the API and the distributed run import him. */
export async function importPerson(
  world: World,
  process: Process,
  { person: who, way, existing, enabled }: Extract<Step, { readonly kind: "import" }>,
): Promise<void> {
  const { id, username, attributes } = legacyOf(world, who);
  const password = way === "weak" ? `s${world.count()}` : currentPassword(world, who);
  world.passwords[who].add(password);
  const mapped = {
    ...{ id, username, enabled, attributes, groups: ["staff"] },
    identities: [{ provider: "google", userId: `google-${who}` }],
    totp: "JBSWY3DPEHPK3PXP",
    ...(["placed", "change", "weak"].includes(way) ? { plaintext: password } : {}),
    ...(["hash", "job"].includes(way) ? { password: { format: "house", encoded: password } } : {}),
  };
  const services = importerOf(world, process, { ...optionsOf[way], existing });
  const { signal } = new AbortController();
  const [answer] = await importBatch([parseImportedUser(mapped, "shop")], services, { plan: false, stop: signal });
  if (answer?.kind !== "pending") return;
  const { row, admitted } = answer;
  const known = answer.resumed ? await services.platform?.target.look(row, AbortSignal.timeout(20_000)) : undefined;
  if (known === undefined) world.jobs.push({ person: who, row, admitted, password });
  else await settleJob(row, known, true, services, AbortSignal.timeout(20_000));
}

function importerOf(world: World, { dynamo, cognito, key }: Process, options: Partial<ImportOptions> = {}) {
  const { migration, pool, bench } = world;
  const vault = { key: { ...key, openVault: () => assert.fail("imports open the vault by themselves") } };
  const importable = ({ encoded }: StoredPassword) => ({ algorithm: "BCRYPT", encoded });
  const place = { table: bench.table, client: dynamo, pool: { pool, cognito, perSecond: 1000, importable } };
  return openImporter({ ...migration, vault }, place, { ...usualImportOptions, ...options });
}

/** The process that waits for the job may end at any call; what the job has made stays made. */
export async function settle(
  world: World,
  process: Process,
  { made, told }: { readonly made: boolean; readonly told: boolean },
): Promise<void> {
  const job = world.jobs.shift();
  if (job === undefined) return;
  const signal = AbortSignal.timeout(20_000);
  if (made) {
    // The platform itself, whose work no process of ours can end.
    const target = cognitoImportTarget({ poolId: world.poolId, client: world.cognito, pace: async () => undefined });
    await target.place(job.admitted, { kind: "keep", password: Secret.fromText(job.password) }, signal);
  }
  const services = importerOf(world, process);
  const heard = made && told;
  const known = heard ? undefined : await services.platform?.target.look(job.row, signal);
  await settleJob(job.row, known, heard || known !== undefined, services, signal);
}

export async function stream(world: World, process: Process, again: boolean): Promise<void> {
  const { migration, poolId, bench } = world;
  const target = cognitoImportTarget({ poolId, client: process.cognito, pace: async () => undefined });
  const ledger = openLedger({ table: bench.table, client: process.dynamo });
  const services = { sources: migration.sources, target, ledger, now: () => new Date() };
  const tell = async (event: Parameters<typeof afterChange>[0]) =>
    afterChange(event, services, AbortSignal.timeout(20_000));
  await (again ? world.repeat(tell) : world.deliver(tell));
}
