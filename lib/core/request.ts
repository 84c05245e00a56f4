import type { Secret } from "./secret.ts";
import type { Identifiers, PlatformUser } from "./user.ts";

/** Who calls, as far as the platform tells. All of it is the caller's word. */
export interface ClientContext {
  readonly pool: string;
  readonly clientId?: string;
}

/** What the application says that its old sign-in decided about this same attempt. The caller's word, for reports alone. */
export type LegacyVerdict = "accepted" | "refused";

/** What a platform's event asks. */
export type AuthRequest =
  | {
      readonly kind: "sign-in";
      readonly identifier: string;
      readonly password: Secret;
      readonly client: ClientContext;
      readonly legacyVerdict?: LegacyVerdict;
    }
  /** A forgotten password: no password exists. */
  | { readonly kind: "look-up"; readonly identifier: string; readonly client: ClientContext }
  /** Before an authentication of a user whom the platform knows or not: no password exists. */
  | { readonly kind: "gate"; readonly user: PlatformUser; readonly known: boolean }
  /** Before a sign-up. `by` admin is always let through: the platform calls it during the migration itself. */
  | {
      readonly kind: "sign-up";
      readonly identifiers: Identifiers;
      readonly by: "person" | "federation" | "admin";
      /** `pool#name` of a federated user: the name is given by the identity provider and never changes. */
      readonly platformId?: string;
    }
  /** The platform tells that something was completed. */
  | { readonly kind: "completed"; readonly user: PlatformUser; readonly proof: Proof };

export type Proof = "signed-in" | "reset" | "signed-up";

export type RequestOf<Kind extends AuthRequest["kind"]> = Extract<AuthRequest, { kind: Kind }>;
