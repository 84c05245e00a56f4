import { invalidParameter } from "./fault.ts";
import type { Input } from "./input.ts";
import { flag, integer, member, optionalText, record, records, texts } from "./input.ts";

/** What CreateUserPool fixes for good. */
export interface PoolIdentity {
  readonly aliasAttributes: readonly string[];
  readonly usernameAttributes: readonly string[];
  /** The API's default is true; the console's is false. */
  readonly caseSensitive: boolean;
}

export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly uppercase: boolean;
  readonly lowercase: boolean;
  readonly numbers: boolean;
  readonly symbols: boolean;
  readonly temporaryDays: number;
}

export const triggerNames = [
  "PreSignUp",
  "PostConfirmation",
  "PreAuthentication",
  "PostAuthentication",
  "UserMigration",
] as const;
export type TriggerName = (typeof triggerNames)[number];

/** What UpdateUserPool may change. `given` is the request's own form, for DescribeUserPool. */
export interface PoolSettings {
  readonly policy: PasswordPolicy;
  readonly triggers: ReadonlyMap<TriggerName, string>;
  readonly autoVerified: readonly string[];
  readonly verifyBeforeUpdate: readonly string[];
  readonly adminCreateOnly: boolean;
  readonly recovery: readonly string[];
  readonly mfa: string;
  readonly deletionProtected: boolean;
  readonly given: Input;
}

/** Every field that UpdateUserPool takes; one that is left out falls back to its default, as with the real one. */
export const changeable = [
  "Policies",
  "DeletionProtection",
  "LambdaConfig",
  "AutoVerifiedAttributes",
  "SmsVerificationMessage",
  "EmailVerificationMessage",
  "EmailVerificationSubject",
  "VerificationMessageTemplate",
  "SmsAuthenticationMessage",
  "UserAttributeUpdateSettings",
  "MfaConfiguration",
  "DeviceConfiguration",
  "EmailConfiguration",
  "SmsConfiguration",
  "UserPoolTags",
  "AdminCreateUserConfig",
  "UserPoolAddOns",
  "AccountRecoverySetting",
  "UserPoolTier",
  "KeyConfiguration",
  "IssuerConfiguration",
  "AcrConfiguration",
] as const;

const contacts = ["email", "phone_number"];

export function parsePoolIdentity(input: Input): PoolIdentity {
  const aliasAttributes =
    texts(input, "AliasAttributes", { oneOf: ["phone_number", "email", "preferred_username"] }) ?? [];
  const usernameAttributes = texts(input, "UsernameAttributes", { oneOf: contacts }) ?? [];
  if (aliasAttributes.length > 0 && usernameAttributes.length > 0) {
    throw invalidParameter("Only one of the aliasAttributes or usernameAttributes can be set in a user pool.");
  }
  const configuration = record(input, "UsernameConfiguration") ?? {};
  return { aliasAttributes, usernameAttributes, caseSensitive: flag(configuration, "CaseSensitive") ?? true };
}

export function parsePoolSettings(input: Input): PoolSettings {
  const updates = record(input, "UserAttributeUpdateSettings") ?? {};
  const autoVerified = texts(input, "AutoVerifiedAttributes", { oneOf: contacts }) ?? [];
  const verifyBeforeUpdate = texts(updates, "AttributesRequireVerificationBeforeUpdate", { oneOf: contacts }) ?? [];
  if (verifyBeforeUpdate.some((name) => !autoVerified.includes(name))) {
    throw invalidParameter(
      "AttributesRequireVerificationBeforeUpdate may only name attributes of AutoVerifiedAttributes.",
    );
  }
  return {
    policy: parsePolicy(record(record(input, "Policies") ?? {}, "PasswordPolicy")),
    triggers: parseTriggers(record(input, "LambdaConfig") ?? {}),
    autoVerified,
    verifyBeforeUpdate,
    adminCreateOnly: flag(record(input, "AdminCreateUserConfig") ?? {}, "AllowAdminCreateUserOnly") ?? false,
    recovery: parseRecovery(record(input, "AccountRecoverySetting") ?? {}),
    mfa: optionalText(input, "MfaConfiguration", { oneOf: ["OFF", "ON", "OPTIONAL"] }) ?? "OFF",
    deletionProtected: optionalText(input, "DeletionProtection", { oneOf: ["ACTIVE", "INACTIVE"] }) === "ACTIVE",
    given: Object.fromEntries(
      changeable.flatMap((name) => (member(input, name) === undefined ? [] : [[name, input[name]]])),
    ),
  };
}

function parsePolicy(policy: Input | undefined): PasswordPolicy {
  if (policy === undefined) {
    return { minimumLength: 8, uppercase: true, lowercase: true, numbers: true, symbols: true, temporaryDays: 7 };
  }
  return {
    minimumLength: integer(policy, "MinimumLength", { min: 6, max: 99 }) ?? 8,
    uppercase: flag(policy, "RequireUppercase") ?? false,
    lowercase: flag(policy, "RequireLowercase") ?? false,
    numbers: flag(policy, "RequireNumbers") ?? false,
    symbols: flag(policy, "RequireSymbols") ?? false,
    temporaryDays: integer(policy, "TemporaryPasswordValidityDays", { min: 0, max: 365 }) ?? 7,
  };
}

// Triggers that the simulator does not call are kept and shown, but never called: docs/user-pool-simulator.md.
function parseTriggers(config: Input): ReadonlyMap<TriggerName, string> {
  return new Map(
    triggerNames.flatMap((name) => {
      const arn = optionalText(config, name, { min: 1, max: 2048 });
      return arn === undefined ? [] : [[name, arn] as const];
    }),
  );
}

// Without a setting Cognito sends by SMS where there is a verified number, else by e-mail.
function parseRecovery(setting: Input): readonly string[] {
  const mechanisms = records(setting, "RecoveryMechanisms");
  if (mechanisms.length === 0) return ["verified_phone_number", "verified_email"];
  const allowed = ["verified_email", "verified_phone_number", "admin_only"];
  return [...mechanisms]
    .sort((a, b) => priority(a) - priority(b))
    .map((each) => optionalText(each, "Name", { oneOf: allowed }) ?? "admin_only");
}

function priority(mechanism: Input): number {
  return integer(mechanism, "Priority", { min: 1, max: 2 }) ?? 2;
}
