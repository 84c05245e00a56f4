// SHA-crypt: `$6$[rounds=N$]salt$<86>` with SHA-512 and `$5$[rounds=N$]salt$<43>` with SHA-256, the crypt(3) of Linux,
// Dovecot, Moodle. Specified in akkadia.org/drepper/SHA-crypt.txt; the step numbers below are its own.

import { hash } from "node:crypto";
import { encodeCrypt64 } from "../core/encodings.ts";
import { damaged, encodedText, parseCost, readBound } from "../core/hash-bounds.ts";
import { claims, compareText, passwordToHash } from "../core/hash-check.ts";
import { runRounds } from "../core/hash-rounds.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface ShaCryptSettings {
  /** The most rounds, 5,000 to 5,000,000; default 700,000. */
  readonly maxRounds?: number;
}

// 5,000 is the default of crypt(3), 656,000 that of passlib and so the most that is common: 1.9 s on one whole
// processor with crypto.hash. Below 1,000 crypt(3) never writes; the specification goes to 999,999,999 (48 minutes).
const minRounds = 1000;
const usualRounds = 5000;
const maxRoundsBound = { usual: 700_000, min: usualRounds, max: 5_000_000 };
const memoryBytes = 8192;

interface Variant {
  readonly algorithm: "sha256" | "sha512";
  readonly costMsPerRound: number;
  /** The digest's bytes in the order in which they are written: see `digestOrder`. */
  readonly order: readonly number[];
}

const sha512: Variant = { algorithm: "sha512", costMsPerRound: 0.0029, order: [...digestOrder(42, 21, 0, 21), 63] };
const sha256: Variant = { algorithm: "sha256", costMsPerRound: 0.0018, order: [...digestOrder(20, 10, 0, 10), 30, 31] };

/** Checks SHA-crypt hashes on the main thread, in slices. */
export function shaCrypt(settings: ShaCryptSettings = {}): HashFormat {
  const maxRounds = readBound("maxRounds", settings.maxRounds, maxRoundsBound);
  const format: HashFormat = {
    name: "sha-crypt",
    recognizes: claims("sha-crypt", /^\$[56]\$/),
    parse: (stored) => parse(stored, maxRounds.value),
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded:
        "$6$GBWG3Mi2gWauBshw$XWGrSAhLINQRW4hPPfvfKA0GL3D7GlHztoeZVzvT7x929Inukt0L3fd8BasKDODPwbuXcZHTNy7PFwdHqnRHI.",
    },
  };
  return withSettingFaults(format, maxRounds.faults);
}

// A salt is what its maker took: any printable ASCII but `$` and `:`, at most 16 characters.
const syntax = /^\$([56])\$(?:rounds=([^$]*)\$)?([!-#%-9;-~]{0,16})\$([./0-9A-Za-z]+)$/;

function parse(stored: StoredPassword, maxRounds: number): ParsedHash {
  const [, id, roundsText, salt, digest] = syntax.exec(encodedText("sha-crypt", stored)) ?? [];
  if (salt === undefined || digest === undefined || digest.length !== (id === "6" ? 86 : 43)) {
    throw damaged("sha-crypt", "not of the form $6$[rounds=N$]salt$ and 86 characters, or $5$ and 43");
  }
  const variant = id === "6" ? sha512 : sha256;
  const rounds = parseCost("sha-crypt", "rounds", roundsText ?? `${usualRounds}`, { min: minRounds, max: maxRounds });
  return {
    costMs: variant.costMsPerRound * rounds,
    memoryBytes,
    verify: async (password, signal) => {
      const key = passwordToHash(password, signal);
      const computed = await derive(variant, key, Buffer.from(salt), rounds, signal);
      return compareText(encodeCrypt64(Uint8Array.from(variant.order, (index) => computed[index] ?? 0)), digest);
    },
  };
}

async function derive(
  { algorithm }: Variant,
  key: Uint8Array,
  salt: Uint8Array,
  rounds: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const digest = (...parts: readonly Uint8Array[]) => hash(algorithm, Buffer.concat(parts), "buffer");
  // Steps 4 to 8: digest B; steps 1 to 12: digest A.
  const b = digest(key, salt, key);
  const bits = [...key.length.toString(2)].reverse();
  let state = digest(
    key,
    salt,
    repeated(b, key.length),
    ...(key.length === 0 ? [] : bits.map((bit) => (bit === "1" ? b : key))),
  );
  // Steps 13 to 20: the sequences P and S. This is where a long password costs its length squared.
  const p = repeated(digest(...Array.from({ length: key.length }, () => key)), key.length);
  const s = repeated(digest(...Array.from({ length: 16 + (state[0] ?? 0) }, () => salt)), salt.length);
  // Step 21.
  await runRounds(rounds, signal, (index) => {
    const odd = index % 2 === 1;
    const parts = [odd ? p : state];
    if (index % 3 !== 0) parts.push(s);
    if (index % 7 !== 0) parts.push(p);
    parts.push(odd ? state : p);
    state = digest(...parts);
  });
  return state;
}

/** The bytes repeated and cut to a length. */
function repeated(bytes: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => bytes[index % bytes.length] ?? 0);
}

/**
 * The digest's bytes in the order of step 22, least significant first: three indices a group; the next group's are one
 * higher and change places in a circle, one way in SHA-512's 21 groups and the other way in SHA-256's 10.
 */
function digestOrder(low: number, middle: number, high: number, groups: number): readonly number[] {
  const order: number[] = [];
  let group: readonly [number, number, number] = [low, middle, high];
  for (let written = 0; written < groups; written += 1) {
    order.push(...group);
    const [first, second, third] = group;
    group = groups === 21 ? [third + 1, first + 1, second + 1] : [second + 1, third + 1, first + 1];
  }
  return order;
}
