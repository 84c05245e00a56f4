import { type BcryptWrappedSettings, bcryptWrapped } from "../../hashes/bcrypt-wrapped.ts";
import { type Pbkdf2ColumnsSettings, pbkdf2Columns } from "../../hashes/pbkdf2-columns.ts";
import { type ScryptColumnsSettings, scryptColumns } from "../../hashes/scrypt-columns.ts";
import { digestTrials, iteratedTrials, saltEncodings } from "./digest-trials.ts";
import { dialects, formats } from "./registry.ts";
import { written } from "./settings-text.ts";
import type { Patient, Trial } from "./trial.ts";

/** The ways to try, the likeliest first. */
export function* trialsOf(patient: Patient): Generator<Trial> {
  yield* claimed(patient);
  yield* wrappedBcrypt(patient);
  const patients = [patient, ...splitAtSeparator(patient)];
  // Before the products: an expression says what is hashed, which is more than a name of somebody who does it too.
  for (const one of patients) yield* digestTrials(one);
  yield* products(patient);
  for (const one of patients) yield* iteratedTrials(one);
  for (const one of patients) yield* derivedKeys(one);
}

/** What the string says of itself. */
function* claimed({ encoded }: Patient): Generator<Trial> {
  for (const format of formats.filter((one) => one.recognizes({ encoded }))) {
    const line = [...dialects.values()].find(({ family }) => family.name === format.name)?.dialect.line;
    yield { line: line ?? `${format.name}()`, make: () => ({ format, stored: { encoded } }) };
  }
}

/** Every dialect whose shape fits, with what stands beside the string. */
function* products({ encoded, salt, username, pepper }: Patient): Generator<Trial> {
  const key = pepper?.revealText();
  const params = {
    ...(salt === undefined ? {} : { salt }),
    ...(username === undefined ? {} : { username }),
    ...(key === undefined ? {} : { pepper: key, secret: key, site_key: key, key, cookie_key: key, security_salt: key }),
  };
  for (const { dialect } of dialects.values()) {
    if (["digest-salted", "digest-nested", "digest-iterated"].includes(dialect.id)) continue;
    const beside = dialect.beside === undefined ? {} : { row: `with ${dialect.beside}` };
    yield { line: dialect.line, ...beside, make: () => dialect.read(encoded, params, formats) };
  }
}

const wrappings: readonly BcryptWrappedSettings[] = (["md5", "sha1", "sha256", "sha384", "sha512"] as const).flatMap(
  (name) => (["hex", "base64", "raw", "upper-hex"] as const).map((encoding) => ({ digest: name, encoding })),
);

/** bcrypt of something else than the password. */
function* wrappedBcrypt({ encoded, salt, pepper }: Patient): Generator<Trial> {
  if (!/^\$2[abxy]?\$/.test(encoded)) return;
  const keys = pepper === undefined ? [] : [{ after: pepper }, { before: pepper }];
  const rows = salt === undefined ? [] : ([{ after: "salt" }, { before: "salt" }] as const);
  const parts: readonly BcryptWrappedSettings[] = [{}, ...keys, ...rows];
  const all = [
    ...wrappings.flatMap((wrapping) => parts.map((part) => ({ ...wrapping, ...part }))),
    ...parts.slice(1),
    ...(pepper === undefined ? [] : wrappings.map((wrapping) => ({ ...wrapping, hmacKey: pepper }))),
    { text: "trim" } as const,
    { twice: true },
  ];
  for (const settings of all) {
    yield {
      line: `bcryptWrapped(${written(settings)})`,
      make: () => ({
        format: bcryptWrapped(settings),
        stored: { format: "bcrypt-wrapped", encoded, ...(salt === undefined ? {} : { salt }) },
      }),
    };
  }
}

/** `digest:salt` and the like: a patient for each side of a separator. */
function splitAtSeparator(patient: Patient): readonly Patient[] {
  if (patient.salt !== undefined) return [];
  const [, first, , second] = /^([^:$]+)([:$])([^:$]+)$/.exec(patient.encoded) ?? [];
  if (first === undefined || second === undefined) return [];
  return [
    { ...patient, encoded: first, salt: second },
    { ...patient, encoded: second, salt: first },
  ];
}

const iterationCounts = [
  1, 1000, 1024, 2048, 2500, 4096, 5000, 8192, 10_000, 12_000, 15_000, 20_000, 25_000, 27_500, 30_000, 50_000, 64_000,
  100_000, 120_000, 150_000, 185_000, 200_000, 210_000, 260_000, 310_000, 600_000,
];
const scryptCosts = [
  [16_384, 8, 1],
  [32_768, 8, 1],
  [16_384, 16, 1],
  [65_536, 8, 1],
  [131_072, 8, 1],
  [16_384, 8, 5],
  [1024, 8, 16],
] as const;

/** PBKDF2 and scrypt keys with the salt in a column. */
function* derivedKeys({ encoded, salt }: Patient): Generator<Trial> {
  if (salt === undefined) return;
  const encoding = /^(?:[0-9A-Fa-f]{2}){16,}$/.test(encoded) ? "hex" : "base64";
  const row = (format: string) => `password: { format: "${format}", encoded: …, salt: … }`;
  for (const saltEncoding of saltEncodings(salt)) {
    for (const [n, r, p] of scryptCosts) {
      const settings: ScryptColumnsSettings = { n, r, p, encoding, salt: saltEncoding };
      const make = () => ({ format: scryptColumns(settings), stored: { format: "scrypt-columns", encoded, salt } });
      yield { line: `scryptColumns(${written(settings)})`, row: row("scrypt-columns"), make };
    }
  }
  for (const iterations of iterationCounts) {
    for (const digestName of ["sha1", "sha256", "sha512"] as const) {
      for (const saltEncoding of saltEncodings(salt)) {
        const settings: Pbkdf2ColumnsSettings = {
          digest: digestName,
          iterations,
          salt: { encoding: saltEncoding },
          encoding,
        };
        const make = () => ({ format: pbkdf2Columns(settings), stored: { format: "pbkdf2-columns", encoded, salt } });
        yield { line: `pbkdf2Columns(${written(settings)})`, row: row("pbkdf2-columns"), make };
      }
    }
  }
}
