import { createHash, randomInt, timingSafeEqual } from "node:crypto";
import { CognitoFault } from "./fault.ts";

/** What a code is for: a step that it opens, or the new contact that it proves. */
export type CodeUse = "sign-up" | "forgotten-password" | "email" | "phone_number";

interface Code {
  readonly digest: Buffer;
  readonly until: number;
  readonly contact: "email" | "phone_number";
  /** The address or number that the code went to, and that alone is proven when it comes back. */
  readonly sentTo: string;
}

export interface CodeStore {
  /** Makes a six-digit code; an earlier one of the same use is void. */
  issue(sub: string, use: CodeUse, contact: Code["contact"], sentTo: string): string;
  /**
   * Takes a code: it works once.
   * @throws CognitoFault ExpiredCodeException when none was asked for or its time is over, CodeMismatchException.
   */
  check(sub: string, use: CodeUse, code: string): { readonly contact: Code["contact"]; readonly sentTo: string };
  /** Makes a code void; `check` leaves it valid so that a refused password can be corrected. */
  spend(sub: string, use: CodeUse): void;
}

// Developer guide: a sign-up code lives 24 hours, a reset code one hour, an attribute code 24 hours.
const lifeMs: Readonly<Record<CodeUse, number>> = {
  "sign-up": 86_400_000,
  "forgotten-password": 3_600_000,
  email: 86_400_000,
  phone_number: 86_400_000,
};

export function codeMismatch(): CognitoFault {
  return new CognitoFault("CodeMismatchException", "Invalid verification code provided, please try again.");
}

export function openCodeStore(now: () => Date): CodeStore {
  const codes = new Map<string, Code>();
  const key = (sub: string, use: CodeUse) => `${use} ${sub}`;
  return {
    issue: (sub, use, contact, sentTo) => {
      const code = String(randomInt(1_000_000)).padStart(6, "0");
      codes.set(key(sub, use), { digest: digest(code), until: now().getTime() + lifeMs[use], contact, sentTo });
      return code;
    },
    check: (sub, use, typed) => {
      const code = codes.get(key(sub, use));
      if (code === undefined || now().getTime() >= code.until) {
        throw new CognitoFault("ExpiredCodeException", "Invalid code provided, please request a code again.");
      }
      if (!timingSafeEqual(digest(typed), code.digest)) throw codeMismatch();
      return { contact: code.contact, sentTo: code.sentTo };
    },
    spend: (sub, use) => {
      codes.delete(key(sub, use));
    },
  };
}

function digest(code: string): Buffer {
  return createHash("sha256").update(code).digest();
}
