import { untilAborted } from "../core/deadline.ts";
import { MigrationError } from "../core/errors.ts";
import type { JsonAnswer } from "./json-http.ts";
import type { JsonService, ServiceRequest } from "./json-service.ts";

export interface AccessToken {
  readonly token: string;
  readonly lifetimeS: number;
}

/** One access token, kept until shortly before it ends. It is never logged and never part of a message. */
export interface TokenCache {
  read(signal: AbortSignal): Promise<string>;
  /** The token was refused: the next read fetches another one. */
  forget(token: string): void;
}

// Clocks differ and requests take time; a minute is what is usual, half the life for tokens that live shorter.
const marginS = 60;

export function openTokenCache(
  fetchToken: (signal: AbortSignal) => Promise<AccessToken>,
  now: () => number = Date.now,
): TokenCache {
  let kept: { readonly token: string; readonly until: number } | undefined;
  let pending: { readonly token: Promise<string>; readonly signal: AbortSignal } | undefined;

  function begin(signal: AbortSignal): Promise<string> {
    const token = fetchToken(signal)
      .then((fetched) => {
        const usableS = fetched.lifetimeS - Math.min(marginS, fetched.lifetimeS / 2);
        kept = { token: fetched.token, until: now() + usableS * 1000 };
        return fetched.token;
      })
      .finally(() => {
        pending = undefined;
      });
    pending = { token, signal };
    return token;
  }

  async function read(signal: AbortSignal): Promise<string> {
    if (kept !== undefined && now() < kept.until) return kept.token;
    const running = pending;
    if (running === undefined) return begin(signal);
    try {
      return await untilAborted(running.token, signal);
    } catch (error) {
      signal.throwIfAborted();
      // It was another's time that was over, not this one's.
      if (running.signal.aborted) return read(signal);
      throw error;
    }
  }

  return {
    read,
    forget(token) {
      if (kept?.token === token) kept = undefined;
    },
  };
}

/** The token of a token endpoint's answer (RFC 6749, section 5.1); undefined for any other answer. */
export function readAccessToken({ status, json }: JsonAnswer): AccessToken | undefined {
  if (status !== 200 || typeof json !== "object" || json === null) return undefined;
  const { access_token: token, expires_in: lifetimeS } = json as Partial<Record<string, unknown>>;
  if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)) return undefined;
  return typeof lifetimeS === "number" && lifetimeS > 0 ? { token, lifetimeS } : undefined;
}

/**
 * Asks with the token; a token that is refused is replaced once.
 * @throws MigrationError SOURCE_REFUSED_CREDENTIAL when the new one is refused too, or lacks the right.
 */
export async function askWithToken(
  name: string,
  service: JsonService,
  tokens: TokenCache,
  request: ServiceRequest,
  signal: AbortSignal,
): Promise<JsonAnswer> {
  for (let attempt = 0; attempt < 2; attempt++) {
    const token = await tokens.read(signal);
    const headers = { ...request.headers, authorization: `Bearer ${token}` };
    const answer = await service.ask({ ...request, headers }, signal);
    if (answer.status === 403) break;
    if (answer.status !== 401) return answer;
    tokens.forget(token);
  }
  throw new MigrationError(
    "SOURCE_REFUSED_CREDENTIAL",
    `${name}: ${request.what} refused the access token; its client lacks a right that this needs`,
  );
}
