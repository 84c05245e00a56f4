import { describe, expect, onTestFinished, test } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { type Auth0Settings, auth0 } from "../../lib/sources/auth0.ts";
import { describeSource, named } from "../contracts/source.ts";
import { describeMark } from "../contracts/source-mark.ts";
import { aDouble, aRotatedSecret, type Heard, type HttpDouble, type Told } from "./http-double.ts";
import { aToken, doubleForSuite } from "./identity-double.ts";

// There is no Auth0 to run: a double answers what Auth0 documents, its page beside each answer.
const realm = "Username-Password-Authentication";
const password = "canary-password";
const ada = named("email", "ada@example.org");
const soon = () => AbortSignal.timeout(10_000);
const application = () => aRotatedSecret(JSON.stringify({ clientId: "samekey", clientSecret: "canary-secret" }));

// https://auth0.com/docs/manage-users/user-accounts/user-profiles/sample-user-profiles
const profile = (id: string, email: string, more: object = {}) => ({
  user_id: `auth0|${id}`,
  email,
  email_verified: true,
  name: "Ada Lovelace",
  nickname: "ada",
  identities: [{ user_id: id, provider: "auth0", connection: realm, isSocial: false }],
  ...more,
});
const google = {
  identities: [{ user_id: "9", provider: "google-oauth2", connection: "google-oauth2", isSocial: true }],
};
const profiles = [
  profile("1", "ada@example.org"),
  profile("9", "ada@example.org", { ...google, user_id: "google-oauth2|9" }),
  profile("2", "twins@example.org"),
  profile("3", "twins@example.org"),
  profile("4", "odd@example.org", { blocked: "perhaps" }),
  profile("5", "blocked@example.org", { blocked: true }),
];

/** `granting` answers the password grant. */
function tenant(granting: (heard: Heard) => Told = grantTo("auth0|1")): (heard: Heard) => Told {
  return (heard) => {
    const { path, url, form, headers } = heard;
    if (path === "/oauth/token") {
      if (form.get("grant_type") !== "client_credentials") return granting(heard);
      // https://auth0.com/docs/api/authentication/client-credential-flow/get-token
      return { json: { access_token: "canary-management", expires_in: 86_400, token_type: "Bearer" } };
    }
    // https://auth0.com/docs/api/management/v2/users-by-email/get-users-by-email (401: "Invalid token")
    if (headers.authorization !== "Bearer canary-management") return { status: 401, json: { statusCode: 401 } };
    if (url.pathname === "/api/v2/users-by-email") {
      return { json: profiles.filter(({ email }) => email === url.searchParams.get("email")) };
    }
    // https://auth0.com/docs/api/management/v2/users/get-users-by-id (404: "The user does not exist.")
    const id = /^\/api\/v2\/users\/([^/]+)$/.exec(url.pathname)?.[1];
    const one = profiles.find(({ user_id }) => user_id === decodeURIComponent(id ?? ""));
    return one === undefined ? { status: 404, json: { statusCode: 404, errorCode: "inexistent_user" } } : { json: one };
  };
}

// https://auth0.com/docs/api/authentication/resource-owner-password-flow/get-token
function grantTo(sub: string): () => Told {
  return () => ({
    json: { access_token: "canary-access", id_token: aToken({ sub }), expires_in: 86_400, token_type: "Bearer" },
  });
}

const refusing = (status: number, error: string, error_description: string) => () => ({
  status,
  json: { error, error_description },
});

const aSource = ({ url }: Pick<HttpDouble, "url">, overrides: Partial<Auth0Settings> = {}) => {
  const source = auth0({ url, application: application(), realm, ...overrides });
  onTestFinished(() => source.close?.());
  return source;
};
const authenticate = async (granting: (heard: Heard) => Told, overrides: Partial<Auth0Settings> = {}, by = ada) =>
  aSource(await aDouble(tenant(granting)), overrides).authenticate?.(by, Secret.fromText(password), soon());

describe("auth0", () => {
  const service = doubleForSuite(tenant());

  describeSource("auth0", () => ({
    open: () => auth0({ url: service().url, application: application(), realm }),
    known: { id: "auth0|1", lookups: [ada, named("id", "auth0|1")] },
    ambiguous: named("email", "twins@example.org"),
    unusable: named("email", "odd@example.org"),
    openBroken: () => auth0({ url: "http://127.0.0.1:1/", application: application(), realm }),
    stalled: {
      "at the token": async () => {
        const double = await aDouble(() => "silence");
        return { source: auth0({ url: double.url, application: application(), realm }), open: double.open };
      },
      "at the profile": async () => {
        const double = await aDouble((heard) => (heard.method === "GET" ? "silence" : tenant()(heard)));
        return { source: auth0({ url: double.url, application: application(), realm }), open: double.open };
      },
    },
    misconfigured: [
      { source: auth0({ url: "https://t.eu.auth0.com", application: application(), realm }), paths: [] },
      { source: auth0({} as Auth0Settings), paths: ["url", "application", "realm"] },
      {
        source: auth0({
          url: "http://t.eu.auth0.com",
          application: application(),
          realm,
          secondFactor: "no" as "refuse",
          mark: "",
        }),
        paths: ["url", "secondFactor", "mark"],
      },
    ],
  }));

  // https://auth0.com/docs/api/management/v2/users/patch-users-by-id
  const metadata = new Map<string, Readonly<Record<string, unknown>>>([["auth0|1", { plan: "gold" }]]);
  const marking = doubleForSuite((heard) => {
    const id = decodeURIComponent(/^\/api\/v2\/users\/([^/]+)$/.exec(heard.url.pathname)?.[1] ?? "");
    const one = profiles.find(({ user_id }) => user_id === id);
    if (heard.headers.authorization === undefined || one === undefined) return tenant()(heard);
    if (heard.method === "PATCH") metadata.set(id, { ...metadata.get(id), ...JSON.parse(heard.body).app_metadata });
    return { json: { ...one, app_metadata: metadata.get(id) } };
  });
  const aMarker = (url: string) => auth0({ url, application: application(), realm, mark: "moved_at" });
  describeMark("auth0", () => ({
    open: () => aMarker(marking().url),
    known: "auth0|1",
    marks: () =>
      Object.fromEntries([...metadata].flatMap(([id, { moved_at: at }]) => (at === undefined ? [] : [[id, at]]))),
    written: (at) => at.toISOString(),
    openBroken: () => aMarker("http://127.0.0.1:1/"),
    stall: async () => {
      const double = await aDouble(() => "silence");
      return { source: aMarker(double.url), open: double.open };
    },
  }));

  test("marks in app_metadata alone, keeps what else is there, and nobody of another connection", async () => {
    const source = aSource(marking(), { mark: "moved_at" });
    expect(await source.mark?.("auth0|1", new Date(), soon())).toBe(true);
    expect(metadata.get("auth0|1")).toEqual({ plan: "gold", moved_at: expect.any(String) });
    const sent = marking().heard.filter(({ method }) => method === "PATCH");
    for (const { body } of sent) expect(Object.keys(JSON.parse(body))).toEqual(["app_metadata"]);
    expect(await source.mark?.("google-oauth2|9", new Date(), soon())).toBe(false);
    expect(metadata.has("google-oauth2|9")).toBe(false);
  });

  // "Insufficient scope; expected any of: update:users,update:users_app_metadata"
  test("marks nobody without the permission, and calls it a refused credential", async () => {
    const double = await aDouble((heard) =>
      heard.method === "PATCH" ? { status: 403, json: { errorCode: "insufficient_scope" } } : tenant()(heard),
    );
    const source = aSource(double, { mark: "moved_at" });
    const refused = source.mark?.("auth0|1", new Date(), soon());
    await expect(refused).rejects.toMatchObject({ code: "SOURCE_REFUSED_CREDENTIAL" });
    expect(aSource(double).mark).toBeUndefined();
  });

  test("asks the user's own password by the realm's grant, in the body", async () => {
    const double = await aDouble(tenant());
    const answer = await aSource(double).authenticate?.(ada, Secret.fromText(password), soon());
    expect(answer).toMatchObject({ kind: "match", user: { id: "auth0|1", enabled: true } });
    expect(JSON.stringify(answer)).not.toContain("canary");
    expect(Object.fromEntries(double.heard.at(-1)?.form ?? [])).toEqual({
      grant_type: "http://auth0.com/oauth/grant-type/password-realm",
      client_id: "samekey",
      client_secret: "canary-secret",
      username: "ada@example.org",
      password,
      realm,
      scope: "openid",
    });
    for (const { path } of double.heard) expect(path).not.toMatch(/canary/);
  });

  test("fetches the Management API's token once, over one connection, and anew when it is refused", async () => {
    let valid = "";
    let tokens = 0;
    const double = await aDouble((heard) => {
      if (heard.form.get("grant_type") !== "client_credentials") {
        return heard.headers.authorization === valid ? { json: [] } : { status: 401, json: {} };
      }
      tokens += 1;
      valid = `Bearer token-${tokens}`;
      return { json: { access_token: `token-${tokens}`, expires_in: 86_400, token_type: "Bearer" } };
    });
    const source = aSource(double);
    for (let round = 0; round < 3; round++) await source.find?.(ada, soon());
    expect([tokens, double.accepted()]).toEqual([1, 1]);
    valid = "Bearer revoked";
    expect(await source.find?.(ada, soon())).toBeUndefined();
    expect(tokens).toBe(2);
  });

  // https://auth0.com/docs/libraries/common-auth0-library-authentication-errors
  test.each([
    ["wrong-password", 403, "invalid_grant", "Wrong email or password."],
    ["locked", 429, "too_many_attempts", "Your account has been blocked after multiple consecutive login attempts."],
    ["disabled", 401, "unauthorized", "user is blocked"],
    ["must-change", 401, "password_leaked", "This login has been blocked because your password has been leaked."],
  ])("reads the refusal %s", async (reason, status, error, description) => {
    expect(await authenticate(refusing(status, error, description))).toEqual({ kind: "denied", reason });
  });

  // https://auth0.com/docs/secure/multi-factor-authentication/authenticate-using-ropg-flow-with-mfa
  test("refuses a user with a second factor unless told that the password alone is enough", async () => {
    const mfa = refusing(403, "mfa_required", "Multifactor authentication required");
    await expect(authenticate(mfa)).rejects.toMatchObject({ code: "RECORD_UNUSABLE" });
    expect(await authenticate(mfa, { secondFactor: "accept-password-alone" })).toMatchObject({ kind: "match" });
  });

  test("lets nobody in by another user's password", async () => {
    await expect(authenticate(grantTo("auth0|2"))).rejects.toMatchObject({ code: "RECORD_AMBIGUOUS" });
  });

  test("asks for no password of nobody, and for no empty one", async () => {
    const double = await aDouble(tenant());
    const check = (by: typeof ada, text: string) => aSource(double).authenticate?.(by, Secret.fromText(text), soon());
    expect(await check(named("email", "nobody@example.org"), password)).toEqual({
      kind: "denied",
      reason: "unknown-user",
    });
    expect(await check(ada, "")).toEqual({ kind: "denied", reason: "wrong-password" });
    expect(double.heard.filter(({ form }) => form.has("password"))).toEqual([]);
  });

  test.each([
    ["a wrong client secret", 401, "access_denied", "Unauthorized"],
    ["a grant that the application may not use", 403, "unauthorized_client", "Grant type not allowed for the client."],
  ])("calls %s a refused credential", async (_, status, error, description) => {
    const refused = authenticate(refusing(status, error, description));
    await expect(refused).rejects.toMatchObject({ code: "SOURCE_REFUSED_CREDENTIAL" });
  });

  test.each<[string, () => Told]>([
    ["throttling", refusing(429, "too_many_requests", "canary")],
    ["an outage", () => ({ status: 503, json: {} })],
    ["200 without an ID token", () => ({ json: { access_token: "canary-access" } })],
    ["an error that is not documented", refusing(403, "access_denied", "canary")],
  ])("lets nobody in on %s", async (_, granting) => {
    const error = await authenticate(granting).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(String(error)).not.toMatch(/canary|ada/);
  });

  test("reads the application's secret afresh once", async () => {
    const rotated = aRotatedSecret(
      JSON.stringify({ clientId: "samekey", clientSecret: "old" }),
      JSON.stringify({ clientId: "samekey", clientSecret: "new" }),
    );
    const checked = (heard: Heard) =>
      heard.form.get("client_secret") === "old" ? refusing(401, "access_denied", "Unauthorized")() : tenant()(heard);
    expect(await aSource(await aDouble(checked), { application: rotated }).find?.(ada, soon())).toMatchObject({
      id: "auth0|1",
    });
    expect(rotated.refreshes()).toBe(1);
  });
});
