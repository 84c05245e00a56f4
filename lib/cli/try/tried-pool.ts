import { join } from "node:path";
import { CognitoIdentityProviderClient, type UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import { readPool } from "../../wiring/pool.ts";
import { reasonOf } from "../../wiring/reason.ts";
import { recordedPools } from "../../wiring/record.ts";
import { openLocalPool } from "../local-pool.ts";
import { regionOf } from "../pool-arguments.ts";

/** Which pool the arguments ask for. */
export interface PoolChoice {
  readonly userPoolId: string | undefined;
  readonly region: string | undefined;
  /** The pool of a running `npm start`. */
  readonly local: boolean;
  /** Whether a pool that this clone has wired is taken where the arguments name none. */
  readonly recorded: boolean;
}

/** The pool whose rules a user is held against, or why there is none; `asked` when the arguments named it. */
export type TriedPool =
  | { readonly kind: "read"; readonly pool: UserPoolType; readonly cognito: CognitoIdentityProviderClient }
  | { readonly kind: "none"; readonly asked: boolean; readonly text: string };

/** Finds the pool and reads it by DescribeUserPool, the only call. */
export async function readTriedPool(choice: PoolChoice, root: string): Promise<TriedPool> {
  if (choice.local) {
    const local = await openLocalPool(root);
    if (local === undefined)
      return none(true, "npm start does not run, so --local has no pool. Start it, then try again.");
    return read(local.cognito, local.poolId, true);
  }
  const { userPoolId } = choice;
  const known = userPoolId === undefined && choice.recorded ? await recordedPools(join(root, ".samekey")) : [];
  if (known.length > 1) {
    return none(false, `Several pools are wired (${known.join(", ")}): --user-pool-id ID says whose rules to check.`);
  }
  const id = userPoolId ?? known[0];
  if (id === undefined) {
    return none(
      false,
      "A pool's rules were not checked: --user-pool-id ID checks those of yours, --local those of a running npm start.",
    );
  }
  const cognito = new CognitoIdentityProviderClient({ region: choice.region ?? regionOf(id) });
  return read(cognito, id, userPoolId !== undefined);
}

async function read(cognito: CognitoIdentityProviderClient, userPoolId: string, asked: boolean): Promise<TriedPool> {
  try {
    const { pool } = await readPool(cognito, userPoolId);
    return { kind: "read", pool, cognito };
  } catch (error) {
    cognito.destroy();
    return none(asked, `The rules of the pool ${userPoolId} were not checked. ${reasonOf(error)}`);
  }
}

function none(asked: boolean, text: string): TriedPool {
  return { kind: "none", asked, text };
}
