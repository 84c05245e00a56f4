import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { MigrationError } from "../core/errors.ts";
import { reasonOf } from "../wiring/reason.ts";

// What `wire` and `unwire` read and open alike.

export function isPoolId(text: string): boolean {
  return /^[a-z0-9-]+_[0-9a-zA-Z]+$/.test(text);
}

export function poolIdFault(text: string): string {
  return text === "" ? "--user-pool-id is missing." : `--user-pool-id: ${JSON.stringify(text)} is no user pool's id.`;
}

/** A pool's id begins with its region. */
export function regionOf(userPoolId: string): string {
  return userPoolId.slice(0, userPoolId.indexOf("_"));
}

export function openAws(region: string): {
  readonly cognito: CognitoIdentityProviderClient;
  readonly lambda: LambdaClient;
} {
  return { cognito: new CognitoIdentityProviderClient({ region }), lambda: new LambdaClient({ region }) };
}

/** Runs a command; what AWS refused is told in a line, without a stack. */
export async function orReason(command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    process.stderr.write(`${reasonOf(error)}\n`);
    return 1;
  }
}
