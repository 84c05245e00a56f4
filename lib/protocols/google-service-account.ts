import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { MigrationError } from "../core/errors.ts";
import type { SecretRef } from "../core/ports.ts";
import { type AccessToken, readAccessToken } from "./access-token.ts";
import { type JsonService, undocumentedAnswer } from "./json-service.ts";
import { readGrantError } from "./oauth-token.ts";
import { askWithSecret, readSecretFields } from "./refreshed-secret.ts";

const grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const limitBytes = 64 * 1024;

/**
 * An access token of a Google service account, by its JSON key file: a signed assertion for a token (RFC 7523).
 * @throws MigrationError SOURCE_REFUSED_CREDENTIAL, SECRET_INVALID
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 */
export async function fetchServiceAccountToken(
  name: string,
  service: JsonService,
  account: SecretRef,
  scope: string,
  signal: AbortSignal,
): Promise<AccessToken> {
  const what = "the token endpoint";
  const token = await askWithSecret(account, signal, async (text) => {
    const key = readSecretFields(account, text, ["client_email", "private_key", "token_uri"]);
    const url = URL.canParse(key.token_uri) ? new URL(key.token_uri) : undefined;
    if (url === undefined) throw invalid(account, "token_uri is no URL");
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: key.client_email, scope, aud: key.token_uri, iat: now, exp: now + 3600 };
    const assertion = signed(claims, readKey(account, key.private_key));
    const body = new URLSearchParams({ grant_type: grantType, assertion }).toString();
    const contentType = "application/x-www-form-urlencoded" as const;
    const answer = await service.ask({ what, url, body, contentType, limitBytes }, signal);
    if (readGrantError(answer) !== undefined) return undefined;
    const fetched = readAccessToken(answer);
    if (fetched === undefined) throw undocumentedAnswer(name, what, answer);
    return fetched;
  });
  if (token !== undefined) return token;
  throw new MigrationError("SOURCE_REFUSED_CREDENTIAL", `${name}: ${what} refused the service account's key`);
}

function signed(claims: object, key: KeyObject): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const content = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  return `${content}.${sign("sha256", Buffer.from(content), key).toString("base64url")}`;
}

function readKey(account: SecretRef, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // Without the cause: OpenSSL's error is of the secret's own text.
    throw invalid(account, "private_key is no key in PEM");
  }
}

function invalid(account: SecretRef, what: string): MigrationError {
  return new MigrationError("SECRET_INVALID", `the secret ${account.name}: ${what}`);
}
