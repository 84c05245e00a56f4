// Another Amazon Cognito user pool, of this account or another one, of this region or another one.

import { createHmac } from "node:crypto";
import type { AssumedRole } from "../aws/assumed-role.ts";
import { awsFailure } from "../aws/call-failure.ts";
import { openUserPoolClient, type PoolUser, type UserPoolClient } from "../aws/user-pool-client.ts";
import { findPoolUsers, readPoolUsers } from "../aws/user-pool-users.ts";
import { untilAborted } from "../core/deadline.ts";
import { MigrationError } from "../core/errors.ts";
import type { MappedUser } from "../core/legacy-record.ts";
import type { LegacySource, Lookup, SecretRef } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { type SettingFault, withSettingFaults } from "../core/setting-faults.ts";
import { mapAccount } from "../protocols/account-fields.ts";
import { askedText } from "../protocols/askable.ts";
import {
  checksByGrant,
  type GrantAnswer,
  type Located,
  type SecondFactor,
  secondFactorChoices,
} from "../protocols/password-grant.ts";
import { choiceFaults, functionFaults, secretFaults, textFaults } from "../protocols/service-settings.ts";
import { isWrongSecretHash, userPoolChallenge, userPoolDenial } from "../protocols/user-pool-answers.ts";

export type { PoolUser } from "../aws/user-pool-client.ts";

export interface CognitoSettings {
  /** Default "cognito". Needed where two sources are user pools. */
  readonly name?: string;
  /** The old pool, as `eu-west-1_AbCdEfGhI`; its region stands in it. */
  readonly userPoolId: string;
  /** A client of that pool with ALLOW_ADMIN_USER_PASSWORD_AUTH. */
  readonly clientId: string;
  /** Of a client that has one. */
  readonly clientSecret?: SecretRef;
  /** The role to take for the calls, where this function's own may not make them: the pool of another account. */
  readonly role?: AssumedRole;
  /** Users with a second factor in the old pool: refused, or taken over by their password alone. Default "refuse". */
  readonly secondFactor?: SecondFactor;
  /** Default: `sub` as the id, all attributes under their names. */
  readonly user?: (user: PoolUser) => MappedUser;
  /** The attribute that gets the time when a user has moved, as "custom:moved_at": a mutable text of the old pool's schema. */
  readonly mark?: string;
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html#API_UserPoolType_Contents
const poolIdForm = /^([a-z]{2}(?:-[a-z]+)+-[0-9]+)_[0-9A-Za-z]+$/;
// The longest password that Cognito knows.
const maxPasswordLength = 256;

/** A user pool asked by AdminInitiateAuth, AdminGetUser and ListUsers. Tokens that it gives are dropped unread. */
export function cognito(settings: CognitoSettings): LegacySource {
  const { name = "cognito", userPoolId, clientId, clientSecret, role, secondFactor, mark, user = mapUser } = settings;
  const region = typeof userPoolId === "string" ? poolIdForm.exec(userPoolId)?.[1] : undefined;
  let opened: UserPoolClient | undefined;

  function open(): UserPoolClient {
    opened ??= openUserPoolClient(userPoolId, region ?? "", role);
    return opened;
  }

  async function call<T>(
    what: string,
    signal: AbortSignal,
    run: (client: UserPoolClient) => Promise<T>,
    isAnswer = (_: unknown) => false,
  ): Promise<T> {
    signal.throwIfAborted();
    try {
      // The role's credentials are fetched without the signal; they have a bound of their own.
      return await untilAborted(run(open()), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw isAnswer(error) ? error : awsFailure(name, what, error);
    }
  }

  async function findOne(by: Lookup, signal: AbortSignal): Promise<PoolUser | undefined> {
    signal.throwIfAborted();
    const text = askedText(by);
    if (text === undefined) return undefined;
    const found = await call("the look-up", signal, (client) => findPoolUsers(client, by.by, text, signal));
    if (found.length > 1)
      throw new MigrationError("RECORD_AMBIGUOUS", `${name}: ${found.length} users for one ${by.by}`);
    return found[0];
  }

  async function locate(by: Lookup, signal: AbortSignal): Promise<Located | undefined> {
    const one = await findOne(by, signal);
    return one && { user: read(one), accountId: one.attributes.sub ?? "", login: one.username };
  }

  const read = (found: PoolUser) => mapAccount(name, found, user);

  async function markUser(attribute: string, id: string, at: Date, signal: AbortSignal): Promise<boolean> {
    const one = await findOne({ by: "id", canonical: id, typed: id }, signal);
    if (one === undefined) return false;
    if (one.attributes[attribute] !== undefined) return true;
    const set = (client: UserPoolClient) => client.setAttribute(one.username, attribute, at.toISOString(), signal);
    await call("AdminUpdateUserAttributes", signal, set);
    return true;
  }

  async function grant(username: string, password: Secret, signal: AbortSignal): Promise<GrantAnswer> {
    const text = password.revealText();
    if (text.length > maxPasswordLength) return { kind: "denied", reason: "wrong-password" };
    const attempt = async (secret: string | undefined) => {
      const proof = secret === undefined ? {} : { SECRET_HASH: secretHash(username, clientId, secret) };
      const parameters = { USERNAME: username, PASSWORD: text, ...proof };
      return call(
        "AdminInitiateAuth",
        signal,
        (client) => client.checkPassword(clientId, parameters, signal),
        isAnswer,
      );
    };
    try {
      const secret = await clientSecret?.read(signal);
      const challenge = await attempt(secret).catch(async (error: unknown) => {
        if (!isWrongSecretHash(error) || clientSecret === undefined) throw error;
        return attempt(await clientSecret.refresh(signal));
      });
      return readChallenge(challenge);
    } catch (error) {
      const reason = userPoolDenial(error);
      if (reason !== undefined) return { kind: "denied", reason };
      if (isWrongSecretHash(error)) {
        throw new MigrationError("SOURCE_REFUSED_CREDENTIAL", `${name}: the pool refused the client's secret`);
      }
      throw error;
    }
  }

  function readChallenge(challenge: string | undefined): GrantAnswer {
    if (challenge === undefined) return { kind: "right" };
    const meaning = userPoolChallenge(challenge);
    if (meaning === "second-factor") return { kind: "second-factor" };
    if (meaning === "must-change") return { kind: "denied", reason: "must-change" };
    throw new MigrationError(
      "SOURCE_UNAVAILABLE",
      `${name}: AdminInitiateAuth answered ${challenge}, which nobody can meet`,
    );
  }

  const source: LegacySource = {
    name,
    lookups: ["email", "phone", "username", "id"],
    find: async (by, signal) => (await locate(by, signal))?.user,
    ...checksByGrant({ name, secondFactor, locate, grant }),
    async list({ size, after }, signal) {
      const { users, next } = await call("ListUsers", signal, (client) =>
        readPoolUsers(client, { size, after }, signal),
      );
      return next === undefined ? { users: users.map(read) } : { users: users.map(read), next };
    },
    ...(mark === undefined
      ? {}
      : { mark: (id: string, at: Date, signal: AbortSignal) => markUser(mark, id, at, signal) }),
    warm: () => void open(),
    async close() {
      opened?.close();
      opened = undefined;
    },
  };
  return withSettingFaults(source, settingFaults(settings, region));
}

/** All attributes but the pool's own; the second factor and the groups stay behind. */
function mapUser({ username, enabled, attributes }: PoolUser): MappedUser {
  const { sub, identities: _, ...rest } = attributes;
  return { id: sub, username, enabled, attributes: rest };
}

// https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash
function secretHash(username: string, clientId: string, secret: string): string {
  return createHmac("sha256", secret).update(`${username}${clientId}`).digest("base64");
}

/** Errors by which AdminInitiateAuth answers; everything else is a fault. */
const isAnswer = (error: unknown) => userPoolDenial(error) !== undefined || isWrongSecretHash(error);

function settingFaults(settings: CognitoSettings, region: string | undefined): readonly SettingFault[] {
  const { clientId, clientSecret, role, secondFactor, user, mark } = settings;
  const roleForm = /^arn:aws[a-z-]*:iam::[0-9]{12}:role\/.+$/;
  return [
    ...(region === undefined ? [{ path: "userPoolId", message: "has to be REGION_ID, as eu-west-1_AbCdEfGhI" }] : []),
    ...textFaults("clientId", clientId, "a client of the old pool with ALLOW_ADMIN_USER_PASSWORD_AUTH"),
    ...(clientSecret === undefined ? [] : secretFaults("clientSecret", clientSecret, "the secret of that client")),
    ...(role === undefined || roleForm.test(String(role?.arn))
      ? []
      : [{ path: "role.arn", message: "has to be arn:aws:iam::ACCOUNT:role/NAME: who may ask the old pool" }]),
    ...choiceFaults("secondFactor", secondFactor, secondFactorChoices),
    ...(mark === undefined || /^custom:.{1,20}$/.test(String(mark))
      ? []
      : [{ path: "mark", message: "has to be a custom attribute of the old pool: custom:moved_at" }]),
    ...functionFaults("user", user, "from a user of the pool to { id, username, enabled, attributes }"),
  ];
}
