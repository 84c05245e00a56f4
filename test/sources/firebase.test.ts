import { generateKeyPairSync, verify } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { type FirebaseSettings, firebase } from "../../lib/sources/firebase.ts";
import { describeSource, named } from "../contracts/source.ts";
import { aDouble, aRotatedSecret, type Heard, type HttpDouble, type Told } from "./http-double.ts";
import { doubleForSuite } from "./identity-double.ts";

// There is no Firebase to run: a double answers what Google documents, its page beside each answer.
const password = "canary-password";
const ada = named("email", "ada@example.org");
const soon = () => AbortSignal.timeout(10_000);
const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const apiKey = () => aRotatedSecret("canary-api-key");
const keyFile = ({ url }: Pick<HttpDouble, "url">) =>
  aRotatedSecret(
    JSON.stringify({
      type: "service_account",
      client_email: "reader@old.iam.gserviceaccount.com",
      private_key: keys.privateKey.export({ type: "pkcs8", format: "pem" }),
      token_uri: `${url}/token`,
    }),
  );

// https://cloud.google.com/identity-platform/docs/reference/rest/v1/UserInfo
const account = (localId: string, email: string, more: object = {}) => ({
  localId,
  email,
  emailVerified: true,
  displayName: "Ada Lovelace",
  providerUserInfo: [{ providerId: "password", federatedId: email }],
  ...more,
});
const accounts = [
  account("1", "ada@example.org", { phoneNumber: "+441234567890" }),
  account("2", "twins@example.org"),
  account("3", "twins@example.org"),
  account("4", "odd@example.org", { disabled: "perhaps" }),
];

/** `signingIn` answers accounts:signInWithPassword. */
function google(signingIn: (heard: Heard) => Told = signedIn("1")): (heard: Heard) => Told {
  return (heard) => {
    const { path, headers, body, form, url } = heard;
    if (path === "/token") return tokenFor(form.get("assertion") ?? "", headers.host ?? "");
    if (path === "/v1/accounts:signInWithPassword" || path === "/v1/accounts:lookup") {
      if (headers["x-goog-api-key"] !== "canary-api-key") return wrongKey();
      if (path === "/v1/accounts:signInWithPassword") return signingIn(heard);
      // https://firebase.google.com/docs/reference/rest/auth#section-get-account-info
      return {
        json: { users: accounts.filter(({ localId }) => `canary-token-${localId}` === JSON.parse(body).idToken) },
      };
    }
    if (headers.authorization !== "Bearer canary-admin") return { status: 401, json: { error: { code: 401 } } };
    // https://cloud.google.com/identity-platform/docs/reference/rest/v1/projects.accounts/batchGet
    if (url.pathname === "/v1/projects/old/accounts:batchGet") {
      const from = Number(url.searchParams.get("nextPageToken") ?? 0);
      const users = accounts.slice(0, 3).slice(from, from + Number(url.searchParams.get("maxResults")));
      return { json: { ...(users.length > 0 ? { users, nextPageToken: String(from + users.length) } : {}) } };
    }
    // https://cloud.google.com/identity-platform/docs/reference/rest/v1/projects.accounts/lookup
    const asked: Record<string, readonly string[] | undefined> = JSON.parse(body);
    const users = accounts.filter(
      (each) =>
        asked.email?.includes(each.email) ||
        asked.localId?.includes(each.localId) ||
        asked.phoneNumber?.includes("phoneNumber" in each ? String(each.phoneNumber) : ""),
    );
    return { json: users.length === 0 ? { kind: "identitytoolkit#GetAccountInfoResponse" } : { users } };
  };
}

// https://developers.google.com/identity/protocols/oauth2/service-account#httprest
function tokenFor(assertion: string, host: string): Told {
  const [header = "", claims = "", signature = ""] = assertion.split(".");
  const right = verify(
    "sha256",
    Buffer.from(`${header}.${claims}`),
    keys.publicKey,
    Buffer.from(signature, "base64url"),
  );
  const { aud, scope, exp, iat } = JSON.parse(Buffer.from(claims, "base64url").toString());
  if (!right || aud !== `http://${host}/token` || exp - iat > 3600)
    return { status: 400, json: { error: "invalid_grant" } };
  expect(scope).toBe("https://www.googleapis.com/auth/identitytoolkit");
  return { json: { access_token: "canary-admin", expires_in: 3599, token_type: "Bearer" } };
}

// https://firebase.google.com/docs/reference/rest/auth#section-sign-in-email-password
function signedIn(localId: string): () => Told {
  return () => ({
    json: { localId, idToken: `canary-token-${localId}`, refreshToken: "canary-refresh", registered: true },
  });
}

const refusing = (message: string) => () => ({ status: 400, json: { error: { code: 400, message, errors: [] } } });
// https://cloud.google.com/apis/design/errors#error_info
const wrongKey = (): Told => ({
  status: 400,
  json: { error: { code: 400, status: "INVALID_ARGUMENT", details: [{ reason: "API_KEY_INVALID" }] } },
});

const settings = (double: Pick<HttpDouble, "url">): FirebaseSettings => ({
  projectId: "old",
  apiKey: apiKey(),
  serviceAccount: keyFile(double),
  url: `${double.url}/v1`,
});
const withoutAccount = ({ url }: Pick<HttpDouble, "url">): FirebaseSettings => ({
  projectId: "old",
  apiKey: apiKey(),
  url: `${url}/v1`,
});
const aSource = (given: FirebaseSettings) => {
  const source = firebase(given);
  onTestFinished(() => source.close?.());
  return source;
};
const authenticate = async (
  signingIn: (heard: Heard) => Told,
  make = settings,
  overrides: Partial<FirebaseSettings> = {},
) =>
  aSource({ ...make(await aDouble(google(signingIn))), ...overrides }).authenticate?.(
    ada,
    Secret.fromText(password),
    soon(),
  );

describe("firebase", () => {
  const service = doubleForSuite(google());

  describeSource("firebase", () => ({
    open: () => firebase(settings(service())),
    known: { id: "1", lookups: [ada, named("phone", "+441234567890"), named("id", "1")] },
    ambiguous: named("email", "twins@example.org"),
    unusable: named("email", "odd@example.org"),
    openBroken: () => firebase(settings({ url: "http://127.0.0.1:1" })),
    stalled: {
      "at the token": async () => {
        const double = await aDouble(() => "silence");
        return { source: firebase(settings(double)), open: double.open };
      },
      "at the account": async () => {
        const double = await aDouble((heard) => (heard.path === "/token" ? google()(heard) : "silence"));
        return { source: firebase(settings(double)), open: double.open };
      },
    },
    misconfigured: [
      { source: firebase({ projectId: "old", apiKey: apiKey() }), paths: [] },
      { source: firebase({} as FirebaseSettings), paths: ["projectId", "apiKey"] },
      {
        source: firebase({
          ...settings({ url: "http://elsewhere.example.org" }),
          serviceAccount: {},
        } as FirebaseSettings),
        paths: ["serviceAccount", "url"],
      },
    ],
  }));

  test.each([
    ["with a service account", settings],
    ["with the API key alone", withoutAccount],
  ])("checks the password %s, and puts no secret into a URL", async (_, make) => {
    const double = await aDouble(google());
    const answer = await aSource(make(double)).authenticate?.(ada, Secret.fromText(password), soon());
    expect(answer).toMatchObject({ kind: "match", user: { id: "1", username: "ada@example.org", enabled: true } });
    expect(JSON.stringify(answer)).not.toContain("canary");
    for (const { path } of double.heard) expect(path).not.toMatch(/canary/);
  });

  test("finds nobody without a password where it has no service account", () => {
    const source = aSource(withoutAccount(service()));
    expect([source.find, source.list, source.validatePassword]).toEqual([undefined, undefined, undefined]);
    expect(source.lookups).toEqual(["email"]);
  });

  test("pages through all users", async () => {
    const source = aSource(settings(service()));
    const first = await source.list?.({ size: 2 }, soon());
    expect(first?.users.map(({ id }) => id)).toEqual(["1", "2"]);
    const second = await source.list?.({ size: 2, after: first?.next ?? "" }, soon());
    expect(second?.users.map(({ id }) => id)).toEqual(["3"]);
    expect(await source.list?.({ size: 2, after: second?.next ?? "" }, soon())).toEqual({ users: [] });
  });

  test.each([
    ["unknown-user", "EMAIL_NOT_FOUND"],
    ["wrong-password", "INVALID_PASSWORD"],
    ["wrong-password", "INVALID_LOGIN_CREDENTIALS"],
    ["disabled", "USER_DISABLED"],
    ["locked", "TOO_MANY_ATTEMPTS_TRY_LATER : Access to this account has been temporarily disabled."],
  ])("reads the refusal %s from %s", async (reason, message) => {
    for (const make of [settings, withoutAccount]) {
      expect(await authenticate(refusing(message), make)).toEqual({ kind: "denied", reason });
    }
  });

  // https://cloud.google.com/identity-platform/docs/reference/rest/v1/accounts/signInWithPassword#response-body
  test("refuses a user with a second factor unless told that the password alone is enough", async () => {
    const pending = () => ({ json: { localId: "1", mfaPendingCredential: "canary-pending", mfaInfo: [{}] } });
    await expect(authenticate(pending)).rejects.toMatchObject({ code: "RECORD_UNUSABLE" });
    const alone = { secondFactor: "accept-password-alone" } as const;
    expect(await authenticate(pending, settings, alone)).toMatchObject({ kind: "match" });
    await expect(authenticate(pending, withoutAccount, alone)).rejects.toMatchObject({ code: "RECORD_UNUSABLE" });
  });

  test("lets nobody in by another user's password", async () => {
    await expect(authenticate(signedIn("2"))).rejects.toMatchObject({ code: "RECORD_AMBIGUOUS" });
  });

  test("calls a wrong API key and a wrong service account refused credentials, after reading them afresh", async () => {
    const rotated = aRotatedSecret("old", "canary-api-key");
    expect(await authenticate(signedIn("1"), withoutAccount, { apiKey: rotated })).toMatchObject({ kind: "match" });
    const wrong = authenticate(signedIn("1"), settings, { apiKey: aRotatedSecret("old", "other") });
    await expect(wrong).rejects.toMatchObject({ code: "SOURCE_REFUSED_CREDENTIAL" });
    const double = await aDouble(() => ({ status: 400, json: { error: "invalid_grant" } }));
    await expect(aSource(settings(double)).find?.(ada, soon())).rejects.toMatchObject({
      code: "SOURCE_REFUSED_CREDENTIAL",
    });
  });

  test.each([
    ["no JSON"],
    ['{"client_email":"a"}'],
    [JSON.stringify({ client_email: "a", private_key: "canary", token_uri: "http://127.0.0.1:1" })],
  ])("names what is wrong with a key file, and repeats nothing of it", async (text) => {
    const source = aSource({ ...settings(service()), serviceAccount: aRotatedSecret(text) });
    const error = await source.find?.(ada, soon()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "SECRET_INVALID" });
    expect(String(error)).not.toContain("canary");
  });

  test.each<[string, () => Told]>([
    ["a project without password sign-in", refusing("PASSWORD_LOGIN_DISABLED")],
    ["a quota that is used up", refusing("QUOTA_EXCEEDED : canary")],
    ["200 without a token", () => ({ json: { localId: "1" } })],
    ["an outage", () => ({ status: 503, json: { error: { code: 503, message: "UNAVAILABLE" } } })],
  ])("lets nobody in on %s", async (_, signingIn) => {
    for (const make of [settings, withoutAccount]) {
      const error = await authenticate(signingIn, make).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      expect(String(error)).not.toMatch(/canary|ada/);
    }
  });
});
