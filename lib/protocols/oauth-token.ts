import { MigrationError } from "../core/errors.ts";
import type { SecretRef } from "../core/ports.ts";
import { type AccessToken, readAccessToken } from "./access-token.ts";
import type { JsonAnswer } from "./json-http.ts";
import { type JsonService, undocumentedAnswer } from "./json-service.ts";
import { askWithSecret, readSecretFields } from "./refreshed-secret.ts";

export interface TokenEndpoint {
  /** @throws MigrationError SOURCE_REFUSED_CREDENTIAL when the client itself is refused, also with the secret fetched afresh. */
  ask(form: Readonly<Record<string, string>>, signal: AbortSignal): Promise<JsonAnswer>;
  /** A token of the client's own (RFC 6749, section 4.4). */
  clientToken(form: Readonly<Record<string, string>>, signal: AbortSignal): Promise<AccessToken>;
}

/** Answers of a token endpoint are small; certificates and long claims in an ID token may make some 10 kB. */
const limitBytes = 256 * 1024;

/**
 * A token endpoint (RFC 6749, section 3.2) asked by one client, whose secret is JSON: {"clientId", "clientSecret"}.
 * Everything travels in the form of the body.
 */
export function openTokenEndpoint(
  name: string,
  service: JsonService,
  url: () => URL,
  client: SecretRef,
): TokenEndpoint {
  const what = "the token endpoint";

  async function ask(form: Readonly<Record<string, string>>, signal: AbortSignal): Promise<JsonAnswer> {
    const answer = await askWithSecret(client, signal, async (text) => {
      const { clientId, clientSecret } = readSecretFields(client, text, ["clientId", "clientSecret"]);
      const body = new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret }).toString();
      const contentType = "application/x-www-form-urlencoded" as const;
      const answered = await service.ask({ what, url: url(), body, contentType, limitBytes }, signal);
      return refusesClient(answered) ? undefined : answered;
    });
    if (answer !== undefined) return answer;
    throw new MigrationError("SOURCE_REFUSED_CREDENTIAL", `${name}: ${what} refused the client, or this grant for it`);
  }

  return {
    ask,
    async clientToken(form, signal) {
      const answer = await ask({ ...form, grant_type: "client_credentials" }, signal);
      const token = readAccessToken(answer);
      if (token === undefined) throw undocumentedAnswer(name, what, answer);
      return token;
    },
  };
}

/** What a token endpoint's refusal says (RFC 6749, section 5.2); undefined for an answer that is none. */
export function readGrantError({ status, json }: JsonAnswer): { error: string; description: string } | undefined {
  if (status < 400 || status > 499 || typeof json !== "object" || json === null) return undefined;
  const { error, error_description: description = "" } = json as Partial<Record<string, unknown>>;
  return typeof error === "string" && typeof description === "string" ? { error, description } : undefined;
}

/**
 * Whom an ID token is about. Its signature is not looked at: it came over TLS from the issuer itself
 * (OpenID Connect Core 1.0, section 3.1.3.7, point 6).
 */
export function readSubject({ json }: JsonAnswer): string | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  const { id_token: token } = json as Partial<Record<string, unknown>>;
  const [, payload, signature, ...more] = typeof token === "string" ? token.split(".") : [];
  if (payload === undefined || signature === undefined || more.length > 0) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    const sub = typeof claims === "object" && claims !== null && "sub" in claims ? claims.sub : undefined;
    return typeof sub === "string" && sub !== "" ? sub : undefined;
  } catch {
    // No token at all: the caller has a fault for an answer without one.
    return undefined;
  }
}

// Auth0 says access_denied, with 401, where RFC 6749 has invalid_client.
function refusesClient(answer: JsonAnswer): boolean {
  const error = readGrantError(answer)?.error;
  if (error === "access_denied") return answer.status === 401;
  return error === "invalid_client" || error === "unauthorized_client";
}
