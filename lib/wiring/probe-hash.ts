import { pbkdf2, randomBytes, type ScryptOptions, scrypt } from "node:crypto";
import { promisify } from "node:util";
import type { PasswordHashingAlgorithmType } from "@aws-sdk/client-cognito-identity-provider";
import { argon2id, bcrypt } from "hash-wasm";
import type { HashFormat } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";
import type { StoredPassword } from "../core/user.ts";
import { type PoolHash, poolHashOf } from "../protocols/user-pool-hash.ts";

export const poolAlgorithms: readonly PasswordHashingAlgorithmType[] = [
  "BCRYPT",
  "SCRYPT",
  "ARGON2ID",
  "PBKDF2_SHA256",
];

/** The format whose strings become the algorithm's, and how one is made where the format makes none. */
interface Maker {
  readonly format: string;
  make(password: string): Promise<string>;
}

const derivePbkdf2 = promisify(pbkdf2);

const makers: Readonly<Record<PasswordHashingAlgorithmType, Maker>> = {
  BCRYPT: {
    format: "bcrypt",
    make: (password) => bcrypt({ password, salt: randomBytes(16), costFactor: 10, outputType: "encoded" }),
  },
  SCRYPT: {
    format: "scrypt",
    make: async (password) => {
      const salt = randomBytes(16);
      const key = await deriveScrypt(password, salt, { N: 16_384, r: 8, p: 1 });
      return `$scrypt$ln=14,r=8,p=1$${base64(salt)}$${base64(key)}`;
    },
  },
  ARGON2ID: {
    format: "argon2",
    make: (password) =>
      argon2id({
        password,
        salt: randomBytes(16),
        memorySize: 19_456,
        iterations: 2,
        parallelism: 1,
        hashLength: 32,
        outputType: "encoded",
      }),
  },
  PBKDF2_SHA256: {
    format: "pbkdf2",
    make: async (password) => {
      const iterations = 100_000;
      const salt = telltaleSalt();
      const key = await derivePbkdf2(password, salt, iterations, 32, "sha256");
      return `$pbkdf2-sha256$i=${iterations},l=32$${base64(salt)}$${base64(key)}`;
    },
  },
};

/**
 * A password's hash as an import would give it to the pool: by the project's own format where that makes hashes.
 * @throws Error when the project's format makes what no pool takes (a version or cost of its own).
 */
export async function newPoolHash(
  algorithm: PasswordHashingAlgorithmType,
  password: string,
  formats: readonly HashFormat[],
): Promise<PoolHash> {
  const maker = makers[algorithm];
  const own = formats.find((format) => format.name === maker.format && format.hash !== undefined);
  const stored: StoredPassword = (await own?.hash?.(Secret.fromText(password))) ?? {
    encoded: await maker.make(password),
  };
  const hash = poolHashOf(stored, maker.format);
  if (hash === undefined) throw new Error(`${maker.format}: a new hash is not of the form that the pool takes`);
  return hash;
}

/**
 * A salt that shows how the pool reads passlib's base64, which writes `.` for `+`: a reader that skips or refuses the
 * sign gets another salt or none.
 */
function telltaleSalt(): Buffer {
  for (;;) {
    const salt = randomBytes(16);
    if (base64(salt).includes("+")) return salt;
  }
}

function deriveScrypt(password: string, salt: Uint8Array, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, 32, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}
