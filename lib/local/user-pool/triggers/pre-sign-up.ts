import type { Attributes } from "../attributes.ts";
import { CognitoFault } from "../fault.ts";
import { type Input, member } from "../input.ts";
import type { Client, Pool, World } from "../world.ts";
import { callTrigger, requireAnswer } from "./call.ts";
import { type ClientMetadata, ifGiven, makeEvent, orNull } from "./event.ts";

export interface PreSignUpQuestion {
  readonly source: "SignUp" | "AdminCreateUser" | "ExternalProvider";
  readonly username: string;
  readonly attributes: Attributes;
  readonly validationData: ClientMetadata;
  readonly clientMetadata: ClientMetadata;
}

export interface PreSignUpAnswer {
  readonly autoConfirm: boolean;
  readonly autoVerifyEmail: boolean;
  readonly autoVerifyPhone: boolean;
}

/** Calls PreSignUp; without a trigger nothing is confirmed or verified. @throws CognitoFault when it refuses or fails. */
export async function askPreSignUp(
  world: World,
  pool: Pool,
  client: Client | undefined,
  question: PreSignUpQuestion,
): Promise<PreSignUpAnswer> {
  const event = makeEvent(world, pool, client, {
    triggerSource: `PreSignUp_${question.source}`,
    userName: question.username,
    request: {
      userAttributes: {
        ...(question.source === "ExternalProvider"
          ? { "cognito:email_alias": "", "cognito:phone_number_alias": "" }
          : {}),
        ...Object.fromEntries(question.attributes),
      },
      validationData: orNull(question.validationData),
      ...ifGiven(question.clientMetadata),
    },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  });
  const response = requireAnswer("PreSignUp", await callTrigger(world, pool, "PreSignUp", event)) ?? {};
  return {
    autoConfirm: readFlag(response, "autoConfirmUser"),
    autoVerifyEmail: readFlag(response, "autoVerifyEmail"),
    autoVerifyPhone: readFlag(response, "autoVerifyPhone"),
  };
}

function readFlag(response: Input, name: string): boolean {
  const value = member(response, name);
  if (value === undefined || typeof value === "boolean") return value ?? false;
  throw new CognitoFault("InvalidLambdaResponseException", "Unrecognizable lambda output");
}
