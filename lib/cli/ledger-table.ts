import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { OneShotSha256 } from "../aws/one-shot-sha256.ts";
import type { Place } from "../ledger/standing.ts";
import { readLocalEnvironment } from "./local-environment.ts";

/** Which table the arguments ask for. */
export interface TableChoice {
  readonly table: string | undefined;
  /** Service and stage, as serverless.yml makes the table's name of them. */
  readonly stack: string;
  /** Without it that of the person's AWS settings. */
  readonly region: string | undefined;
  /** The table of a running `npm start`. */
  readonly local: boolean;
}

/** @returns undefined when `npm start` was asked for and does not run. */
export async function openLedgerTable(choice: TableChoice, root: string): Promise<Place | undefined> {
  if (!choice.local) {
    const client = new DynamoDBClient({
      sha256: OneShotSha256,
      ...(choice.region === undefined ? {} : { region: choice.region }),
    });
    return { client, table: choice.table ?? `${choice.stack}-ledger` };
  }
  const environment = await readLocalEnvironment(root);
  const endpoint = environment?.AWS_ENDPOINT_URL_DYNAMODB;
  const table = environment?.SAMEKEY_TABLE;
  if (endpoint === undefined || table === undefined) return undefined;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return {
    client: new DynamoDBClient({ endpoint, region: environment?.AWS_REGION ?? "", credentials, sha256: OneShotSha256 }),
    table,
  };
}
