import { describe, expect, onTestFinished, test } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { type KeycloakSettings, keycloak } from "../../lib/sources/keycloak.ts";
import { describeSource, named } from "../contracts/source.ts";
import { aDouble, aRotatedSecret, type Heard, type HttpDouble, type Told } from "./http-double.ts";
import { aToken, doubleForSuite } from "./identity-double.ts";

// There is no Keycloak here: a double answers what Keycloak documents (and its source says, where the documents do not).
const password = "canary-password";
const ada = named("username", "ada");
const soon = () => AbortSignal.timeout(10_000);
const client = () => aRotatedSecret(JSON.stringify({ clientId: "samekey", clientSecret: "canary-secret" }));

// https://www.keycloak.org/docs-api/latest/rest-api/index.html#UserRepresentation
const representation = (id: string, username: string, more: object = {}) => ({
  id,
  username,
  email: `${username}@example.org`,
  emailVerified: true,
  firstName: "Ada",
  lastName: "Lovelace",
  enabled: true,
  totp: false,
  attributes: { plan: ["gold", "silver"] },
  ...more,
});
const people = [
  representation("1", "ada"),
  representation("2", "tweedledum", { email: "twins@example.org" }),
  representation("3", "tweedledee", { email: "twins@example.org" }),
  representation("4", "odd", { enabled: undefined }),
  representation("5", "careful", { totp: true }),
];

/** `granting` answers the password grant. */
function server(granting: (heard: Heard) => Told = grantTo("1")): (heard: Heard) => Told {
  return (heard) => {
    const { url, form, headers } = heard;
    if (url.pathname === "/auth/realms/old%20realm/protocol/openid-connect/token") {
      if (form.get("grant_type") === "password") return granting(heard);
      // https://www.keycloak.org/docs/latest/server_admin/#_service_accounts
      return { json: { access_token: "canary-admin", expires_in: 60, token_type: "Bearer", scope: "profile" } };
    }
    if (headers.authorization !== "Bearer canary-admin")
      return { status: 401, json: { error: "HTTP 401 Unauthorized" } };
    // https://www.keycloak.org/docs-api/latest/rest-api/index.html#_users
    const [, id] = /^\/auth\/admin\/realms\/old%20realm\/users(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    const query = url.searchParams;
    if (id !== undefined) {
      const one = people.find((each) => each.id === decodeURIComponent(id));
      return one === undefined ? { status: 404, json: { error: "User not found" } } : { json: one };
    }
    const asked = { username: query.get("username"), email: query.get("email") };
    const fits = people.filter(
      ({ username, email }) => username === (asked.username ?? username) && email === (asked.email ?? email),
    );
    const first = Number(query.get("first") ?? 0);
    return { json: fits.slice(first, first + Number(query.get("max"))) };
  };
}

// https://www.keycloak.org/securing-apps/oidc-layers#_resource_owner_password_credentials_flow
function grantTo(sub: string): () => Told {
  return () => ({
    json: { access_token: "canary-access", id_token: aToken({ sub }), expires_in: 60, token_type: "Bearer" },
  });
}

const refusing = (status: number, error: string, error_description: string) => () => ({
  status,
  json: { error, error_description },
});

const settings = ({ url }: Pick<HttpDouble, "url">): KeycloakSettings => ({
  url: `${url}/auth`,
  realm: "old realm",
  client: client(),
});
const aSource = (double: Pick<HttpDouble, "url">, overrides: Partial<KeycloakSettings> = {}) => {
  const source = keycloak({ ...settings(double), ...overrides });
  onTestFinished(() => source.close?.());
  return source;
};
const authenticate = async (granting: (heard: Heard) => Told, overrides: Partial<KeycloakSettings> = {}, by = ada) =>
  aSource(await aDouble(server(granting)), overrides).authenticate?.(by, Secret.fromText(password), soon());

describe("keycloak", () => {
  const service = doubleForSuite(server());

  describeSource("keycloak", () => ({
    open: () => keycloak(settings(service())),
    known: { id: "1", lookups: [ada, named("email", "ada@example.org"), named("id", "1")] },
    ambiguous: named("email", "twins@example.org"),
    unusable: named("username", "odd"),
    openBroken: () => keycloak(settings({ url: "http://127.0.0.1:1" })),
    stalled: {
      "at the token": async () => {
        const double = await aDouble(() => "silence");
        return { source: keycloak(settings(double)), open: double.open };
      },
      "at the user": async () => {
        const double = await aDouble((heard) => (heard.method === "GET" ? "silence" : server()(heard)));
        return { source: keycloak(settings(double)), open: double.open };
      },
    },
    misconfigured: [
      { source: keycloak(settings({ url: "https://id.example.org" })), paths: [] },
      { source: keycloak({} as KeycloakSettings), paths: ["url", "realm", "client"] },
      { source: keycloak(settings({ url: "http://id.example.org" })), paths: ["url"] },
      { source: keycloak({ ...settings({ url: "http://id.example.org" }), tls: "insecure-no-tls" }), paths: [] },
    ],
  }));

  test("knows a user with names and the first value of each attribute", async () => {
    const user = await aSource(service()).find?.(ada, soon());
    expect({ ...user?.attributes }).toEqual({
      email: "ada@example.org",
      email_verified: "true",
      given_name: "Ada",
      family_name: "Lovelace",
      name: "Ada Lovelace",
      plan: "gold",
    });
  });

  test("asks the user's own password in the body", async () => {
    const double = await aDouble(server());
    const answer = await aSource(double).authenticate?.(
      named("email", "ada@example.org"),
      Secret.fromText(password),
      soon(),
    );
    expect(answer).toMatchObject({ kind: "match", user: { id: "1" } });
    expect(Object.fromEntries(double.heard.at(-1)?.form ?? [])).toEqual({
      grant_type: "password",
      client_id: "samekey",
      client_secret: "canary-secret",
      username: "ada",
      password,
      scope: "openid",
    });
    for (const { path } of double.heard) expect(path).not.toMatch(/canary/);
  });

  test("pages through all users", async () => {
    const source = aSource(service());
    const wellFormed = people.filter(({ username }) => username !== "odd").length;
    const first = await source.list?.({ size: 2 }, soon());
    expect([first?.users.map(({ id }) => id), first?.next]).toEqual([["1", "2"], "2"]);
    expect((await source.list?.({ size: 1, after: "4" }, soon()))?.users).toHaveLength(1);
    expect(await source.list?.({ size: 3, after: String(wellFormed + 1) }, soon())).toEqual({ users: [] });
  });

  // The texts of org.keycloak.authentication.authenticators.directgrant and org.keycloak.protocol.oidc.grants in
  // https://github.com/keycloak/keycloak (also https://github.com/Nerzal/gocloak/issues/427 for the second)
  test.each([
    ["wrong-password", 401, "Invalid user credentials"],
    ["disabled", 400, "Account disabled"],
    ["must-change", 400, "Account is not fully set up"],
    ["locked", 400, "Account temporarily disabled"],
  ])("reads the refusal %s", async (reason, status, description) => {
    expect(await authenticate(refusing(status, "invalid_grant", description))).toEqual({ kind: "denied", reason });
  });

  test("refuses a user with a one-time password unless told that the password alone is enough", async () => {
    const careful = named("username", "careful");
    await expect(authenticate(grantTo("5"), {}, careful)).rejects.toMatchObject({ code: "RECORD_UNUSABLE" });
    const accepted = authenticate(grantTo("5"), { secondFactor: "accept-password-alone" }, careful);
    expect(await accepted).toMatchObject({ kind: "match" });
    const wrong = refusing(401, "invalid_grant", "Invalid user credentials");
    expect(await authenticate(wrong, {}, careful)).toEqual({ kind: "denied", reason: "wrong-password" });
  });

  test("lets nobody in by another user's password", async () => {
    await expect(authenticate(grantTo("2"))).rejects.toMatchObject({ code: "RECORD_AMBIGUOUS" });
  });

  // RFC 6749, section 5.2
  test.each([
    ["a wrong client secret", 401, "invalid_client"],
    ["a client without direct access grants", 400, "unauthorized_client"],
  ])("calls %s a refused credential", async (_, status, error) => {
    const refused = authenticate(refusing(status, error, ""));
    await expect(refused).rejects.toMatchObject({ code: "SOURCE_REFUSED_CREDENTIAL" });
  });

  test("calls a service account that may not view users a refused credential", async () => {
    const double = await aDouble((heard) => (heard.method === "GET" ? { status: 403, json: {} } : server()(heard)));
    await expect(aSource(double).find?.(ada, soon())).rejects.toMatchObject({ code: "SOURCE_REFUSED_CREDENTIAL" });
  });

  test.each<[string, () => Told]>([
    ["a refusal in other words", refusing(400, "invalid_grant", "canary")],
    ["an outage", () => ({ status: 502, json: {} })],
    ["200 without an ID token", () => ({ json: { access_token: "canary-access" } })],
  ])("lets nobody in on %s", async (_, granting) => {
    const error = await authenticate(granting).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(String(error)).not.toMatch(/canary|ada/);
  });
});
