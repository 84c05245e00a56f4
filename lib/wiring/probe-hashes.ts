// Which password hashes a user pool really takes: one user of each algorithm is imported, signed in and deleted again.

import { createHmac } from "node:crypto";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import {
  AdminDeleteUserCommand,
  AdminInitiateAuthCommand,
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  type PasswordHashingAlgorithmType,
  type UserPoolType,
} from "@aws-sdk/client-cognito-identity-provider";
import { MigrationError } from "../core/errors.ts";
import type { HashFormat } from "../core/ports.ts";
import { openImportJobs, type RowOutcome } from "../protocols/user-pool-import.ts";
import { readJobColumns } from "../protocols/user-pool-job-columns.ts";
import { openJobFile } from "../protocols/user-pool-job-file.ts";
import { readPool } from "./pool.ts";
import { newPoolHash, poolAlgorithms } from "./probe-hash.ts";
import { aProbeUser, type ProbeUser } from "./probe-user.ts";
import { reasonOf } from "./reason.ts";

export interface HashProbe {
  readonly algorithm: PasswordHashingAlgorithmType;
  readonly result: { readonly kind: "works" } | { readonly kind: "refused"; readonly reason: string };
}

export interface ProbeOptions {
  readonly cognito: CognitoIdentityProviderClient;
  readonly logs: CloudWatchLogsClient;
  readonly poolId: string;
  /** An app client that allows ALLOW_ADMIN_USER_PASSWORD_AUTH. */
  readonly clientId: string;
  readonly logRoleArn: string;
  /** Where the import files are while their job runs; they hold one hash of a random password each. */
  readonly folder: string;
  /** Whose hashes are tried where they make any; the others are made here. */
  readonly formats?: readonly HashFormat[];
  readonly signal: AbortSignal;
  readonly pollMs?: number;
  readonly logWaitMs?: number;
}

const passwordFlows: readonly string[] = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"];
const deleteTimeoutMs = 10_000;

/**
 * Tries each algorithm on the pool, one import job after the other. A sign-in fires the pool's triggers as any other.
 * The users are deleted whatever happens; one that a cut job still placed afterwards begins with `samekey-probe-`, and
 * nobody knows its password.
 * @throws MigrationError CONFIG_INVALID for a pool or client that is not there or allows no such sign-in,
 *   PLATFORM_UNAVAILABLE for faults of the service; the signal's reason when it aborts.
 */
export async function probeHashes(options: ProbeOptions): Promise<readonly HashProbe[]> {
  const { pool } = await readPool(options.cognito, options.poolId);
  const secret = await readClientSecret(options);
  const header = await openImportJobs(options).header(options.signal);
  const probes: HashProbe[] = [];
  for (const algorithm of poolAlgorithms) {
    const user = aProbeUser(pool);
    try {
      const reason = await probe(options, pool, header, algorithm, user, secret);
      probes.push({ algorithm, result: reason === undefined ? { kind: "works" } : { kind: "refused", reason } });
    } finally {
      await remove(options, user);
    }
  }
  return probes;
}

/** Why the pool does not take the algorithm; undefined when the user's sign-in worked. */
async function probe(
  options: ProbeOptions,
  pool: UserPoolType,
  header: readonly string[],
  algorithm: PasswordHashingAlgorithmType,
  user: ProbeUser,
  secret: string | undefined,
): Promise<string | undefined> {
  const unfit = headerFault(header, algorithm);
  if (unfit !== undefined) return unfit;
  const { encoded } = await newPoolHash(algorithm, user.password, options.formats ?? []);
  const mfaRequired = pool.MfaConfiguration === "ON";
  const file = await openJobFile({ header, algorithm, folder: options.folder, mfaRequired });
  try {
    const added = await file.add({ username: user.username, attributes: user.attributes, hash: encoded });
    if (added.kind !== "added") return added.kind === "refused" ? added.reason : "the import file takes no row";
    const name = `samekey-probe-${algorithm.toLowerCase().replace("_", "-")}`;
    for await (const row of openImportJobs(options).run(file, name, { signal: options.signal })) {
      if (row.outcome === "skipped" || row.outcome === "failed") return row.reason;
      return await signIn(options, user, row, secret);
    }
    return "the import job told of no user";
  } catch (error) {
    if (isRefusedAlgorithm(error)) return reasonOf(error.cause);
    throw error;
  } finally {
    await file.remove();
  }
}

function headerFault(header: readonly string[], algorithm: PasswordHashingAlgorithmType): string | undefined {
  try {
    readJobColumns(header, algorithm);
    return undefined;
  } catch (error) {
    if (error instanceof MigrationError) return error.message;
    throw error;
  }
}

/** What the job's creation answers for an algorithm that the pool, or the service, does not know. */
function isRefusedAlgorithm(error: unknown): error is MigrationError {
  if (!(error instanceof MigrationError) || !(error.cause instanceof Error)) return false;
  const { name, message } = error.cause;
  if (name === "OperationNotEnabledException") return true;
  return name === "InvalidParameterException" && /passwordHashingAlgorithm/i.test(message);
}

async function signIn(
  options: ProbeOptions,
  user: ProbeUser,
  row: RowOutcome,
  secret: string | undefined,
): Promise<string | undefined> {
  const { cognito, clientId, poolId, signal } = options;
  const proof = secret === undefined ? {} : { SECRET_HASH: secretHash(user.username, clientId, secret) };
  try {
    await cognito.send(
      new AdminInitiateAuthCommand({
        UserPoolId: poolId,
        ClientId: clientId,
        AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: user.username, PASSWORD: user.password, ...proof },
      }),
      { abortSignal: signal },
    );
    // Tokens, or a challenge, which comes only after the right password.
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    const name = error instanceof Error ? error.name : "";
    // A row that the log does not tell of may not be there at all.
    if (name === "UserNotFoundException" && row.outcome === "untold") return row.reason;
    const refusals = ["NotAuthorizedException", "PasswordResetRequiredException"];
    if (refusals.includes(name)) return `imported, but the password does not sign in: ${reasonOf(error)}`;
    const what = `cognito: the sign-in of a probe user: ${reasonOf(error)}`;
    throw new MigrationError("PLATFORM_UNAVAILABLE", what, { cause: error });
  }
}

/** With its own time: a probe that is cut deletes its user all the same. */
async function remove({ cognito, poolId }: ProbeOptions, user: ProbeUser): Promise<void> {
  try {
    const command = new AdminDeleteUserCommand({ UserPoolId: poolId, Username: user.username });
    await cognito.send(command, { abortSignal: AbortSignal.timeout(deleteTimeoutMs) });
  } catch (error) {
    if (error instanceof Error && error.name === "UserNotFoundException") return;
    const what = `cognito: the probe user ${user.username} could not be deleted, delete it by hand: ${reasonOf(error)}`;
    throw new MigrationError("PLATFORM_UNAVAILABLE", what, { cause: error });
  }
}

async function readClientSecret({ cognito, poolId, clientId, signal }: ProbeOptions): Promise<string | undefined> {
  const command = new DescribeUserPoolClientCommand({ UserPoolId: poolId, ClientId: clientId });
  const client = await cognito.send(command, { abortSignal: signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    const missing = error instanceof Error && error.name === "ResourceNotFoundException";
    const what = missing
      ? `there is no app client ${clientId} in the pool`
      : `cognito: the app client: ${reasonOf(error)}`;
    throw new MigrationError(missing ? "CONFIG_INVALID" : "PLATFORM_UNAVAILABLE", what, { cause: error });
  });
  const { ExplicitAuthFlows, ClientSecret } = client.UserPoolClient ?? {};
  if (!(ExplicitAuthFlows ?? []).some((flow) => passwordFlows.includes(flow))) {
    const what = `the app client ${clientId} does not allow ALLOW_ADMIN_USER_PASSWORD_AUTH, by which the probe signs in`;
    throw new MigrationError("CONFIG_INVALID", what);
  }
  return ClientSecret;
}

/** API reference, "Computing secret hash values". */
function secretHash(username: string, clientId: string, secret: string): string {
  return createHmac("sha256", secret).update(`${username}${clientId}`).digest("base64");
}
