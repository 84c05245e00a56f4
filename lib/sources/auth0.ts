// Auth0, by its password grant and Management API.
// https://auth0.com/docs/api/authentication/resource-owner-password-flow/get-token
// https://auth0.com/docs/api/management/v2/users-by-email/get-users-by-email

import { MigrationError } from "../core/errors.ts";
import type { MappedUser } from "../core/legacy-record.ts";
import type { LegacySource, Lookup, SecretRef } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import { askWithToken, openTokenCache } from "../protocols/access-token.ts";
import { type AccountFields, isAccount, mapAccount, pathSegment, textOf } from "../protocols/account-fields.ts";
import { askedText } from "../protocols/askable.ts";
import type { JsonAnswer } from "../protocols/json-http.ts";
import { openJsonService, undocumentedAnswer } from "../protocols/json-service.ts";
import { openTokenEndpoint, readGrantError, readSubject } from "../protocols/oauth-token.ts";
import {
  checksByGrant,
  type GrantAnswer,
  type Located,
  type SecondFactor,
  secondFactorChoices,
} from "../protocols/password-grant.ts";
import {
  addressFaults,
  choiceFaults,
  functionFaults,
  secretFaults,
  textFaults,
} from "../protocols/service-settings.ts";

export interface Auth0Settings {
  /** Default "auth0". Needed where two sources are Auth0's. */
  readonly name?: string;
  /** The tenant's own address, `https://TENANT.REGION.auth0.com`; the Management API does not answer at a custom domain. */
  readonly url: string;
  /** JSON {"clientId", "clientSecret"} of an application with the grants Password and Client Credentials. */
  readonly application: SecretRef;
  /** The name of the database connection, as "Username-Password-Authentication". */
  readonly realm: string;
  /** Users with a second factor: refused, or taken over by their password alone. Default "refuse". */
  readonly secondFactor?: SecondFactor;
  /** Default: `user_id` as the id, the standard claims as attributes. */
  readonly user?: (profile: AccountFields) => MappedUser;
  /** The name in `app_metadata` that gets the time when a user has moved. Needs the permission update:users_app_metadata. */
  readonly mark?: string;
}

// A profile with metadata (up to 16 MB by Auth0's word, in practice some kB).
const limitBytes = 1024 * 1024;
const what = "the Management API";

/** An Auth0 database connection as a legacy store, looked up by e-mail address or id. */
export function auth0(settings: Auth0Settings): LegacySource {
  const { name = "auth0", url, application, realm, secondFactor, mark, user = mapProfile } = settings;
  const service = openJsonService(name);
  const endpoint = openTokenEndpoint(name, service, () => new URL("/oauth/token", url), application);
  // https://auth0.com/docs/secure/tokens/access-tokens/management-api-access-tokens
  const tokens = openTokenCache((signal) =>
    endpoint.clientToken({ audience: `${new URL(url).origin}/api/v2/` }, signal),
  );

  async function profileOf(by: Lookup, signal: AbortSignal): Promise<AccountFields | undefined> {
    signal.throwIfAborted();
    const text = askedText(by);
    const address = text === undefined ? undefined : addressOf(by.by, text);
    if (address === undefined) return undefined;
    const answer = await askWithToken(name, service, tokens, { method: "GET", what, url: address, limitBytes }, signal);
    const profiles = readProfiles(answer);
    if (profiles === undefined) throw undocumentedAnswer(name, what, answer);
    const here = profiles.filter(isOfRealm);
    if (here.length > 1) throw new MigrationError("RECORD_AMBIGUOUS", `${name}: ${here.length} users for one ${by.by}`);
    return here[0];
  }

  async function locate(by: Lookup, signal: AbortSignal): Promise<Located | undefined> {
    const profile = await profileOf(by, signal);
    if (profile === undefined) return undefined;
    const accountId = textOf(name, profile, "user_id");
    const login = typeof profile.email === "string" ? profile.email : textOf(name, profile, "username");
    return { user: mapAccount(name, profile, user), accountId, login };
  }

  // https://auth0.com/docs/api/management/v2/users/patch-users-by-id: the first level of `app_metadata` is merged.
  async function markUser(field: string, id: string, at: Date, signal: AbortSignal): Promise<boolean> {
    const profile = await profileOf({ by: "id", canonical: id, typed: id }, signal);
    const address = profile === undefined ? undefined : addressOf("id", id);
    if (address === undefined || profile === undefined) return false;
    if (isAccount(profile.app_metadata) && profile.app_metadata[field] !== undefined) return true;
    const body = JSON.stringify({ app_metadata: { [field]: at.toISOString() } });
    const request = { method: "PATCH", what, url: address, body, limitBytes } as const;
    const answer = await askWithToken(name, service, tokens, request, signal);
    if (answer.status === 200) return true;
    if (answer.status === 404) return false;
    throw undocumentedAnswer(name, what, answer);
  }

  function addressOf(by: Lookup["by"], text: string): URL | undefined {
    if (by === "email") return new URL(`/api/v2/users-by-email?email=${encodeURIComponent(text)}`, url);
    const segment = by === "id" ? pathSegment(text) : undefined;
    return segment === undefined ? undefined : new URL(`/api/v2/users/${segment}`, url);
  }

  // One address may be a user's of the database, of Google and of a company's directory: only the first has a password.
  function isOfRealm({ identities }: AccountFields): boolean {
    return Array.isArray(identities) && identities.some((one) => isAccount(one) && one.connection === realm);
  }

  async function grant(username: string, password: Secret, signal: AbortSignal): Promise<GrantAnswer> {
    const grantType = "http://auth0.com/oauth/grant-type/password-realm";
    const form = { grant_type: grantType, realm, username, password: password.revealText(), scope: "openid" };
    const answer = await endpoint.ask(form, signal);
    const id = answer.status === 200 ? readSubject(answer) : undefined;
    const said = id === undefined ? readDenial(answer) : ({ kind: "right", id } as const);
    if (said === undefined) throw undocumentedAnswer(name, "the token endpoint", answer);
    return said;
  }

  const source: LegacySource = {
    name,
    lookups: ["email", "id"],
    find: async (by, signal) => (await locate(by, signal))?.user,
    ...checksByGrant({ name, secondFactor, locate, grant }),
    ...(mark === undefined
      ? {}
      : { mark: (id: string, at: Date, signal: AbortSignal) => markUser(mark, id, at, signal) }),
    close: async () => service.close(),
  };
  return withSettingFaults(source, [
    ...addressFaults("url", url, undefined),
    ...secretFaults("application", application, '{"clientId", "clientSecret"} of the application that asks'),
    ...textFaults("realm", realm, "the name of the database connection"),
    ...choiceFaults("secondFactor", secondFactor, secondFactorChoices),
    ...(mark === undefined ? [] : textFaults("mark", mark, "the name in `app_metadata` that gets the time")),
    ...functionFaults("user", settings.user, "from a profile to { id, username, enabled, attributes }"),
  ]);
}

function readProfiles({ status, json }: JsonAnswer): readonly AccountFields[] | undefined {
  if (status === 404) return [];
  const profiles = Array.isArray(json) ? json : [json];
  return status === 200 && profiles.every(isAccount) ? profiles : undefined;
}

// https://auth0.com/docs/libraries/common-auth0-library-authentication-errors
function readDenial(answer: JsonAnswer): GrantAnswer | undefined {
  switch (readGrantError(answer)?.error) {
    case "invalid_grant":
    case "invalid_user_password":
      return { kind: "denied", reason: "wrong-password" };
    case "too_many_attempts":
      return { kind: "denied", reason: "locked" };
    case "unauthorized":
      return { kind: "denied", reason: "disabled" };
    // The right password, and one that somebody else knows: https://auth0.com/docs/secure/attack-protection/breached-password-detection
    case "password_leaked":
      return { kind: "denied", reason: "must-change" };
    case "mfa_required":
    case "mfa_registration_required":
      return { kind: "second-factor" };
    default:
      return undefined;
  }
}

// https://auth0.com/docs/manage-users/user-accounts/user-profiles/user-profile-structure
function mapProfile(profile: AccountFields): MappedUser {
  const { user_id: id, username, email, blocked = false, phone_number, phone_verified, email_verified } = profile;
  const { name, given_name, family_name, nickname, picture } = profile;
  return {
    id,
    username: username ?? email,
    enabled: typeof blocked === "boolean" ? !blocked : undefined,
    attributes: {
      email,
      email_verified,
      phone_number,
      phone_number_verified: phone_verified,
      name,
      given_name,
      family_name,
      nickname,
      picture,
    },
  };
}
