// The adopter's check behind an HTTPS endpoint. The password travels in the signed body, never in a URL.
// Request:  {"action":"verify","password":"…","stored":{"encoded":"…",…}} or {"action":"hash","password":"…"}
// Answer:   200 {"match":true|false}                                       or 200 {"encoded":"…"}

import { MigrationError } from "../core/errors.ts";
import { type HashKey, readHashKey } from "../core/hash-key.ts";
import { passwordFunction } from "../core/password-function.ts";
import type { HashFormat } from "../core/ports.ts";
import type { SettingFault } from "../core/setting-faults.ts";
import { postJson } from "../protocols/json-http.ts";
import { signatureHeaders } from "../protocols/signed-body.ts";

export interface HttpsPasswordSettings {
  /** What rows call it in `format`. */
  readonly name: string;
  /** `https://…`; plain http is taken for this machine alone. */
  readonly url: string;
  /** What the body is signed with (Standard Webhooks, HMAC-SHA256); the endpoint holds the same. At least 24 bytes. */
  readonly key: HashKey;
  /** Whether the endpoint makes new hashes too; the own store needs it. Default false. */
  readonly hashes?: boolean;
  /** Milliseconds, 50 to 30,000; default 2,000. */
  readonly timeLimitMs?: number;
}

// An answer is a few bytes; this leaves room for an endpoint that adds fields of its own.
const limitBytes = 16 * 1024;
const minKeyBytes = 24;

/** Asks an endpoint. Every answer but the documented one is a fault, never a mismatch. */
export function httpsPassword({ name, url, key, hashes, timeLimitMs }: HttpsPasswordSettings): HashFormat {
  async function ask(message: object, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    const body = JSON.stringify(message);
    const bytes = await readHashKey(key, signal);
    if (bytes.length < minKeyBytes) {
      throw new MigrationError(
        "CONFIG_INVALID",
        `${name}: the key has ${bytes.length} bytes, allowed are ${minKeyBytes} and more`,
      );
    }
    const headers = signatureHeaders(body, bytes, new Date());
    const { status, json } = await postJson({ url: new URL(url), body, headers, signal, limitBytes });
    if (status === 200 && typeof json === "object" && json !== null) return json as Readonly<Record<string, unknown>>;
    throw new MigrationError(
      "PASSWORD_FUNCTION_FAILED",
      `${name}: the endpoint answered ${status}, documented is 200 with a JSON object`,
    );
  }

  return passwordFunction({
    name,
    timeLimitMs,
    verify: async (password, stored, signal) =>
      (await ask({ action: "verify", password: password.revealText(), stored }, signal)).match,
    ...(hashes === true
      ? { hash: (password, signal) => ask({ action: "hash", password: password.revealText() }, signal) }
      : {}),
    faults: urlFaults(url),
  });
}

const ownMachine: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

function urlFaults(text: string): readonly SettingFault[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && ownMachine.has(url.hostname))) return [];
  return [{ path: "url", message: "allowed is https://…, since the password travels in the body" }];
}
