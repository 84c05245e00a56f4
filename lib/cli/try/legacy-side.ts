import type { Migration } from "../../config/define-migration.ts";
import { type Deadline, openDeadline } from "../../core/deadline.ts";
import { isRecordFault, type MigrationError } from "../../core/errors.ts";
import { findLegacyUser, lookupsFor } from "../../core/legacy-users.ts";
import { openPasswordChecker } from "../../core/passwords.ts";
import type { Lookup } from "../../core/ports.ts";
import type { Secret } from "../../core/secret.ts";
import type { LegacyUser } from "../../core/user.ts";

// A person waits at the terminal, and a first connection through a tunnel takes its time.
const limitMs = 15_000;
const budget = { processorShare: 1, memoryBytes: 512 * 1_048_576, timeMs: 2000 };

/** What the legacy stores say. `unusable` is one user's damaged record; faults of a system are thrown. */
export type Found =
  | { readonly kind: "found"; readonly user: LegacyUser }
  | { readonly kind: "unknown" }
  | { readonly kind: "unusable"; readonly fault: MigrationError };

export type Checked =
  | { readonly kind: "right"; readonly user: LegacyUser }
  /** `by` is the source that refused name and password together. */
  | { readonly kind: "wrong"; readonly by?: string }
  | { readonly kind: "unusable"; readonly fault: MigrationError };

/** The user, by the sources that can find one. */
export function findUser(migration: Migration, lookup: Lookup): Promise<Found> {
  return withinLimit(async ({ signal }) => {
    const rules = { usernameCase: migration.usernameCase };
    const user = await findLegacyUser(migration.sources, lookup, rules, signal);
    return user === undefined ? { kind: "unknown" } : { kind: "found", user };
  });
}

/** The password of a user who was found, or of one whom only a source that checks passwords itself can know. */
export function checkUsersPassword(
  migration: Migration,
  lookup: Lookup,
  user: LegacyUser | undefined,
  password: Secret,
): Promise<Checked> {
  return withinLimit(async (deadline) => {
    if (user !== undefined) {
      const verdict = await openPasswordChecker(migration.passwords, budget).check(password, user, deadline);
      return verdict === "match" ? { kind: "right", user } : { kind: "wrong" };
    }
    const remote = migration.sources.find((source) => source.authenticate !== undefined);
    if (remote === undefined) return { kind: "wrong" };
    for (const by of lookupsFor(remote, lookup)) {
      const answer = await remote.authenticate?.(by, password, deadline.signal);
      if (answer?.kind === "match") return { kind: "right", user: answer.user };
    }
    return { kind: "wrong", by: remote.name };
  });
}

type UnusableRecord = Extract<Found, { readonly kind: "unusable" }>;

async function withinLimit<Answer>(ask: (deadline: Deadline) => Promise<Answer>): Promise<Answer | UnusableRecord> {
  const deadline = openDeadline(limitMs);
  try {
    return await ask(deadline);
  } catch (error) {
    if (!isRecordFault(error)) throw error;
    return { kind: "unusable", fault: error };
  } finally {
    deadline.clear();
  }
}
