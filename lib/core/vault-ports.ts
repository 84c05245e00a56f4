import type { LedgerUser } from "./ports.ts";
import type { Secret } from "./secret.ts";
import type { LegacyUser } from "./user.ts";

/**
 * Imported users whose stored passwords the platform does not take, each sealed in an item of its own, until the
 * platform has proved that the user is there.
 */
export interface Vault {
  /**
   * The user of a row, with the stored passwords. Cut by its signal.
   * @returns undefined where there is no item.
   * @throws MigrationError LEDGER_DAMAGED for an item that was not sealed for this row, LEDGER_UNAVAILABLE,
   * VAULT_UNAVAILABLE
   */
  read(row: Pick<LedgerUser, "source" | "legacyId">, signal: AbortSignal): Promise<LegacyUser | undefined>;
}

/** The TOTP secrets that imports brought: for whoever checks a code in the platform's stead. */
export interface TotpVault {
  /**
   * The Base32 secret of a row that is `totp`. Cut by its signal.
   * @returns undefined where there is no item. @throws as `Vault` does
   */
  read(row: Pick<LedgerUser, "source" | "legacyId">, signal: AbortSignal): Promise<Secret | undefined>;
}

/** What imports need of the vault. No function of a sign-in can do it. */
export interface VaultWriter {
  /** Seals a user for the row of the same source and id: it opens in no other one's place. @throws as `Vault` does */
  seal(user: LegacyUser, signal: AbortSignal): Promise<SealedUser>;
  /** Seals a user's TOTP secret, Base32, in the same way. */
  sealTotp(user: Pick<LegacyUser, "source" | "id">, secret: Secret, signal: AbortSignal): Promise<SealedUser>;
}

/** A user as the vault keeps him. */
export interface SealedUser {
  /** The data key, which only the wrapping key opens. */
  readonly key: Uint8Array;
  readonly content: Uint8Array;
}

/** A key that never leaves its keeper (AWS KMS) and makes and opens the keys that data is sealed with. */
export interface WrappingKey {
  /** The name or address that the keeper has it by. */
  readonly id: string;
  /**
   * A new data key of 256 bits, as it is and sealed. Both methods are cut by their signal.
   * @param context What has to be given again to open it.
   * @throws MigrationError VAULT_UNAVAILABLE
   */
  makeDataKey(context: Readonly<Record<string, string>>, signal: AbortSignal): Promise<DataKey>;
  /** @throws MigrationError LEDGER_DAMAGED for what was not made by this key with this context, VAULT_UNAVAILABLE */
  openDataKey(sealed: Uint8Array, context: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Uint8Array>;
}

export interface DataKey {
  readonly plain: Uint8Array;
  readonly sealed: Uint8Array;
}
