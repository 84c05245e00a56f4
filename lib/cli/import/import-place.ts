import { join } from "node:path";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { openPatientCognito } from "../../aws/patient-cognito.ts";
import type { ImportPool } from "../../importer.ts";
import type { Place } from "../../ledger/standing.ts";
import { readPool } from "../../wiring/pool.ts";
import { reasonOf } from "../../wiring/reason.ts";
import { recordedPools } from "../../wiring/record.ts";
import { openLedgerTable } from "../ledger-table.ts";
import { openLocalPool } from "../local-pool.ts";
import { isPoolId, poolIdFault, regionOf } from "../pool-arguments.ts";

/** Which table and pool the arguments ask for. */
export interface PlaceChoice {
  readonly userPoolId: string | undefined;
  readonly vaultOnly: boolean;
  readonly table: string | undefined;
  readonly stack: string;
  /** Those of a running `npm start`. */
  readonly local: boolean;
  readonly perSecond: number;
}

export type FoundPlace =
  | {
      readonly kind: "found";
      readonly ledger: Place;
      /** Absent where every user waits in the vault. */
      readonly pool: ImportPool | undefined;
      /** Reads the logs of the pool's import jobs. */
      logs(): CloudWatchLogsClient;
    }
  | { readonly kind: "none"; readonly text: string };

/** Finds the ledger's table and the pool. A pool that was meant and cannot be read ends it, and never sends its users to the vault. */
export async function findPlace(choice: PlaceChoice, root: string): Promise<FoundPlace> {
  const ledger = await openLedgerTable({ ...choice, region: undefined }, root);
  if (ledger === undefined) {
    return { kind: "none", text: "npm start does not run, so --local has no ledger. Start it, then try again." };
  }
  const pool = choice.vaultOnly ? undefined : await findPool(choice, root);
  if (typeof pool !== "string") return { kind: "found", ledger, pool, logs: () => openLogs(choice.local, pool) };
  ledger.client.destroy();
  return { kind: "none", text: pool };
}

/** The pool, undefined where none is known here, or why the one that is meant cannot be had. */
async function findPool({ userPoolId, local, perSecond }: PlaceChoice, root: string) {
  if (local) {
    const found = await openLocalPool(root);
    if (found === undefined) return "npm start does not run, so --local has no pool. Start it, then try again.";
    return read(found.cognito, found.poolId, perSecond);
  }
  if (userPoolId !== undefined && !isPoolId(userPoolId)) return poolIdFault(userPoolId);
  const known = userPoolId === undefined ? await recordedPools(join(root, ".samekey")) : [userPoolId];
  const [id] = known;
  if (known.length > 1) {
    return `Several pools are wired (${known.join(", ")}): --user-pool-id ID says which one, --vault-only that none.`;
  }
  return id === undefined ? undefined : read(openPatientCognito(regionOf(id)), id, perSecond);
}

/** The simulator has the logs of its jobs itself. */
function openLogs(local: boolean, pool: ImportPool | undefined): CloudWatchLogsClient {
  const { region, endpoint, credentials } = pool?.cognito.config ?? {};
  return new CloudWatchLogsClient({
    ...(region === undefined ? {} : { region }),
    ...(local && endpoint !== undefined ? { endpoint } : {}),
    ...(local && credentials !== undefined ? { credentials } : {}),
  });
}

type Cognito = ImportPool["cognito"];

async function read(cognito: Cognito, userPoolId: string, perSecond: number): Promise<ImportPool | string> {
  try {
    const { pool } = await readPool(cognito, userPoolId);
    return { pool, cognito, perSecond };
  } catch (error) {
    cognito.destroy();
    return `The pool ${userPoolId} cannot be read. ${reasonOf(error)} --vault-only imports without it.`;
  }
}
