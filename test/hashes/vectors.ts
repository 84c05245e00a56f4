import { readFileSync } from "node:fs";
import { Secret } from "../../lib/core/secret.ts";
import type { StoredPassword } from "../../lib/core/user.ts";

/** One line of a vector file: a stored password, a password, and whether the one is the other's. */
export interface Vector {
  readonly format: string;
  readonly hash: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly password_hex: string;
  readonly valid: boolean;
  /** Whose hash it is: a test suite, or the program that made it. */
  readonly source: string;
  readonly verified_by: readonly string[];
  readonly formula_only?: boolean;
}

/** The families and the `format` ids of the shared vector file that are theirs. A family's file carries its name. */
export const vectorFamilies: Readonly<Record<string, readonly string[]>> = {
  argon2: ["argon2", "django-argon2"],
  bcrypt: ["bcrypt", "django-bcrypt"],
  pbkdf2: [
    "django-pbkdf2-sha1",
    "django-pbkdf2-sha256",
    "gitlab-pbkdf2",
    "mattermost-pbkdf2",
    "passlib-pbkdf2-sha1",
    "passlib-pbkdf2-sha256",
    "passlib-pbkdf2-sha512",
    "pbkdf2-elixir",
    "phc-pbkdf2-i",
    "phc-pbkdf2-il",
  ],
  phpass: ["phpass"],
  scrypt: [
    "adonis-scrypt",
    "django-scrypt",
    "django-scrypt-thirdparty",
    "kratos-scrypt",
    "passlib-scrypt",
    "werkzeug-scrypt",
    "workos-scrypt",
  ],
  "sha-crypt": ["sha256crypt", "sha512crypt"],
};

const folder = new URL("./vectors/", import.meta.url);

/** Where a family's vectors are. */
export function vectorFile(family: string): URL {
  return new URL(`${family}.jsonl`, folder);
}

export function readVectors(family: string): readonly Vector[] {
  const lines = readFileSync(vectorFile(family), "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line): Vector => JSON.parse(line));
}

/** The row of a user table that the vector stands for. Associated data is part of the string, as PHC wants it. */
export function storedPassword(vector: Vector): StoredPassword {
  const data = bytesOf(vector.params.ad_hex);
  if (data === undefined) return { encoded: vector.hash };
  const text = Buffer.from(data).toString("base64").replace(/=+$/, "");
  return { encoded: vector.hash.replace(/\$([^$]*)\$([^$]*)$/, `,data=${text}$$$1$$$2`) };
}

export function passwordOf(vector: Vector): Secret {
  return Secret.fromBytes(Buffer.from(vector.password_hex, "hex"));
}

/** The project-wide key ("pepper") that the vector was made with. */
export function secretOf(vector: Vector): Secret | undefined {
  const bytes = bytesOf(vector.params.secret_hex);
  return bytes === undefined ? undefined : Secret.fromBytes(bytes);
}

function bytesOf(hex: unknown): Uint8Array | undefined {
  return typeof hex === "string" ? Buffer.from(hex, "hex") : undefined;
}
