// Amazon Cognito, written to by its admin calls.

import { randomBytes } from "node:crypto";
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  type AdminGetUserCommandOutput,
  AdminLinkProviderForUserCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  type AttributeType,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { clientSettings } from "../aws/client-settings.ts";
import { MigrationError } from "../core/errors.ts";
import type { FirstPassword, ImportTarget, Placed } from "../core/import-ports.ts";
import type { LinkedIdentity } from "../core/imported-user.ts";
import type { Admitted } from "../core/outcome.ts";
import type { LedgerUser, Target } from "../core/ports.ts";
import { platformAttributes } from "../protocols/cognito-attributes.ts";

/** A user pool as what its users' rows lead to: whose pool it is stands there. The client is made at the first use. */
export function cognitoTarget(): Target {
  let client: CognitoIdentityProviderClient | undefined;
  const opened = () => {
    client ??= openClient(3);
    return client;
  };
  return {
    name: "cognito",
    requireReset: (user, signal) => requireReset(opened(), user, signal),
    join: (user, signal) => join(opened(), user, signal),
  };
}

export interface CognitoImportSettings {
  readonly poolId: string;
  /** Without it one is made of the environment. */
  readonly client?: CognitoIdentityProviderClient;
  /** Waits until the pool's quotas allow another user (two to four calls). */
  readonly pace: () => Promise<void>;
}

/** A user pool that imported users are made in. */
export function cognitoImportTarget({ poolId, client = openClient(10), pace }: CognitoImportSettings): ImportTarget {
  return {
    name: "cognito",
    requireReset: (user, signal) => requireReset(client, user, signal),
    join: (user, signal) => join(client, { ...user, platformId: user.platformId ?? `${poolId}#` }, signal),
    async place(user, first, signal) {
      await pace();
      return place({ client, poolId, signal }, user, first);
    },
    async look({ legacyKey, platformUsername }, signal) {
      if (platformUsername === undefined) return undefined;
      const there = await find({ client, poolId, signal }, platformUsername);
      if (there === undefined || attributeOf(there.UserAttributes, "custom:legacy_id") !== legacyKey) return undefined;
      return idOf(poolId, there.UserAttributes);
    },
  };
}

async function requireReset(client: CognitoIdentityProviderClient, user: LedgerUser, signal: AbortSignal) {
  const { UserPoolId, Username } = placeOf(user);
  const done = await asked("a password could not be reset", signal, ["UserNotFoundException"], async () => {
    // The password first: whoever has only a session keeps it a moment longer than whoever has an old password.
    await client.send(new AdminResetUserPasswordCommand({ UserPoolId, Username }), { abortSignal: signal });
    await client.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username }), { abortSignal: signal });
  });
  return done.kind === "done";
}

async function join(client: CognitoIdentityProviderClient, user: LedgerUser, signal: AbortSignal): Promise<boolean> {
  const { groups = [], identities = [] } = user;
  const { UserPoolId, Username: known } = placeOf(user);
  const call = { client, poolId: UserPoolId, signal };
  const there = await find(call, known);
  // The pool's own name for the user, which the links want: in a pool of e-mail addresses it is not the address.
  const Username = there?.Username;
  if (Username === undefined) return false;
  for (const GroupName of groups) await addToGroup(call, Username, GroupName);
  for (const identity of identities) {
    if (hasIdentity(there, identity)) continue;
    const command = new AdminLinkProviderForUserCommand({
      UserPoolId,
      DestinationUser: { ProviderName: "Cognito", ProviderAttributeValue: Username },
      SourceUser: {
        ProviderName: identity.provider,
        ProviderAttributeName: "Cognito_Subject",
        ProviderAttributeValue: identity.userId,
      },
    });
    await asked("an identity could not be linked", signal, [], async () => {
      try {
        await client.send(command, { abortSignal: signal });
      } catch (error) {
        // Another process may have linked it meanwhile, or a try whose answer was lost. What Cognito says then is not
        // documented, so the user decides.
        if (!hasIdentity(await find(call, known), identity)) throw error;
      }
    });
  }
  return true;
}

async function addToGroup({ client, poolId, signal }: PoolCall, Username: string, GroupName: string): Promise<void> {
  const add = new AdminAddUserToGroupCommand({ UserPoolId: poolId, Username, GroupName });
  const what = "a user could not be put into a group";
  const send = async () => void (await client.send(add, { abortSignal: signal }));
  const added = await asked(what, signal, ["ResourceNotFoundException"], send);
  if (added.kind === "done") return;
  const create = new CreateGroupCommand({ UserPoolId: poolId, GroupName });
  await asked("a group could not be made", signal, ["GroupExistsException"], async () => {
    await client.send(create, { abortSignal: signal });
  });
  await asked(what, signal, [], send);
}

interface PoolCall {
  readonly client: CognitoIdentityProviderClient;
  readonly poolId: string;
  readonly signal: AbortSignal;
}

// What the pool says of this one user, who is refused for it.
const refusals = [
  "AliasExistsException",
  "InvalidParameterException",
  "UnsupportedUserStateException",
  "UserLambdaValidationException",
];

async function place(call: PoolCall, admitted: Admitted, first: FirstPassword): Promise<Placed> {
  const { client, poolId: UserPoolId, signal } = call;
  const { platformUsername: Username, user } = admitted;
  const attributes = platformAttributes(admitted);
  const create = new AdminCreateUserCommand({
    UserPoolId,
    Username,
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    // Nobody knows it, so that nobody signs in, and chooses a password, between this call and the next ones.
    TemporaryPassword: unknownPassword(),
    ...(first.kind === "invite" ? { DesiredDeliveryMediums: mediumsOf(attributes) } : { MessageAction: "SUPPRESS" }),
  });
  let id: string | undefined;
  const created = await asked(
    "a user could not be made",
    signal,
    ["UsernameExistsException", ...refusals],
    async () => {
      const { User } = await client.send(create, { abortSignal: signal });
      id = idOf(UserPoolId, User?.Attributes);
    },
  );
  if (created.kind === "answered" && created.name !== "UsernameExistsException") {
    return { kind: "refused", reason: `the pool refuses the user: ${wordsOf(created.error, attributes)}` };
  }
  if (created.kind === "answered") {
    const there = await find(call, Username);
    if (there === undefined || attributeOf(there.UserAttributes, "custom:legacy_id") !== admitted.legacyKey) {
      return { kind: "refused", reason: "the pool has another user of this name" };
    }
    id = idOf(UserPoolId, there.UserAttributes);
    // Whoever is beyond the temporary password has signed in, or chosen one, or a run before this one set it.
    if (there.UserStatus !== "FORCE_CHANGE_PASSWORD") return { kind: "placed", platformId: platformIdOf(id) };
  }
  if (!user.enabled) {
    await asked("a user could not be disabled", signal, [], async () => {
      await client.send(new AdminDisableUserCommand({ UserPoolId, Username }), { abortSignal: signal });
    });
  }
  if (first.kind !== "invite") {
    const set = new AdminSetUserPasswordCommand({
      UserPoolId,
      Username,
      Password: first.kind === "unknown" ? unknownPassword() : first.password.revealText(),
      Permanent: first.kind !== "change",
    });
    const taken = await asked(
      "a password could not be set",
      signal,
      ["InvalidPasswordException", "InvalidParameterException", "PasswordHistoryPolicyViolationException"],
      async () => {
        await client.send(set, { abortSignal: signal });
      },
    );
    if (taken.kind === "answered") {
      await asked("a user could not be taken back", signal, ["UserNotFoundException"], async () => {
        await client.send(new AdminDeleteUserCommand({ UserPoolId, Username }), { abortSignal: signal });
      });
      return { kind: "password-refused" };
    }
  }
  return { kind: "placed", platformId: platformIdOf(id) };
}

async function find({ client, poolId, signal }: PoolCall, Username: string) {
  let found: AdminGetUserCommandOutput | undefined;
  await asked("a user could not be read", signal, ["UserNotFoundException"], async () => {
    found = await client.send(new AdminGetUserCommand({ UserPoolId: poolId, Username }), { abortSignal: signal });
  });
  return found;
}

type Asked = { readonly kind: "done" } | { readonly kind: "answered"; readonly name: string; readonly error: Error };

/** Makes calls; an error of one of these names is an answer, every other one a fault of the platform. */
async function asked(
  what: string,
  signal: AbortSignal,
  answers: readonly string[],
  calls: () => Promise<void>,
): Promise<Asked> {
  try {
    await calls();
    return { kind: "done" };
  } catch (error) {
    signal.throwIfAborted();
    const name = error instanceof Error ? error.name : "an unknown error";
    if (error instanceof Error && answers.includes(name)) return { kind: "answered", name, error };
    throw new MigrationError("PLATFORM_UNAVAILABLE", `cognito: ${what}: ${name}`, { cause: error });
  }
}

/** The pool's words, unless a value of the user's stands in them. */
function wordsOf({ name, message }: Error, attributes: Readonly<Record<string, string>>): string {
  const telling = Object.values(attributes).some((value) => value.length > 2 && message.includes(value));
  return telling || message.length > 300 ? name : `${name}: ${message}`;
}

/** Whether the user's attribute `identities`, which the pool writes as JSON, has a person of a provider. */
function hasIdentity(user: AdminGetUserCommandOutput | undefined, { provider, userId }: LinkedIdentity): boolean {
  const text = attributeOf(user?.UserAttributes, "identities");
  const linked: unknown = text === undefined ? [] : JSON.parse(text);
  return (
    Array.isArray(linked) &&
    linked.some((one: unknown) => {
      const { providerName, userId: linkedId } = (one ?? {}) as Readonly<Record<string, unknown>>;
      return providerName === provider && linkedId === userId;
    })
  );
}

// 43 characters of Base64url and one of each class that a policy may ask for.
function unknownPassword(): string {
  return `${randomBytes(32).toString("base64url")}aA1!`;
}

function mediumsOf(attributes: Readonly<Record<string, string>>): ("EMAIL" | "SMS")[] {
  return attributes.email_verified === "true" || attributes.phone_number === undefined ? ["EMAIL"] : ["SMS"];
}

function attributeOf(attributes: readonly AttributeType[] | undefined, name: string): string | undefined {
  return attributes?.find((one) => one.Name === name)?.Value;
}

function idOf(poolId: string, attributes: readonly AttributeType[] | undefined): string | undefined {
  const sub = attributeOf(attributes, "sub");
  return sub === undefined ? undefined : `${poolId}#${sub}`;
}

function platformIdOf(id: string | undefined): string {
  if (id === undefined) throw new MigrationError("PLATFORM_UNAVAILABLE", "cognito: a user was made who has no sub");
  return id;
}

function placeOf({ platformId, platformUsername }: LedgerUser) {
  const [pool, sub] = platformId?.split("#") ?? [];
  const Username = platformUsername ?? sub;
  if (pool === undefined || pool === "" || Username === undefined) {
    throw new MigrationError("LEDGER_DAMAGED", "a moved user's row does not say where on the platform the user is");
  }
  return { UserPoolId: pool, Username };
}

function openClient(maxAttempts: number): CognitoIdentityProviderClient {
  return new CognitoIdentityProviderClient({
    ...clientSettings(),
    maxAttempts,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
  });
}
