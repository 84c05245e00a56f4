import { MigrationError } from "../core/errors.ts";
import type { DeniedReason, Verdict } from "../core/outcome.ts";
import type { LegacySource, Lookup } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import type { LegacyUser } from "../core/user.ts";

/** What an identity service said to a password. */
export type GrantAnswer =
  /** `id` is the user whom the service signed in, where it says so. */
  | { readonly kind: "right"; readonly id?: string }
  /** The password was right, and a second factor is asked for that nobody can give here. */
  | { readonly kind: "second-factor" }
  | { readonly kind: "denied"; readonly reason: DeniedReason };

export const secondFactorChoices = ["refuse", "accept-password-alone"] as const;

/** What becomes of a user who has a second factor at the legacy service. */
export type SecondFactor = (typeof secondFactorChoices)[number];

/** A user as mapped, and as the service itself knows him. */
export interface Located {
  readonly user: LegacyUser;
  /** The service's own id, whatever the mapping made of it. */
  readonly accountId: string;
  /** What the service takes as the user's name at a sign-in. */
  readonly login: string;
  /** The service says that there is a second factor, where the grant itself does not tell. */
  readonly hasSecondFactor?: boolean;
}

interface Granting {
  readonly name: string;
  readonly secondFactor: SecondFactor | undefined;
  locate(by: Lookup, signal: AbortSignal): Promise<Located | undefined>;
  grant(login: string, password: Secret, signal: AbortSignal): Promise<GrantAnswer>;
}

/**
 * The check of a password at an identity service: first whose it is, then whether it is theirs. That order tells an
 * unknown user from a wrong password, which such services do not, and asks for the password of exactly one user.
 */
export function checksByGrant(service: Granting): Required<Pick<LegacySource, "authenticate" | "validatePassword">> {
  const { name, secondFactor = "refuse", locate, grant } = service;

  async function check(by: Lookup, password: Secret, signal: AbortSignal) {
    signal.throwIfAborted();
    if (password.byteLength === 0) return refused("wrong-password");
    const located = await locate(by, signal);
    if (located === undefined) return refused("unknown-user");
    const answer = await grant(located.login, password, signal);
    if (answer.kind === "denied") return refused(answer.reason);
    const hasSecondFactor = answer.kind === "second-factor" || located.hasSecondFactor === true;
    if (hasSecondFactor && secondFactor === "refuse") {
      throw new MigrationError(
        "RECORD_UNUSABLE",
        `${name}: the user has a second factor there, and \`secondFactor\` is "refuse"`,
      );
    }
    // Two users whom the service calls by one name: what was found is not who signed in.
    if (answer.kind === "right" && answer.id !== undefined && answer.id !== located.accountId) {
      throw new MigrationError("RECORD_AMBIGUOUS", `${name}: the password is another user's than the one found`);
    }
    return { kind: "match", user: located.user } as const;
  }

  return {
    authenticate: check,
    async validatePassword(id, password, signal): Promise<Verdict> {
      const answer = await check({ by: "id", canonical: id, typed: id }, password, signal);
      return answer.kind === "match" ? "match" : "mismatch";
    },
  };
}

function refused(reason: DeniedReason) {
  return { kind: "denied", reason } as const;
}
