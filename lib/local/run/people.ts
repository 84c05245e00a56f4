import {
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ListUsersCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Stack } from "./stack.ts";

/** What the platform said to a person: yes, or the error's name and text. */
export type Said = { readonly kind: "yes" } | { readonly kind: "no"; readonly name: string; readonly text: string };

/** What a person does at the app, through the official SDK. */
export interface People {
  /** @param metadata What the app hands to the triggers (ClientMetadata). */
  signIn(identifier: string, password: string, metadata?: Readonly<Record<string, string>>): Promise<Said>;
  forget(identifier: string): Promise<Said>;
  chooseNew(identifier: string, code: string, password: string): Promise<Said>;
  signUp(username: string, email: string, password: string): Promise<Said>;
  /** How many users the pool has whose e-mail this is. */
  usersWith(email: string): Promise<number>;
}

export function openPeople({ cognito, pool }: Pick<Stack, "cognito" | "pool">): People {
  const { clientId: ClientId, poolId: UserPoolId } = pool;
  return {
    signIn: (USERNAME, PASSWORD, metadata) =>
      hear(
        cognito.send(
          new InitiateAuthCommand({
            ClientId,
            AuthFlow: "USER_PASSWORD_AUTH",
            AuthParameters: { USERNAME, PASSWORD },
            ...(metadata === undefined ? {} : { ClientMetadata: metadata }),
          }),
        ),
      ),
    forget: (Username) => hear(cognito.send(new ForgotPasswordCommand({ ClientId, Username }))),
    chooseNew: (Username, ConfirmationCode, Password) =>
      hear(cognito.send(new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode, Password }))),
    signUp: (Username, email, Password) =>
      hear(
        cognito.send(
          new SignUpCommand({ ClientId, Username, Password, UserAttributes: [{ Name: "email", Value: email }] }),
        ),
      ),
    async usersWith(email) {
      const { Users = [] } = await cognito.send(new ListUsersCommand({ UserPoolId, Filter: `email = "${email}"` }));
      return Users.length;
    },
  };
}

async function hear(answer: Promise<unknown>): Promise<Said> {
  try {
    await answer;
    return { kind: "yes" };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { kind: "no", name: error.name, text: error.message };
  }
}
