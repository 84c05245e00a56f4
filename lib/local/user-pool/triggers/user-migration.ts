import type { Attributes } from "../attributes.ts";
import { type CognitoFault, userNotFound } from "../fault.ts";
import { type Input, isInput, member } from "../input.ts";
import type { Client, Pool, World } from "../world.ts";
import { callTrigger } from "./call.ts";
import { type ClientMetadata, makeEvent, orNull } from "./event.ts";

/** What is asked of the legacy side: a password to be checked, or only whether the user exists. */
export interface MigrationQuestion {
  readonly typed: string;
  /** Absent when the password was forgotten. */
  readonly password: string | undefined;
  readonly validationData: ClientMetadata;
  readonly clientMetadata: ClientMetadata;
}

/** What the migration function wants created. */
export interface MigrationAnswer {
  /** The user name inside userAttributes, where the function gave one. */
  readonly username: string | undefined;
  readonly attributes: Attributes;
  /** A `sub` was among the attributes: the first sign-in fails (boto/boto3#2747). */
  readonly namesSub: boolean;
  readonly status: "CONFIRMED" | "RESET_REQUIRED";
  readonly welcome: boolean;
  readonly forceAliasCreation: boolean;
  readonly enableSmsMfa: boolean;
}

/** Says that the trigger failed, with the text of re:Post "Cognito migration Lambda trigger errors". */
export function migrationFailed(client: Client): CognitoFault {
  return userNotFound(`Exception migrating user in app client ${client.id}`);
}

/**
 * Calls the migration trigger; undefined when there is none, or when it left the response empty.
 * @throws CognitoFault UserNotFoundException when the function failed or gave an answer that Cognito does not take.
 */
export async function askMigration(
  world: World,
  pool: Pool,
  client: Client,
  question: MigrationQuestion,
): Promise<MigrationAnswer | undefined> {
  const forgotten = question.password === undefined;
  const event = makeEvent(world, pool, client, {
    triggerSource: forgotten ? "UserMigration_ForgotPassword" : "UserMigration_Authentication",
    userName: question.typed,
    request: {
      ...(forgotten ? {} : { password: question.password }),
      validationData: orNull(question.validationData),
      clientMetadata: orNull(question.clientMetadata),
    },
    response: {
      userAttributes: null,
      forceAliasCreation: null,
      enableSMSMFA: null,
      finalUserStatus: null,
      messageAction: null,
      desiredDeliveryMediums: null,
    },
  });
  const result = await callTrigger(world, pool, "UserMigration", event);
  if (result === undefined) return undefined;
  if (result.kind !== "answer") throw migrationFailed(client);
  return parseAnswer(world, client, result.response);
}

function parseAnswer(world: World, client: Client, response: Input): MigrationAnswer | undefined {
  const filled = Object.keys(response).filter((name) => member(response, name) !== undefined);
  const given = member(response, "userAttributes");
  const bare = given === undefined || (isInput(given) && Object.keys(given).length === 0);
  if (bare && filled.every((name) => name === "userAttributes")) return undefined;
  // userAttributes is required once anything else is said.
  if (bare || !isInput(given)) throw migrationFailed(client);

  const attributes = new Map<string, string>();
  for (const name of Object.keys(given)) {
    const value = member(given, name);
    if (value === undefined) continue;
    // Only texts are attribute values: a number or a boolean is an answer that Cognito cannot read.
    if (typeof value !== "string") throw migrationFailed(client);
    attributes.set(name, value);
  }
  const username = attributes.get("username");
  const namesSub = attributes.has("sub");
  attributes.delete("username");
  attributes.delete("sub");
  checkMediums(member(response, "desiredDeliveryMediums"));
  return {
    username,
    attributes,
    namesSub,
    status: parseStatus(member(response, "finalUserStatus"), world.settings.unsetFinalUserStatus),
    welcome: parseMessageAction(member(response, "messageAction")),
    forceAliasCreation: member(response, "forceAliasCreation") === true,
    enableSmsMfa: member(response, "enableSMSMFA") === true,
  };
}

function parseStatus(value: unknown, unset: MigrationAnswer["status"]): MigrationAnswer["status"] {
  if (value === undefined) return unset;
  if (value === "CONFIRMED" || value === "RESET_REQUIRED") return value;
  throw userNotFound("Error during migration: Invalid finalUserStatus");
}

function parseMessageAction(value: unknown): boolean {
  if (value === undefined || value === "RESEND") return true;
  if (value === "SUPPRESS") return false;
  throw userNotFound("Error during migration: Invalid messageAction");
}

function checkMediums(value: unknown): void {
  if (value === undefined) return;
  const fits = Array.isArray(value) && value.every((each) => each === "EMAIL" || each === "SMS");
  if (!fits) throw userNotFound("Error during migration: Invalid desiredDeliveryMediums");
}
