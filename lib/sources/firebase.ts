// Firebase Authentication (and Identity Platform), by its REST API.
// https://firebase.google.com/docs/reference/rest/auth#section-sign-in-email-password
// https://cloud.google.com/identity-platform/docs/reference/rest/v1/projects.accounts/lookup

import { MigrationError } from "../core/errors.ts";
import type { MappedUser } from "../core/legacy-record.ts";
import type { LegacySource, Lookup, SecretRef } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import { askWithToken, openTokenCache } from "../protocols/access-token.ts";
import { type AccountFields, isAccount, mapAccount, textOf } from "../protocols/account-fields.ts";
import { askedText } from "../protocols/askable.ts";
import { type FirebaseSignIn, readFirebaseSignIn } from "../protocols/firebase-sign-in.ts";
import { fetchServiceAccountToken } from "../protocols/google-service-account.ts";
import type { JsonAnswer } from "../protocols/json-http.ts";
import { openJsonService, undocumentedAnswer } from "../protocols/json-service.ts";
import {
  checksByGrant,
  type GrantAnswer,
  type Located,
  type SecondFactor,
  secondFactorChoices,
} from "../protocols/password-grant.ts";
import { askWithSecret } from "../protocols/refreshed-secret.ts";
import {
  addressFaults,
  choiceFaults,
  functionFaults,
  secretFaults,
  textFaults,
} from "../protocols/service-settings.ts";

export interface FirebaseSettings {
  /** Default "firebase". Needed where two sources are projects. */
  readonly name?: string;
  readonly projectId: string;
  /** The project's Web API key. */
  readonly apiKey: SecretRef;
  /** The JSON key file of a service account that may read users. Without it nobody is found without a password. */
  readonly serviceAccount?: SecretRef;
  /** Users with a second factor: refused, or taken over by their password alone. Default "refuse". */
  readonly secondFactor?: SecondFactor;
  /** Default: `localId` as the id, names and contacts as attributes. */
  readonly user?: (account: AccountFields) => MappedUser;
  /** Default `https://identitytoolkit.googleapis.com/v1`; the Auth Emulator has another one on this machine. */
  readonly url?: string;
}

const googleUrl = "https://identitytoolkit.googleapis.com/v1";
const scope = "https://www.googleapis.com/auth/identitytoolkit";
const limitBytes = 8 * 1024 * 1024;
const criterionOf = { email: "email", phone: "phoneNumber", id: "localId" } as const;

/** A Firebase project as a legacy store. With a service account users are found first; else the password finds them. */
export function firebase(settings: FirebaseSettings): LegacySource {
  const {
    name = "firebase",
    projectId,
    apiKey,
    serviceAccount,
    secondFactor,
    user = mapAccountInfo,
    url = googleUrl,
  } = settings;
  const service = openJsonService(name);

  async function withApiKey(method: string, message: object, signal: AbortSignal): Promise<JsonAnswer> {
    const what = `accounts:${method}`;
    const body = JSON.stringify(message);
    const answer = await askWithSecret(apiKey, signal, async (text) => {
      // In a header rather than the URL, which proxies log: https://cloud.google.com/docs/authentication/api-keys-use
      const headers = { "x-goog-api-key": text };
      const answered = await service.ask({ what, url: new URL(`${url}/${what}`), body, headers, limitBytes }, signal);
      return refusesKey(answered) ? undefined : answered;
    });
    if (answer !== undefined) return answer;
    throw new MigrationError("SOURCE_REFUSED_CREDENTIAL", `${name}: ${what} refused the API key`);
  }

  async function signIn(email: string, password: Secret, signal: AbortSignal): Promise<FirebaseSignIn> {
    const message = { email, password: password.revealText(), returnSecureToken: true };
    const answer = await withApiKey("signInWithPassword", message, signal);
    const said = readFirebaseSignIn(answer);
    if (said === undefined) throw undocumentedAnswer(name, "accounts:signInWithPassword", answer);
    return said;
  }

  const one = (answer: JsonAnswer, what: string): Located | undefined => {
    const accounts = readAccounts(answer);
    if (accounts === undefined) throw undocumentedAnswer(name, what, answer);
    if (accounts.length > 1)
      throw new MigrationError("RECORD_AMBIGUOUS", `${name}: ${accounts.length} users for one look-up`);
    const [account] = accounts;
    if (account === undefined) return undefined;
    const login = typeof account.email === "string" ? account.email : "";
    return { user: mapAccount(name, account, user), accountId: textOf(name, account, "localId"), login };
  };

  function byAccount(account: SecretRef): Omit<LegacySource, "name"> {
    const tokens = openTokenCache((signal) => fetchServiceAccountToken(name, service, account, scope, signal));
    const project = () => `${url}/projects/${encodeURIComponent(projectId)}`;

    async function locate(by: Lookup, signal: AbortSignal): Promise<Located | undefined> {
      signal.throwIfAborted();
      const text = askedText(by);
      if (text === undefined || by.by === "username") return undefined;
      const what = "accounts:lookup";
      const body = JSON.stringify({ [criterionOf[by.by]]: [text] });
      const request = { what, url: new URL(`${project()}/${what}`), body, limitBytes };
      return one(await askWithToken(name, service, tokens, request, signal), what);
    }

    async function grant(email: string, password: Secret, signal: AbortSignal): Promise<GrantAnswer> {
      // A user who came by a phone or a provider alone has no password.
      if (email === "") return { kind: "denied", reason: "wrong-password" };
      const said = await signIn(email, password, signal);
      return said.kind === "right" ? { kind: "right", id: said.id } : said;
    }

    return {
      lookups: ["email", "phone", "id"],
      find: async (by, signal) => (await locate(by, signal))?.user,
      ...checksByGrant({ name, secondFactor, locate, grant }),
      async list({ size, after }, signal) {
        const what = "accounts:batchGet";
        const address = new URL(`${project()}/${what}`);
        address.searchParams.set("maxResults", String(size));
        if (after !== undefined) address.searchParams.set("nextPageToken", after);
        const request = { method: "GET", what, url: address, limitBytes } as const;
        const answer = await askWithToken(name, service, tokens, request, signal);
        const accounts = readAccounts(answer);
        if (accounts === undefined) throw undocumentedAnswer(name, what, answer);
        const users = accounts.map((account) => mapAccount(name, account, user));
        const next = isAccount(answer.json) ? answer.json.nextPageToken : undefined;
        // The last page has a token too, and no users after it.
        return typeof next === "string" && next !== "" && users.length > 0 ? { users, next } : { users };
      },
    };
  }

  const byPassword: Omit<LegacySource, "name"> = {
    lookups: ["email"],
    async authenticate(by, password, signal) {
      signal.throwIfAborted();
      if (password.byteLength === 0) return { kind: "denied", reason: "wrong-password" };
      const email = by.by === "email" ? askedText(by) : undefined;
      if (email === undefined) return { kind: "denied", reason: "unknown-user" };
      const said = await signIn(email, password, signal);
      if (said.kind === "denied") return said;
      if (said.kind === "second-factor") {
        throw new MigrationError(
          "RECORD_UNUSABLE",
          `${name}: the user has a second factor there, and only a \`serviceAccount\` can read such a user`,
        );
      }
      const what = "accounts:lookup";
      const found = one(await withApiKey("lookup", { idToken: said.token }, signal), what);
      if (found?.accountId === said.id) return { kind: "match", user: found.user };
      throw new MigrationError("SOURCE_UNAVAILABLE", `${name}: ${what} answered another user than the one signed in`);
    },
  };

  const source: LegacySource = {
    name,
    ...(serviceAccount === undefined ? byPassword : byAccount(serviceAccount)),
    close: async () => service.close(),
  };
  return withSettingFaults(source, [
    ...textFaults("projectId", projectId, "the project's id"),
    ...secretFaults("apiKey", apiKey, "the project's Web API key"),
    ...(serviceAccount === undefined ? [] : secretFaults("serviceAccount", serviceAccount, "the JSON key file")),
    ...choiceFaults("secondFactor", secondFactor, secondFactorChoices),
    ...functionFaults("user", settings.user, "from an account to { id, username, enabled, attributes }"),
    ...addressFaults("url", url, undefined),
  ]);
}

function readAccounts({ status, json }: JsonAnswer): readonly AccountFields[] | undefined {
  if (status !== 200 || !isAccount(json)) return undefined;
  // The member is left out where nobody is found.
  const { users = [] } = json;
  return Array.isArray(users) && users.every(isAccount) ? users : undefined;
}

// https://cloud.google.com/apis/design/errors: a wrong key is 400 with the reason API_KEY_INVALID, a restricted one 403.
function refusesKey({ status, json }: JsonAnswer): boolean {
  if (status === 401 || status === 403) return true;
  return status === 400 && isAccount(json) && JSON.stringify(json).includes('"API_KEY_INVALID"');
}

// https://cloud.google.com/identity-platform/docs/reference/rest/v1/UserInfo
function mapAccountInfo(account: AccountFields): MappedUser {
  const { localId, email, emailVerified, phoneNumber, displayName, photoUrl, disabled = false } = account;
  return {
    id: localId,
    username: email ?? phoneNumber ?? localId,
    enabled: typeof disabled === "boolean" ? !disabled : undefined,
    attributes: {
      email,
      // Firebase leaves out what is false.
      ...(email === undefined ? {} : { email_verified: emailVerified ?? false }),
      // A number is only kept once it has been proved by a code.
      ...(phoneNumber === undefined ? {} : { phone_number: phoneNumber, phone_number_verified: true }),
      name: displayName,
      picture: photoUrl,
    },
  };
}
