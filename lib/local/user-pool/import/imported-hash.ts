import type { HashFormat, ParsedHash } from "../../../core/ports.ts";
import { Secret } from "../../../core/secret.ts";
import { argon2 } from "../../../hashes/argon2.ts";
import { bcrypt } from "../../../hashes/bcrypt.ts";
import { pbkdf2 } from "../../../hashes/pbkdf2.ts";
import { scrypt } from "../../../hashes/scrypt.ts";

/** `PasswordHashingAlgorithmType` of the API. */
export const importedAlgorithms = ["BCRYPT", "SCRYPT", "ARGON2ID", "PBKDF2_SHA256"] as const;
export type ImportedAlgorithm = (typeof importedAlgorithms)[number];

/** A password hash that came by an import job. It stays what it is; the real pool makes its own at the first sign-in. */
export interface ImportedPassword {
  matches(password: string): Promise<boolean>;
}

/** How an algorithm's strings look, and the most that its parameters (the pattern's groups, in order) may be. */
interface Encoding {
  readonly form: RegExp;
  readonly most: readonly number[];
  readonly format: HashFormat;
}

// Developer guide, "Supported password hashing algorithms".
const encodings: Readonly<Record<ImportedAlgorithm, Encoding>> = {
  BCRYPT: { form: /^\$2[abxy]\$([0-9]{2})\$[./A-Za-z0-9]{53}$/, most: [12], format: bcrypt() },
  SCRYPT: {
    form: /^([0-9]{1,9})\$([0-9]{1,9})\$([0-9]{1,9})\$(?:[0-9A-Fa-f]{2})+\$(?:[0-9A-Fa-f]{2})+$/,
    most: [65_536, 8, 1],
    format: scrypt(),
  },
  ARGON2ID: {
    form: /^\$argon2id\$v=[0-9]{1,3}\$m=([0-9]{1,9}),t=([0-9]{1,9}),p=([0-9]{1,9})\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/,
    most: [19_456, 2, 1],
    format: argon2(),
  },
  PBKDF2_SHA256: {
    form: /^\$pbkdf2-sha256\$([0-9]{1,9})\$[A-Za-z0-9+./]+\$[A-Za-z0-9+./]+$/,
    most: [600_000],
    format: pbkdf2(),
  },
};

/** @returns the password, or why the row fails. The texts are the simulator's. */
export function readImportedHash(algorithm: ImportedAlgorithm, encoded: string): ImportedPassword | string {
  const { form, most, format } = encodings[algorithm];
  const found = form.exec(encoded);
  if (found === null) return "The password hash is malformed or is not of the job's algorithm.";
  if (most.some((limit, index) => Number(found[index + 1]) > limit)) {
    return "A parameter of the password hash is out of bounds.";
  }
  const parsed = parse(format, encoded);
  if (parsed === undefined) return "The password hash is malformed or is not of the job's algorithm.";
  return {
    matches: async (password) => {
      if (!password.isWellFormed()) return false;
      return (await parsed.verify(Secret.fromText(password), new AbortController().signal)) === "match";
    },
  };
}

function parse(format: HashFormat, encoded: string): ParsedHash | undefined {
  try {
    return format.parse({ encoded });
  } catch {
    // Whatever is wrong with the string, its row fails.
    return undefined;
  }
}
