import migration from "#migration";
import { openDynamoDb } from "./aws/dynamodb-client.ts";
import type { Job } from "./aws/lambda.ts";
import { tellOpenCircuit } from "./aws/log.ts";
import { closeAtShutdown } from "./aws/shutdown.ts";
import type { StreamWork } from "./aws/stream.ts";
import { afterChange } from "./core/after-change.ts";
import { complete } from "./core/completion.ts";
import type { Deadline } from "./core/deadline.ts";
import { MigrationError } from "./core/errors.ts";
import { passGate } from "./core/gate.ts";
import { holdBack } from "./core/hold-back.ts";
import { openLegacyCache } from "./core/legacy-cache.ts";
import type { Outcome } from "./core/outcome.ts";
import { type HashBudget, openPasswordChecker } from "./core/passwords.ts";
import type { Ledger, LegacySource } from "./core/ports.ts";
import type { RequestOf } from "./core/request.ts";
import type { Secret } from "./core/secret.ts";
import { shadow } from "./core/shadow.ts";
import { lookUp, signIn } from "./core/sign-in.ts";
import { guardSignUp } from "./core/sign-up.ts";
import type { Throttle } from "./core/throttle.ts";
import { openTombstones, type Tombstones } from "./core/tombstones.ts";
import { type Environment, readEnvironment } from "./env.ts";
import { type LedgerSettings, openLedger } from "./ledger/ledger.ts";
import { openShadowLog } from "./ledger/shadow-log.ts";
import { parseStreamEvent } from "./ledger/stream.ts";
import { openThrottle } from "./ledger/throttle.ts";
import { cognitoTarget } from "./targets/cognito.ts";

// The platform gives a trigger 5 s; a second is left for its own way here and back.
const triggerLimitMs = 4000;
// Bookkeeping stands in the way of a sign-in that has already succeeded.
const bookkeepingLimitMs = 2000;
const warmMs = 3000;

const now = () => new Date();

/** Sign-ins and forgotten passwords of users whom the platform does not know. */
export function openSignIn(): Job {
  const environment = readEnvironment();
  const identifiers = { usernameCase: migration.usernameCase };
  const place = placeOf(environment);
  const tombstones = tombstonesOf();
  const services = {
    sources: migration.sources,
    passwords: openPasswordChecker(migration.passwords, hashBudget(environment)),
    ledger: openLedger({ ...place, tombstones }),
    vault: migration.vault?.key.openVault(place),
    userNames: migration.userNames,
    identifiers,
    forgotPassword: migration.forgotPassword,
    weak: (password: Secret) => migration.weakPassword(password.revealText()),
    drift: migration.drift,
    // A shadow run answers nobody, so there is nothing to be learned from it, and its role writes nothing else.
    throttle: migration.mode === "shadow" ? undefined : throttleOf(environment),
    now,
  };
  const shadowed = migration.mode === "shadow" ? { ...services, shadowLog: openShadowLog(place) } : undefined;
  warm(migration.sources);
  return {
    onFault: "stop",
    limitMs: triggerLimitMs,
    async answer(request, deadline) {
      if (request.kind !== "sign-in" && request.kind !== "look-up") throw unexpected(request.kind);
      const startedAt = performance.now();
      const outcome = await decide(request, deadline);
      // Only who proves the password is told at once that it is right.
      if (outcome.kind !== "verified") await holdBack(startedAt, migration.refusalMs, deadline);
      return outcome;
    },
  };

  function decide(request: RequestOf<"sign-in"> | RequestOf<"look-up">, deadline: Deadline): Promise<Outcome> {
    if (shadowed !== undefined) return shadow(request, shadowed, deadline);
    return request.kind === "sign-in" ? signIn(request, services, deadline) : lookUp(request, services, deadline);
  }
}

/** The gate before authentications. */
export function openGate(): Job {
  const { drift, gate, lookupsPerMinute, sources, usernameCase } = migration;
  const cache = openLegacyCache({ keepSeconds: gate.keepSeconds, perMinute: lookupsPerMinute, entries: 1000 }, now);
  const services = {
    ledger: guardedLedger(),
    identifiers: { usernameCase },
    ...(gate.legacyCheck ? { legacyCheck: { sources, cache, drift } } : {}),
    now,
  };
  if (gate.legacyCheck) warm(sources);
  return {
    onFault: gate.onFault === "allow" ? "pass" : "stop",
    limitMs: triggerLimitMs,
    async answer(request, deadline) {
      if (request.kind !== "gate") throw unexpected(request.kind);
      return passGate(request, services, deadline);
    },
  };
}

/** The guard before sign-ups. */
export function openSignUpGuard(): Job {
  const { federated, lookupsPerMinute, sources, usernameCase } = migration;
  const environment = readEnvironment();
  const services = {
    sources,
    ledger: guardedLedger(),
    throttle: throttleOf(environment),
    cache: openLegacyCache({ keepSeconds: 60, perMinute: lookupsPerMinute, entries: 1000 }, now),
    identifiers: { usernameCase },
    federated,
    now,
  };
  warm(sources);
  return {
    onFault: "stop",
    limitMs: triggerLimitMs,
    async answer(request, deadline) {
      if (request.kind !== "sign-up") throw unexpected(request.kind);
      return guardSignUp(request, services, deadline);
    },
  };
}

/** The bookkeeping of completed sign-ins and resets. It reads no config, so that its bundle has no source and no format. */
export function openCompletion(): Job {
  const services = { ledger: ledgerOf(readEnvironment()), now };
  return {
    onFault: "pass",
    limitMs: bookkeepingLimitMs,
    async answer(request, deadline) {
      if (request.kind !== "completed") throw unexpected(request.kind);
      return complete(request, services, deadline);
    },
  };
}

/** What hangs on the ledger's changes: the table's stream tells them, in no sign-in's way. */
export function openAfterChange(): (event: unknown) => readonly StreamWork[] {
  const services = { sources: migration.sources, target: cognitoTarget(), ledger: ledgerOf(readEnvironment()), now };
  return (event) =>
    parseStreamEvent(event).map(({ sequenceNumber, change }) => ({
      sequenceNumber,
      ...(change === undefined ? {} : { work: (signal: AbortSignal) => afterChange(change, services, signal) }),
    }));
}

/** Opens what the first event will need, and closes it when the environment ends. */
function warm(sources: readonly LegacySource[]): void {
  for (const source of sources) source.warm?.();
  // The first event needs the erasures' key before it reads anything; its own read tells of a fault.
  migration.erasure?.key.read(AbortSignal.timeout(warmMs)).catch(() => undefined);
  closeAtShutdown(async () => {
    await Promise.all(sources.map((source) => source.close?.()));
  });
}

/** The ledger where erased users must not come in. */
function guardedLedger(): Ledger {
  return openLedger({ ...placeOf(readEnvironment()), tombstones: tombstonesOf() });
}

function tombstonesOf(): Tombstones | undefined {
  return migration.erasure && openTombstones(migration.erasure.key);
}

function ledgerOf(environment: Environment): Ledger {
  return openLedger(placeOf(environment));
}

function throttleOf(environment: Environment): Throttle | undefined {
  const { throttle: limits } = migration;
  if (limits === undefined) return undefined;
  const { attemptKey: key } = environment;
  return openThrottle({ ...placeOf(environment), limits, key, now, onOpen: tellOpenCircuit });
}

/** Where the ledger is. */
export function placeOf({ table }: Environment): LedgerSettings {
  if (table === undefined) {
    throw new MigrationError("CONFIG_INVALID", "SAMEKEY_TABLE is missing: the name of the ledger's DynamoDB table");
  }
  return { table, client: openDynamoDb() };
}

// Lambda gives one whole processor at 1,769 MiB and less in proportion; 40 % of the memory, at most 512 MiB, is for one
// hash; half of the platform's time is.
function hashBudget({ memoryMb }: Environment): HashBudget {
  return {
    processorShare: Math.min(1, memoryMb / 1769),
    memoryBytes: Math.min(memoryMb * 0.4, 512) * 1_048_576,
    timeMs: 2000,
  };
}

function unexpected(kind: string): MigrationError {
  return new MigrationError("EVENT_INVALID", `this function does not answer requests of the kind ${kind}`);
}
