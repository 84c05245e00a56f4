// A Keycloak realm, by its password grant ("direct access grants") and admin API.
// https://www.keycloak.org/securing-apps/oidc-layers#_resource_owner_password_credentials_flow
// https://www.keycloak.org/docs-api/latest/rest-api/index.html#_users

import { MigrationError } from "../core/errors.ts";
import type { MappedUser } from "../core/legacy-record.ts";
import type { LegacySource, Lookup, SecretRef } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import { askWithToken, openTokenCache } from "../protocols/access-token.ts";
import { type AccountFields, isAccount, mapAccount, pathSegment, textOf } from "../protocols/account-fields.ts";
import { askedText } from "../protocols/askable.ts";
import type { JsonAnswer } from "../protocols/json-http.ts";
import { openJsonService, type ServiceTls, undocumentedAnswer } from "../protocols/json-service.ts";
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
  tlsFaults,
} from "../protocols/service-settings.ts";

export interface KeycloakSettings {
  /** Default "keycloak". Needed where two sources are realms. */
  readonly name?: string;
  /** Where Keycloak is, with its relative path where it has one: `https://id.example.org`, `https://example.org/auth`. */
  readonly url: string;
  readonly realm: string;
  /** JSON {"clientId", "clientSecret"} of a client with direct access grants and a service account that may view users. */
  readonly client: SecretRef;
  /** Verified TLS unless it is turned off by its name. */
  readonly tls?: ServiceTls;
  /** Users with a one-time password: refused, or taken over by their password alone. Default "refuse". */
  readonly secondFactor?: SecondFactor;
  /** Default: `id`, `username`, the names and the first value of each attribute. */
  readonly user?: (representation: AccountFields) => MappedUser;
}

// A page of a thousand users with all attributes.
const limitBytes = 8 * 1024 * 1024;
const what = "the admin API";

/** A realm as a legacy store. */
export function keycloak(settings: KeycloakSettings): LegacySource {
  const { name = "keycloak", url, realm, client, tls, secondFactor, user = mapRepresentation } = settings;
  const service = openJsonService(name, tls ?? {});
  const endpoint = openTokenEndpoint(
    name,
    service,
    () => at(`realms/${realmPath()}/protocol/openid-connect/token`),
    client,
  );
  const tokens = openTokenCache((signal) => endpoint.clientToken({}, signal));

  const realmPath = () => encodeURIComponent(realm);
  const at = (path: string) => new URL(path, url.endsWith("/") ? url : `${url}/`);
  const users = (rest: string) => at(`admin/realms/${realmPath()}/users${rest}`);

  async function get(address: URL, signal: AbortSignal): Promise<readonly AccountFields[]> {
    const answer = await askWithToken(name, service, tokens, { method: "GET", what, url: address, limitBytes }, signal);
    if (answer.status === 404) return [];
    const found = Array.isArray(answer.json) ? answer.json : [answer.json];
    if (answer.status !== 200 || !found.every(isAccount)) throw undocumentedAnswer(name, what, answer);
    return found;
  }

  async function locate(by: Lookup, signal: AbortSignal): Promise<Located | undefined> {
    signal.throwIfAborted();
    const text = askedText(by);
    const address = text === undefined ? undefined : addressOf(by.by, text);
    if (address === undefined) return undefined;
    const found = await get(address, signal);
    if (found.length > 1)
      throw new MigrationError("RECORD_AMBIGUOUS", `${name}: ${found.length} users for one ${by.by}`);
    const [one] = found;
    if (one === undefined) return undefined;
    return {
      user: mapAccount(name, one, user),
      accountId: textOf(name, one, "id"),
      login: textOf(name, one, "username"),
      hasSecondFactor: one.totp === true,
    };
  }

  function addressOf(by: Lookup["by"], text: string): URL | undefined {
    if (by === "email" || by === "username") {
      const query = new URLSearchParams({ [by]: text, exact: "true", briefRepresentation: "false", max: "2" });
      return users(`?${query}`);
    }
    const segment = by === "id" ? pathSegment(text) : undefined;
    return segment === undefined ? undefined : users(`/${segment}`);
  }

  async function grant(username: string, password: Secret, signal: AbortSignal): Promise<GrantAnswer> {
    const form = { grant_type: "password", username, password: password.revealText(), scope: "openid" };
    const answer = await endpoint.ask(form, signal);
    const id = answer.status === 200 ? readSubject(answer) : undefined;
    const said = id === undefined ? readDenial(answer) : ({ kind: "right", id } as const);
    if (said === undefined) throw undocumentedAnswer(name, "the token endpoint", answer);
    return said;
  }

  const source: LegacySource = {
    name,
    lookups: ["email", "username", "id"],
    find: async (by, signal) => (await locate(by, signal))?.user,
    ...checksByGrant({ name, secondFactor, locate, grant }),
    async list({ size, after = "0" }, signal) {
      const query = new URLSearchParams({ first: after, max: String(size), briefRepresentation: "false" });
      const found = await get(users(`?${query}`), signal);
      const page = found.map((one) => mapAccount(name, one, user));
      return found.length < size ? { users: page } : { users: page, next: String(Number(after) + size) };
    },
    close: async () => service.close(),
  };
  return withSettingFaults(source, [
    ...addressFaults("url", url, tls),
    ...textFaults("realm", realm, "the realm's name"),
    ...secretFaults("client", client, '{"clientId", "clientSecret"} of the client that asks'),
    ...tlsFaults(tls),
    ...choiceFaults("secondFactor", secondFactor, secondFactorChoices),
    ...functionFaults("user", settings.user, "from a user representation to { id, username, enabled, attributes }"),
  ]);
}

// The texts are Keycloak's own, and all that tells these apart; they are not translated.
// services/src/main/java/org/keycloak/authentication/authenticators/directgrant and …/protocol/oidc/grants of
// https://github.com/keycloak/keycloak
function readDenial(answer: JsonAnswer): GrantAnswer | undefined {
  const said = readGrantError(answer);
  if (said?.error !== "invalid_grant") return undefined;
  switch (said.description) {
    // Also a user who is locked for a while, and one whose one-time password is asked for.
    case "Invalid user credentials":
      return { kind: "denied", reason: "wrong-password" };
    case "Account disabled":
      return { kind: "denied", reason: "disabled" };
    case "Account temporarily disabled":
      return { kind: "denied", reason: "locked" };
    // A required action stands open: a new password, a verified address, a second factor.
    case "Account is not fully set up":
      return { kind: "denied", reason: "must-change" };
    default:
      return undefined;
  }
}

function mapRepresentation({
  id,
  username,
  enabled,
  email,
  emailVerified,
  firstName,
  lastName,
  attributes,
}: AccountFields): MappedUser {
  const own = isAccount(attributes) ? Object.entries(attributes) : [];
  const names = [firstName, lastName].filter((one) => typeof one === "string" && one !== "");
  return {
    id,
    username,
    enabled,
    attributes: {
      ...Object.fromEntries(own.map(([name, values]) => [name, Array.isArray(values) ? values[0] : values])),
      email,
      email_verified: emailVerified,
      given_name: firstName,
      family_name: lastName,
      ...(names.length === 0 ? {} : { name: names.join(" ") }),
    },
  };
}
