import { type HashBudget, openPasswordChecker } from "../../lib/core/passwords.ts";
import type { HashFormat, Ledger, LegacySource } from "../../lib/core/ports.ts";
import { Secret } from "../../lib/core/secret.ts";
import type { SignInServices } from "../../lib/core/sign-in.ts";
import { pbkdf2 } from "../../lib/hashes/pbkdf2.ts";
import { phpass } from "../../lib/hashes/phpass.ts";
import { annsPassword } from "./legacy-user.ts";

export const aBudget: HashBudget = { processorShare: 1, memoryBytes: 512 * 1_048_576, timeMs: 2000 };

/** phpass stands first: its decoy takes 12 ms. */
export const testFormats: readonly HashFormat[] = [phpass(), pbkdf2()];

/** What a sign-in needs, in a pool with user names and e-mail as an alias. */
export function signInServices(
  parts: { readonly ledger: Ledger; readonly sources: readonly LegacySource[] },
  overrides: Partial<SignInServices> = {},
): SignInServices {
  return {
    passwords: openPasswordChecker(testFormats, aBudget),
    userNames: "alias",
    identifiers: { usernameCase: "insensitive" },
    forgotPassword: "migrate",
    weak: () => false,
    now: () => new Date(),
    ...parts,
    ...overrides,
  };
}

export const aClient = { pool: "us-east-1_TEST", clientId: "app" };

export function aSignIn(identifier: string, password: string | Secret = annsPassword) {
  const secret = typeof password === "string" ? Secret.fromText(password) : password;
  return { kind: "sign-in", identifier, password: secret, client: aClient } as const;
}

export function aLookUp(identifier: string) {
  return { kind: "look-up", identifier, client: aClient } as const;
}

/** A completion of the user whose sub is given, or whom the platform knows by the legacy id. */
export function aCompletion(
  known: { readonly sub: string; readonly legacyId?: string },
  proof: "signed-in" | "reset" | "signed-up" = "signed-in",
) {
  const { sub, legacyId } = known;
  const user = {
    username: sub,
    id: `${aClient.pool}#${sub}`,
    ...(legacyId === undefined ? {} : { legacyId }),
    emailVerified: false,
    phoneVerified: false,
  };
  return { kind: "completed", user, proof } as const;
}
