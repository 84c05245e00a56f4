import { readFileSync } from "node:fs";
import type { LedgerUser } from "../../lib/core/ports.ts";
import { userItem } from "../../lib/ledger/items.ts";

// Whole examples that several families begin from.

/** A row with everything that one may have. */
export const aRow: LedgerUser = {
  source: "shop",
  legacyId: "1",
  legacyKey: "1",
  state: "resetting",
  former: "imported",
  identifiers: ["ann", "ann@example.com", "+15550100"],
  version: 3,
  since: "2026-01-01T00:00:00.000Z",
  platformUsername: "ann",
  platformId: "us-east-1_TEST#sub",
  fingerprint: "mac.enabled",
  mustReset: true,
  vaulted: true,
  totp: true,
  mustChange: true,
  groups: ["staff"],
  identities: [{ provider: "Google", userId: "42" }],
};

export const anItem = userItem(aRow);

/** A user as a file, a service or an adopter's mapping has him, with everything. */
export const aMappedUser = {
  ...{ id: 1, username: "ann", enabled: true, attributes: { email: "ann@example.org", email_verified: true } },
  ...{ groups: ["staff"], password: { encoded: "x", salt: "y", format: "bcrypt", params: { rounds: 10 } } },
  ...{ passwordVersion: "2020", plaintext: "secret", totp: "JBSWY3DPEHPK3PXP" },
  ...{ identities: [{ provider: "g", userId: 1 }], departments: [["a", "b"]] },
  ...{ createdAt: "2020-02-03T04:05:06Z", lastSignInAt: 1_600_000_000 },
};

export function importFixture(file: string): Uint8Array {
  return readFileSync(new URL(`../imports/fixtures/${file}`, import.meta.url));
}
