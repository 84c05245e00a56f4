import { argon2Sync, hash, argon2 as nodeArgon2, pbkdf2Sync, scryptSync } from "node:crypto";
import { promisify } from "node:util";
import * as nodeRs from "@node-rs/argon2";
import { bcryptVerify } from "hash-wasm";
import type { HashFormat } from "../../lib/core/ports.ts";
import { Secret } from "../../lib/core/secret.ts";
import { argon2 } from "../../lib/hashes/argon2.ts";
import { bcrypt } from "../../lib/hashes/bcrypt.ts";
import { desCrypt } from "../../lib/hashes/des-crypt.ts";
import { md5Crypt } from "../../lib/hashes/md5-crypt.ts";
import { pbkdf2 } from "../../lib/hashes/pbkdf2.ts";
import { phpass } from "../../lib/hashes/phpass.ts";
import { scrypt } from "../../lib/hashes/scrypt.ts";
import { shaCrypt } from "../../lib/hashes/sha-crypt.ts";
import { sha1Crypt } from "../../lib/hashes/sha1-crypt.ts";
import { yescrypt } from "../../lib/hashes/yescrypt.ts";
import { nativeCrypt } from "./native-crypt.ts";
import type { BenchOptions, BenchResult, BenchTable, Ratio } from "./result.ts";

const typed = "correct horse battery";
const password = Secret.fromText(typed);
const usualRounds = 7;
/** An issue's target, for what node:crypto or a native library that fits in a bundle reaches. */
const target = 1.1;

interface Case {
  readonly name: string;
  readonly encoded: string;
  readonly format: HashFormat;
  /** The other implementations, each one check. */
  readonly others: Readonly<Record<string, () => unknown>>;
  /** What the C library took, where it has the format; measured in its own process. */
  readonly native?: number | undefined;
  /** Why a faster one is not used; without it the target is held. */
  readonly because?: string;
}

/** One check of each algorithm against the fastest implementation that this machine has. */
export async function benchHashes({ rounds = usualRounds }: BenchOptions = {}): Promise<BenchResult> {
  const tables: BenchTable[] = [];
  for (const one of cases(rounds)) tables.push(await measure(one, rounds));
  return {
    name: "hashes",
    how: `CPU of one check of a right password, the least of ${rounds} interleaved ones; libxcrypt in a process of its own`,
    setting: "native: libxcrypt by perl's crypt, OpenSSL by node:crypto, @node-rs/argon2",
    tables,
  };
}

async function measure({ name, encoded, format, others, native, because }: Case, rounds: number): Promise<BenchTable> {
  const stored = { encoded };
  const check = async () => {
    if ((await format.parse(stored).verify(password, new AbortController().signal)) !== "match")
      throw new Error(`${name}: no match`);
  };
  const runs = { samekey: check, ...others };
  const best = new Map<string, number>(native === undefined ? [] : [["libxcrypt (C)", native]]);
  // The first round compiles and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const [who, run] of Object.entries(runs)) {
      const ms = await cpuOf(run);
      if (round > 0) best.set(who, Math.min(best.get(who) ?? Number.POSITIVE_INFINITY, ms));
    }
  }
  const rivals = [...best].filter(([who]) => who !== "samekey").sort(([, one], [, other]) => one - other);
  const [fastest, fastestMs] = rivals[0] ?? ["nothing else", Number.NaN];
  const ratio: Ratio = { name: `samekey / ${fastest}`, value: (best.get("samekey") ?? Number.NaN) / fastestMs };
  return {
    title: because === undefined ? name : `${name}: ${because}`,
    columns: ["CPU ms"],
    rows: [...best].map(([who, ms]) => ({ name: who, values: [ms] })),
    ratios: [because === undefined ? { ...ratio, target } : ratio],
  };
}

async function cpuOf(run: () => unknown): Promise<number> {
  // Quick checks are repeated until the clock can tell.
  let times = 0;
  const before = process.cpuUsage();
  let used = { user: 0, system: 0 };
  do {
    await run();
    times += 1;
    used = process.cpuUsage(before);
  } while (used.user + used.system < 20_000 && times < 5000);
  return (used.user + used.system) / 1000 / times;
}

const plain = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");
const salt = Buffer.from("0123456789abcdef");

function* cases(rounds: number): Generator<Case> {
  const portable = "only a portable one fits in a bundle";
  for (const [name, setting, format, because] of [
    ["bcrypt, cost 10", "$2b$10$abcdefghijklmnopqrstuu", bcrypt(), `${portable} (WASM)`],
    ["sha512-crypt, 5,000 rounds", "$6$abcdefgh$", shaCrypt(), portable],
    ["sha512-crypt, 656,000 rounds", "$6$rounds=656000$abcdefgh$", shaCrypt(), portable],
    ["sha256-crypt, 5,000 rounds", "$5$abcdefgh$", shaCrypt(), portable],
    ["md5-crypt", "$1$abcdefgh$", md5Crypt(), portable],
    ["sha1-crypt, 24,680 rounds", "$sha1$24680$abcdefgh$", sha1Crypt(), portable],
    ["descrypt", "ab", desCrypt(), portable],
    ["yescrypt, $y$j9T$", "$y$j9T$abcdefgh$", yescrypt(), portable],
  ] as const) {
    const native = nativeCrypt(setting, rounds);
    if (native === undefined) continue;
    const others = name.startsWith("bcrypt")
      ? { "hash-wasm": () => bcryptVerify({ password: typed, hash: native.hash }) }
      : {};
    yield { name, encoded: native.hash, format, others, native: native.ms, because };
  }

  const wide = { N: 16_384, r: 8, p: 1, maxmem: 64 * 2 ** 20 };
  const scryptKey = scryptSync(typed, salt, 32, wide);
  yield {
    name: "scrypt, N = 2^14, r = 8",
    encoded: `$scrypt$ln=14,r=8,p=1$${plain(salt)}$${plain(scryptKey)}`,
    format: scrypt(),
    others: { "node:crypto": () => scryptSync(typed, salt, 32, wide) },
  };
  for (const [digest, iterations, bytes] of [
    ["sha256", 600_000, 32],
    ["sha512", 210_000, 64],
  ] as const) {
    const key = pbkdf2Sync(typed, salt, iterations, bytes, digest);
    yield {
      name: `PBKDF2-${digest.toUpperCase()}, ${iterations.toLocaleString("en")} iterations`,
      encoded: `$pbkdf2-${digest}$i=${iterations},l=${bytes}$${plain(salt)}$${plain(key)}`,
      format: pbkdf2(),
      others: { "node:crypto": () => pbkdf2Sync(typed, salt, iterations, bytes, digest) },
    };
  }

  const parameters = { message: typed, nonce: salt, parallelism: 1, tagLength: 32, memory: 19_456, passes: 2 };
  const tag = argon2Sync("argon2id", parameters);
  const encoded = `$argon2id$v=19$m=19456,t=2,p=1$${plain(salt)}$${plain(tag)}`;
  const bare = {
    "node:crypto": () => promisify(nodeArgon2)("argon2id", parameters),
    "node:crypto, blocking": () => argon2Sync("argon2id", parameters),
  };
  yield { name: "argon2id, 19 MiB, 2 passes", encoded, format: argon2(), others: bare };
  yield {
    name: "argon2id, 19 MiB, 2 passes, with the provider @node-rs/argon2",
    encoded,
    format: argon2({ provider: () => import("@node-rs/argon2") }),
    others: { ...bare, "@node-rs/argon2": () => nodeRs.verify(encoded, typed) },
  };

  yield phpassCase();
}

function phpassCase(): Case {
  const bytes = Buffer.from(typed);
  const loop = () => {
    let state = hash("md5", Buffer.concat([Buffer.from("01234567"), bytes]), "buffer");
    for (let round = 0; round < 2 ** 13; round++) state = hash("md5", Buffer.concat([state, bytes]), "buffer");
    return state;
  };
  const encoded = `$P$B01234567${crypt64(loop())}`;
  return { name: "phpass, 2^13 rounds", encoded, format: phpass(), others: { "node:crypto": loop } };
}

const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function crypt64(state: Uint8Array): string {
  let text = "";
  for (let at = 0; at < state.length; at += 3) {
    const group = [...state.subarray(at, at + 3)];
    const value = group.reduceRight((sum, byte) => sum * 256 + byte, 0);
    for (let six = 0; six <= group.length; six++) text += alphabet[Math.floor(value / 64 ** six) % 64];
  }
  return text;
}
