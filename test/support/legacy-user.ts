import { pbkdf2Sync } from "node:crypto";
import { parseLegacyUser } from "../../lib/core/legacy-record.ts";
import type { LegacyUser } from "../../lib/core/user.ts";

export const annsPassword = "Correct horse 1!";

/** A stored password as Django writes it, with one iteration: a real format, and cheap. */
export function storedHash(password: string): string {
  const key = pbkdf2Sync(password, "salt", 1, 32, "sha256").toString("base64");
  return `pbkdf2_sha256$1$salt$${key}`;
}

/** Ann, with a verified e-mail address and the password `annsPassword`. */
export function aLegacyUser(overrides: Partial<LegacyUser> = {}): LegacyUser {
  return {
    id: "1",
    source: "custom",
    username: "ann",
    enabled: true,
    attributes: { email: "ann@example.com", email_verified: "true", name: "Ann Example" },
    password: { encoded: storedHash(annsPassword) },
    ...overrides,
  };
}

/** Ann as a mapping that is parsed: what `overrides` spoils, the parser has to notice. */
export function parsedWith(overrides: Readonly<Record<string, unknown>>): LegacyUser {
  return parseLegacyUser({ ...aLegacyUser(), ...overrides }, "custom");
}
