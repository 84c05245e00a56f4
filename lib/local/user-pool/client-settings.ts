import { invalidParameter } from "./fault.ts";
import type { Input } from "./input.ts";
import { integer, member, optionalText, record, texts } from "./input.ts";
import type { Schema } from "./schema.ts";

/** What UpdateUserPoolClient may change; a field that is left out falls back to its default. */
export interface ClientSettings {
  readonly flows: readonly string[];
  readonly readAttributes: readonly string[] | undefined;
  readonly writeAttributes: readonly string[] | undefined;
  readonly hidesUnknownUsers: boolean;
  readonly accessSeconds: number;
  readonly idSeconds: number;
  readonly refreshSeconds: number;
  readonly sessionMinutes: number;
  readonly given: Input;
}

export const changeable = [
  "RefreshTokenValidity",
  "AccessTokenValidity",
  "IdTokenValidity",
  "TokenValidityUnits",
  "ReadAttributes",
  "WriteAttributes",
  "ExplicitAuthFlows",
  "SupportedIdentityProviders",
  "CallbackURLs",
  "LogoutURLs",
  "DefaultRedirectURI",
  "AllowedOAuthFlows",
  "AllowedOAuthScopes",
  "AllowedOAuthFlowsUserPoolClient",
  "AnalyticsConfiguration",
  "PreventUserExistenceErrors",
  "EnableTokenRevocation",
  "EnablePropagateAdditionalUserContextData",
  "AuthSessionValidity",
  "RefreshTokenRotation",
] as const;

const newFlows = [
  "ALLOW_ADMIN_USER_PASSWORD_AUTH",
  "ALLOW_CUSTOM_AUTH",
  "ALLOW_USER_PASSWORD_AUTH",
  "ALLOW_USER_SRP_AUTH",
  "ALLOW_REFRESH_TOKEN_AUTH",
  "ALLOW_USER_AUTH",
];
// The older names, and what each allows.
const oldFlows: ReadonlyMap<string, string> = new Map([
  ["ADMIN_NO_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"],
  ["CUSTOM_AUTH_FLOW_ONLY", "ALLOW_CUSTOM_AUTH"],
  ["USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
]);
const defaultFlows = ["ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];

const unitSeconds: ReadonlyMap<string, number> = new Map([
  ["seconds", 1],
  ["minutes", 60],
  ["hours", 3600],
  ["days", 86_400],
]);
const shortLife = { min: 300, max: 86_400 };
const refreshLife = { min: 3600, max: 315_360_000 };

export function parseClientSettings(input: Input, schema: Schema): ClientSettings {
  const units = record(input, "TokenValidityUnits") ?? {};
  return {
    flows: parseFlows(texts(input, "ExplicitAuthFlows", { oneOf: [...newFlows, ...oldFlows.keys()] })),
    readAttributes: parseNames(input, "ReadAttributes", schema),
    writeAttributes: parseNames(input, "WriteAttributes", schema),
    hidesUnknownUsers:
      optionalText(input, "PreventUserExistenceErrors", { oneOf: ["LEGACY", "ENABLED"] }) === "ENABLED",
    accessSeconds: life(input, "AccessTokenValidity", unit(units, "AccessToken", "hours"), 3600, shortLife),
    idSeconds: life(input, "IdTokenValidity", unit(units, "IdToken", "hours"), 3600, shortLife),
    refreshSeconds: life(input, "RefreshTokenValidity", unit(units, "RefreshToken", "days"), 30 * 86_400, refreshLife),
    sessionMinutes: integer(input, "AuthSessionValidity", { min: 3, max: 15 }) ?? 3,
    given: Object.fromEntries(
      changeable.flatMap((name) => (member(input, name) === undefined ? [] : [[name, input[name]]])),
    ),
  };
}

function parseFlows(given: readonly string[] | undefined): readonly string[] {
  if (given === undefined || given.length === 0) return defaultFlows;
  const old = given.filter((flow) => oldFlows.has(flow));
  if (old.length > 0 && old.length < given.length) {
    throw invalidParameter("Invalid ExplicitAuthFlows: values that start with ALLOW_ cannot stand beside older ones.");
  }
  // Refresh tokens could not be switched off by the older names.
  if (old.length > 0) return [...old.map((flow) => oldFlows.get(flow) ?? flow), "ALLOW_REFRESH_TOKEN_AUTH"];
  return given;
}

function parseNames(
  input: Input,
  name: "ReadAttributes" | "WriteAttributes",
  schema: Schema,
): readonly string[] | undefined {
  const names = texts(input, name, { min: 1, max: 2048 });
  if (names === undefined || names.length === 0) return undefined;
  const what = name === "ReadAttributes" ? "read" : "write";
  const required = [...schema.values()].filter((each) => each.required && each.name !== "sub");
  const lacks = what === "write" && required.some((each) => !names.includes(each.name));
  if (lacks || names.some((each) => !schema.has(each))) {
    throw invalidParameter(`Invalid ${what} attributes specified while creating a client`);
  }
  return names;
}

function unit(units: Input, name: string, fallback: string): number {
  const word = optionalText(units, name, { oneOf: [...unitSeconds.keys()] }) ?? fallback;
  return unitSeconds.get(word) ?? 1;
}

function life(
  input: Input,
  name: string,
  seconds: number,
  fallback: number,
  bounds: { min: number; max: number },
): number {
  const given = integer(input, name, { min: 0, max: 315_360_000 });
  // Zero means "the default", as in the real service.
  if (given === undefined || given === 0) return fallback;
  const total = given * seconds;
  if (total < bounds.min || total > bounds.max) {
    throw invalidParameter(
      `Invalid range for token validity: ${name} is ${total} s, allowed ${bounds.min} to ${bounds.max} s.`,
    );
  }
  return total;
}
