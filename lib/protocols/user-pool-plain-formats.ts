import type { HashFormat } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";

// What any preparation changes: over 72 bytes, spaces at both ends, letters that NFKC and other character sets write otherwise.
const password = ` as it is typed, \ufb01 \u00e4 ${"long ".repeat(20)}`;

// Hashes of that password at the lowest cost, made by hash-wasm and by OpenSSL.
const trials: Readonly<Record<string, string>> = {
  bcrypt: "$2a$04$/uaF/uaF/uaF/uaF/uaF/uGoxB.sns8q73Dtg9Wi7.fqg2yFVOYXu",
  argon2: "$argon2id$v=19$m=8,t=1,p=1$BwcHBwcHBwcHBwcHBwcHBw$0RQxuQAoeemdDdcs43xc3X7ZIZRs/h8UWB/yQcasODI",
  scrypt: "$scrypt$ln=1,r=8,p=1$BwcHBwcHBwcHBwcHBwcHBw$XL2qBUvyh1c9DPSm19CpEHmin8pQ0+5tWdlQDduc+DQ",
  pbkdf2: "$pbkdf2-sha256$1$BwcHBwcHBwcHBwcHBwcHBw$6EwBEgK9MQOdsTrD9B4QnZ0yehhCcnx3EYWGyjgXG.c",
};

/**
 * The formats of a config, by name, that check a password as it is typed. One with a pepper, or with an older hash before
 * it, has the same name and its strings look the same; the platform would check them without, and let nobody in.
 */
export async function plainFormats(formats: readonly HashFormat[], signal: AbortSignal): Promise<ReadonlySet<string>> {
  const plain = new Set<string>();
  for (const format of formats) {
    const encoded = trials[format.name];
    if (encoded !== undefined && (await matches(format, encoded, signal))) plain.add(format.name);
  }
  return plain;
}

async function matches(format: HashFormat, encoded: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await format.parse({ encoded }).verify(Secret.fromText(password), signal)) === "match";
  } catch {
    signal.throwIfAborted();
    // It wants more than the string: a user name, parameters of the row.
    return false;
  }
}
