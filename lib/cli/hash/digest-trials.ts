import { type DigestSettings, digest } from "../../hashes/digest.ts";
import { written } from "./settings-text.ts";
import type { Patient, Trial } from "./trial.ts";

const algorithmsByBytes: Readonly<Record<number, readonly string[]>> = {
  16: ["md5"],
  20: ["sha1", "ripemd160"],
  28: ["sha224", "sha3_224"],
  32: ["sha256", "sha3_256", "blake2s256"],
  48: ["sha384", "sha3_384"],
  64: ["sha512", "sha3_512", "blake2b512"],
};
const inner = ["md5", "sha1", "sha256", "sha512"];
const rounds = [
  ...Array.from({ length: 20 }, (_, index) => index + 2),
  50,
  64,
  100,
  500,
  512,
  1000,
  1024,
  2048,
  4096,
  5000,
  8192,
  10_000,
  65_536,
];
const joints = ["", ":", "-", "--", "$", ".", "_", "|"];

/** Digests over algorithms, salt positions, nestings, keys and encodings of password and salt. */
export function* digestTrials(patient: Patient): Generator<Trial> {
  for (const outer of algorithmsOf(patient.encoded)) {
    for (const passwordEncoding of ["utf8", "utf16le", "latin1"] as const) {
      for (const encoding of saltEncodings(patient.salt)) {
        for (const expression of expressions(outer, patient)) {
          const settings = { expression, ...(passwordEncoding === "utf8" ? {} : { passwordEncoding }) };
          yield digestTrial(patient, settings, encoding);
        }
      }
    }
  }
}

/** Digests of digests, many times over. */
export function* iteratedTrials(patient: Patient): Generator<Trial> {
  for (const outer of algorithmsOf(patient.encoded)) {
    for (const iterations of rounds) {
      for (const encoding of saltEncodings(patient.salt)) {
        for (const start of starts(patient)) {
          const settings = { expression: `${outer}(${start})`, iterations };
          yield digestTrial(patient, settings, encoding);
          yield digestTrial(patient, { ...settings, round: "digest($last.$pass)" }, encoding);
        }
      }
    }
  }
}

function digestTrial(patient: Patient, settings: DigestSettings, encoding: "text" | "hex" | "base64"): Trial {
  const { encoded, salt, username, pepper } = patient;
  const whole: DigestSettings = {
    ...settings,
    ...(encoding === "text" ? {} : { salt: { encoding } }),
    ...(pepper === undefined ? {} : { pepper }),
  };
  const beside = [salt === undefined ? [] : ["salt"], username === undefined ? [] : ["username"]].flat();
  return {
    line: `digest(${written(whole)})`,
    row: `password: { format: "digest", encoded: …${beside.map((name) => `, ${name}: …`).join("")} }`,
    make: () => ({
      format: digest(whole),
      stored: {
        format: "digest",
        encoded,
        ...(salt === undefined ? {} : { salt }),
        ...(username === undefined ? {} : { username }),
      },
    }),
  };
}

function algorithmsOf(encoded: string): readonly string[] {
  const bytes = /^[0-9A-Fa-f]+$/.test(encoded) ? encoded.length / 2 : Buffer.from(encoded, "base64").length;
  return algorithmsByBytes[bytes] ?? [];
}

/** What may be hashed together with the password: the row's salt, the user's name, the site's key. */
function ingredients({ salt, username, pepper }: Patient): readonly string[] {
  return [
    ...(salt === undefined ? [] : ["$salt"]),
    ...(username === undefined ? [] : ["$username", "strtolower($username)", "strtoupper($username)"]),
    ...(pepper === undefined ? [] : ["$pepper"]),
  ];
}

function starts(patient: Patient): readonly string[] {
  return ["$pass", ...ingredients(patient).flatMap((one) => [`${one}.$pass`, `$pass.${one}`])];
}

function* expressions(outer: string, patient: Patient): Generator<string> {
  const others = ingredients(patient);
  yield `${outer}($pass)`;
  for (const other of others) yield* around(outer, "$pass", other);
  for (const one of others) {
    for (const other of others.filter((rest) => rest !== one)) {
      yield `${outer}(${one}.$pass.${other})`;
      yield `${outer}(${one}.${other}.$pass)`;
      yield `${outer}($pass.${one}.${other})`;
    }
  }
  for (const first of inner) {
    for (const nested of [`${first}($pass)`, `${first}_bin($pass)`, `strtoupper(${first}($pass))`]) {
      yield `${outer}(${nested})`;
      for (const other of others) {
        yield* around(outer, nested, other);
        yield* around(outer, nested, `${first}(${other})`);
        yield `${outer}(${first}(${other}.$pass))`;
        yield `${outer}(${first}($pass.${other}))`;
        yield `${outer}(${other}.${first}(${other}.$pass))`;
        yield `${outer}(${other}.${first}($pass.${other}))`;
        yield `${outer}(${other}.${first}(${other}.${first}($pass)))`;
      }
    }
    for (const second of inner) yield `${outer}(${first}(${second}($pass)))`;
  }
  for (const other of others) {
    yield `hmac_${outer}(${other}, $pass)`;
    yield `hmac_${outer}($pass, ${other})`;
    for (const first of inner) yield `hmac_${outer}(${other}, ${first}($pass))`;
  }
}

function* around(outer: string, what: string, other: string): Generator<string> {
  for (const joint of joints) {
    const between = joint === "" ? "." : `.'${joint}'.`;
    yield `${outer}(${other}${between}${what})`;
    yield `${outer}(${what}${between}${other})`;
  }
  yield `${outer}(${other}.${what}.${other})`;
}

/** How a salt's text may be meant. */
export function saltEncodings(salt: string | undefined): readonly ("text" | "hex" | "base64")[] {
  if (salt === undefined) return ["text"];
  return [
    "text",
    ...(/^(?:[0-9A-Fa-f]{2})+$/.test(salt) ? (["hex"] as const) : []),
    ...(/^[A-Za-z0-9+/]+={0,2}$/.test(salt) && salt.length % 4 === 0 ? (["base64"] as const) : []),
  ];
}
