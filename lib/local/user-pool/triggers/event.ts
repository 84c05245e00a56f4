import type { Client, Pool, User, World } from "../world.ts";

/** The event of a trigger: developer guide, "User pool Lambda trigger event". */
export interface TriggerEvent {
  readonly version: "1";
  readonly triggerSource: string;
  readonly region: string;
  readonly userPoolId: string;
  readonly userName: string;
  readonly callerContext: { readonly awsSdkVersion: string; readonly clientId: string };
  readonly request: Readonly<Record<string, unknown>>;
  readonly response: Readonly<Record<string, unknown>>;
}

export type ClientMetadata = ReadonlyMap<string, string> | undefined;

export function makeEvent(
  world: World,
  pool: Pool,
  client: Client | undefined,
  parts: Pick<TriggerEvent, "triggerSource" | "userName" | "request" | "response">,
): TriggerEvent {
  return {
    version: "1",
    triggerSource: parts.triggerSource,
    region: world.settings.region,
    userPoolId: pool.id,
    userName: parts.userName,
    // What Cognito sends whatever the SDK, and the client's name for calls that an administrator makes without one.
    callerContext: {
      awsSdkVersion: "aws-sdk-unknown-unknown",
      clientId: client?.id ?? "CLIENT_ID_NOT_APPLICABLE",
    },
    request: parts.request,
    response: parts.response,
  };
}

/** `request.userAttributes` of a user whom the pool knows. */
export function eventAttributes(pool: Pool, user: User): Readonly<Record<string, string>> {
  const aliases = pool.identity.aliasAttributes.flatMap((name) => {
    const value = user.attributes.get(name);
    // As seen in events of pools with an e-mail alias; the alias exists once the attribute is verified.
    return value !== undefined && user.attributes.get(`${name}_verified`) === "true"
      ? [[`cognito:${name}_alias`, value] as const]
      : [];
  });
  return Object.fromEntries([
    ["sub", user.sub],
    ...aliases,
    ["cognito:user_status", user.status],
    ...[...user.attributes],
  ]);
}

/** A map as a JSON member that is null when nothing was sent, as in the events that Cognito sends. */
export function orNull(map: ClientMetadata): Readonly<Record<string, string>> | null {
  return map === undefined ? null : Object.fromEntries(map);
}

/** A map as a JSON member that is left out when nothing was sent. */
export function ifGiven(map: ClientMetadata): { readonly clientMetadata?: Readonly<Record<string, string>> } {
  return map === undefined ? {} : { clientMetadata: Object.fromEntries(map) };
}
