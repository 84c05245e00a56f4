import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  InitiateAuthCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { type Bench, outcome } from "./support.ts";

export type Attributes = Readonly<Record<string, string>>;

export function toList(attributes: Attributes): { Name: string; Value: string }[] {
  return Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
}

/** "ok", or the error as text. */
export function signUp(bench: Bench, username: string, password: string, attributes: Attributes = {}): Promise<string> {
  return outcome(() =>
    bench.sdk.send(
      new SignUpCommand({
        ClientId: bench.clientId,
        Username: username,
        Password: password,
        UserAttributes: toList(attributes),
      }),
    ),
  );
}

/** A confirmed user, made by an administrator. */
export async function addUser(
  bench: Bench,
  username: string,
  password: string,
  attributes: Attributes = {},
): Promise<void> {
  await bench.sdk.send(
    new AdminCreateUserCommand({
      UserPoolId: bench.poolId,
      Username: username,
      MessageAction: "SUPPRESS",
      UserAttributes: toList(attributes),
    }),
  );
  await bench.sdk.send(
    new AdminSetUserPasswordCommand({
      UserPoolId: bench.poolId,
      Username: username,
      Password: password,
      Permanent: true,
    }),
  );
}

/** The tokens of a sign-in that must succeed. */
export async function tokensOf(bench: Bench, username: string, password: string) {
  const answer = await bench.sdk.send(
    new InitiateAuthCommand({
      ClientId: bench.clientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: username, PASSWORD: password },
    }),
  );
  const { AccessToken = "", IdToken = "", RefreshToken = "", ExpiresIn, TokenType } = answer.AuthenticationResult ?? {};
  return { AccessToken, IdToken, RefreshToken, ExpiresIn, TokenType };
}
