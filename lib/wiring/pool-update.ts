import type { UpdateUserPoolRequest, UserPoolType } from "@aws-sdk/client-cognito-identity-provider";

type Changeable = Exclude<keyof UpdateUserPoolRequest, "UserPoolId" | "PoolName">;

/**
 * Every field that UpdateUserPool takes. The compiler holds this list to the SDK's: a field that a later SDK adds, and
 * that this list lacked, would be reset by each update.
 */
const changeable: Readonly<Record<Changeable, true>> = {
  AccountRecoverySetting: true,
  AcrConfiguration: true,
  AdminCreateUserConfig: true,
  AutoVerifiedAttributes: true,
  DeletionProtection: true,
  DeviceConfiguration: true,
  EmailConfiguration: true,
  EmailVerificationMessage: true,
  EmailVerificationSubject: true,
  IssuerConfiguration: true,
  KeyConfiguration: true,
  LambdaConfig: true,
  MfaConfiguration: true,
  Policies: true,
  SmsAuthenticationMessage: true,
  SmsConfiguration: true,
  SmsVerificationMessage: true,
  UserAttributeUpdateSettings: true,
  UserPoolAddOns: true,
  UserPoolTags: true,
  UserPoolTier: true,
  VerificationMessageTemplate: true,
};
const fields = Object.keys(changeable) as readonly Changeable[];

/** The settings of a pool that an update can change. */
export type PoolSettings = Partial<Pick<UserPoolType, Changeable>>;

/**
 * The whole of a pool's settings in the form of an update, since UpdateUserPool resets every field that is left out.
 * What it refuses is not in it: system tags, and the older of two fields that say one thing.
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html
 */
export function settingsOf(pool: UserPoolType): PoolSettings {
  const given = Object.fromEntries(fields.flatMap((name) => (pool[name] === undefined ? [] : [[name, pool[name]]])));
  return withoutSystemTags(withoutOldMessages(withoutOldValidity(given)));
}

/** The request that leaves the pool as `settings` say. */
export function updateRequest(pool: UserPoolType, settings: PoolSettings): UpdateUserPoolRequest {
  return { UserPoolId: pool.Id, ...(pool.Name === undefined ? {} : { PoolName: pool.Name }), ...settings };
}

/** The settings that differ, by name: what an update changed beside what it was asked to. */
export function differences(wanted: PoolSettings, found: PoolSettings): readonly string[] {
  return fields.filter((name) => canonicalJson(wanted[name]) !== canonicalJson(found[name]));
}

// "Use TemporaryPasswordValidityDays instead": with both the update is refused.
function withoutOldValidity(settings: PoolSettings): PoolSettings {
  const { AdminCreateUserConfig: config, Policies: policies } = settings;
  if (config === undefined || policies?.PasswordPolicy?.TemporaryPasswordValidityDays === undefined) return settings;
  const { UnusedAccountValidityDays: _, ...rest } = config;
  return { ...settings, AdminCreateUserConfig: rest };
}

// DescribeUserPool shows one text in two places; the template is the newer one.
function withoutOldMessages(settings: PoolSettings): PoolSettings {
  const { EmailVerificationMessage, EmailVerificationSubject, SmsVerificationMessage, ...rest } = settings;
  const template = settings.VerificationMessageTemplate;
  return {
    ...rest,
    ...keep({ EmailVerificationMessage }, template?.EmailMessage),
    ...keep({ EmailVerificationSubject }, template?.EmailSubject),
    ...keep({ SmsVerificationMessage }, template?.SmsMessage),
  };
}

function keep(old: PoolSettings, newer: string | undefined): PoolSettings {
  const [value] = Object.values(old);
  return value === undefined || newer !== undefined ? {} : old;
}

// Tags of CloudFormation and the like: nobody else may set or remove them.
function withoutSystemTags(settings: PoolSettings): PoolSettings {
  const { UserPoolTags: tags, ...rest } = settings;
  if (tags === undefined) return settings;
  return { ...rest, UserPoolTags: Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith("aws:"))) };
}

// Nothing, an empty list and an empty object are one: the service shows them in different ways.
function canonicalJson(value: unknown): string {
  if (value === undefined || value === null || value === "") return "";
  if (Array.isArray(value)) return value.length === 0 ? "" : `[${value.map(canonicalJson).sort().join()}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value)
    .map(([key, member]) => [key, canonicalJson(member)] as const)
    .filter(([, text]) => text !== "")
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return members.length === 0 ? "" : `{${members.map(([key, text]) => `${key}:${text}`).join()}}`;
}
