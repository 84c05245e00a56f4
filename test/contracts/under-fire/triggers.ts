import { faultSentence } from "../../../lib/aws/lambda.ts";
import { complete } from "../../../lib/core/completion.ts";
import { type Deadline, openDeadline } from "../../../lib/core/deadline.ts";
import { MigrationError, Refusal } from "../../../lib/core/errors.ts";
import { passGate } from "../../../lib/core/gate.ts";
import { openLegacyCache } from "../../../lib/core/legacy-cache.ts";
import type { Outcome } from "../../../lib/core/outcome.ts";
import { openPasswordChecker } from "../../../lib/core/passwords.ts";
import type { Hook } from "../../../lib/core/ports.ts";
import type { AuthRequest } from "../../../lib/core/request.ts";
import { lookUp, type SignInServices, signIn } from "../../../lib/core/sign-in.ts";
import { guardSignUp } from "../../../lib/core/sign-up.ts";
import { cognitoPostAuthentication } from "../../../lib/hooks/cognito-post-authentication.ts";
import { cognitoPostConfirmation } from "../../../lib/hooks/cognito-post-confirmation.ts";
import { cognitoPreAuthentication } from "../../../lib/hooks/cognito-pre-authentication.ts";
import { cognitoPreSignUp } from "../../../lib/hooks/cognito-pre-sign-up.ts";
import { cognitoUserMigration } from "../../../lib/hooks/cognito-user-migration.ts";
import { openLedger } from "../../../lib/ledger/ledger.ts";
import { openVault } from "../../../lib/ledger/vault.ts";
import type { TriggerAnswer } from "../../../lib/local/user-pool/index.ts";
import { aBudget } from "../../support/services.ts";
import type { Process } from "./process.ts";
import type { World } from "./world.ts";

const hooks: Readonly<Record<string, Hook<unknown, unknown>>> = {
  UserMigration: cognitoUserMigration,
  PreSignUp: cognitoPreSignUp,
  PreAuthentication: cognitoPreAuthentication,
  PostAuthentication: cognitoPostAuthentication,
  PostConfirmation: cognitoPostConfirmation,
};

const now = () => new Date();
// Longer than the platform's 5 s: a test on a busy machine is not to end in time-outs.
const limitMs = 20_000;

/** The triggers as the pool calls them: hook, core, hook, each event in a process of its own. */
export function serveTriggers(world: World, onFault: (error: unknown) => void) {
  return async (name: string, event: unknown): Promise<TriggerAnswer> => {
    const hook = hooks[name];
    if (hook === undefined) throw new Error(`no trigger ${name}`);
    const process = world.start();
    try {
      const outcome = await withDeadline((deadline) => decide(hook.parse(event), world, process, deadline));
      if (process.isDead()) return ended;
      return { kind: "answer", payload: hook.render(outcome, event) };
    } catch (error) {
      if (error instanceof Refusal) return { kind: "error", errorMessage: error.message };
      onFault(error);
      if (process.isDead()) return ended;
      // Bookkeeping never stops a sign-in.
      if (name.startsWith("Post")) return { kind: "answer", payload: hook.render({ kind: "allowed" }, event) };
      return { kind: "error", errorMessage: faultSentence };
    }
  };
}

const ended = { kind: "error", errorType: "Runtime.ExitError", errorMessage: "Runtime exited" } as const;

export async function withDeadline<T>(work: (deadline: Deadline) => Promise<T>): Promise<T> {
  const deadline = openDeadline(limitMs);
  try {
    return await work(deadline);
  } finally {
    deadline.clear();
  }
}

export function signInServicesOf(world: World, { dynamo, key }: Process): SignInServices {
  const { migration, bench } = world;
  return {
    sources: migration.sources,
    passwords: openPasswordChecker(migration.passwords, aBudget),
    ledger: openLedger({ table: bench.table, client: dynamo }),
    vault: openVault({ table: bench.table, client: dynamo, key }),
    userNames: migration.userNames,
    identifiers: { usernameCase: migration.usernameCase },
    forgotPassword: "migrate",
    weak: () => false,
    drift: migration.drift,
    now,
  };
}

async function decide(request: AuthRequest, world: World, process: Process, deadline: Deadline): Promise<Outcome> {
  const { sources, usernameCase, drift } = world.migration;
  const services = {
    sources,
    ledger: openLedger({ table: world.bench.table, client: process.dynamo }),
    identifiers: { usernameCase },
    cache: openLegacyCache({ keepSeconds: 0, perMinute: 1000, entries: 10 }, now),
    federated: "refuse",
    now,
  } as const;
  switch (request.kind) {
    case "sign-in":
      return signIn(request, signInServicesOf(world, process), deadline);
    case "look-up":
      return lookUp(request, signInServicesOf(world, process), deadline);
    case "gate":
      return passGate(request, { ...services, legacyCheck: { sources, cache: services.cache, drift } }, deadline);
    case "sign-up":
      return guardSignUp(request, services, deadline);
    case "completed":
      return complete(request, services, deadline);
  }
}

/** Whether an error is one that a fault of a system is told by, and after which a retry is safe. */
export function isRetryable(error: unknown): error is MigrationError {
  return (
    error instanceof MigrationError &&
    ["LEDGER_UNAVAILABLE", "PLATFORM_UNAVAILABLE", "VAULT_UNAVAILABLE"].includes(error.code)
  );
}
