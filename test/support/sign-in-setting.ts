import { openPasswordChecker, type PasswordChecker } from "../../lib/core/passwords.ts";
import type { LedgerUser } from "../../lib/core/ports.ts";
import type { Secret } from "../../lib/core/secret.ts";
import { type SignInServices, signIn } from "../../lib/core/sign-in.ts";
import type { onBlock } from "../../lib/core/transitions.ts";
import type { LegacyUser } from "../../lib/core/user.ts";
import { aDeadline } from "./deadline.ts";
import { anEmbeddedLedger } from "./ledger.ts";
import { aSource } from "./legacy-source.ts";
import { aLegacyUser, annsPassword } from "./legacy-user.ts";
import { aBudget, aSignIn, signInServices, testFormats } from "./services.ts";

/** A legacy store with these users, a ledger, and the work that was done for passwords. */
export async function aSignInSetting(
  users: readonly LegacyUser[] = [aLegacyUser()],
  overrides: Partial<SignInServices> = {},
) {
  const bench = await anEmbeddedLedger();
  const store = aSource(users);
  const work: string[] = [];
  const checker = openPasswordChecker(testFormats, aBudget);
  const passwords: PasswordChecker = {
    check: (...given) => {
      work.push("check");
      return checker.check(...given);
    },
    decoy: (...given) => {
      work.push("decoy");
      return checker.decoy(...given);
    },
  };
  const services = signInServices({ ledger: bench.ledger, sources: [store.source] }, { passwords, ...overrides });
  return {
    ...bench,
    ...store,
    work,
    services,
    signIn: (identifier: string, password: string | Secret = annsPassword) =>
      signIn(aSignIn(identifier, password), services, aDeadline()),
    change: async (decide: typeof onBlock) => {
      const [before] = await bench.rows();
      const transition = decide(before as LedgerUser, new Date());
      if (transition.kind === "to") await bench.erasing.change({ before, ...transition }, aDeadline().signal);
    },
  };
}
