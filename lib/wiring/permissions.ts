import {
  AddPermissionCommand,
  GetPolicyCommand,
  type LambdaClient,
  RemovePermissionCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import { statementId, type TriggerFunction } from "./triggers.ts";

/** Whether a function lets the pool call it. `absent` is a function that is not there; `other` a statement of our name with other content. */
export interface PermissionState {
  readonly functionName: string;
  readonly functionArn: string;
  readonly state: "granted" | "missing" | "other" | "absent";
}

/** The pool that is to call the functions. */
export interface CallingPool {
  readonly userPoolId: string;
  readonly arn: string;
  readonly account: string;
}

export function readPermissions(
  client: LambdaClient,
  functions: readonly TriggerFunction[],
  pool: CallingPool,
): Promise<readonly PermissionState[]> {
  return Promise.all(
    functions.map(async ({ functionName, functionArn }) => ({
      functionName,
      functionArn,
      state: await readState(client, functionArn, pool),
    })),
  );
}

async function readState(
  client: LambdaClient,
  functionArn: string,
  pool: CallingPool,
): Promise<PermissionState["state"]> {
  try {
    const { Policy: policy } = await client.send(new GetPolicyCommand({ FunctionName: functionArn }));
    const statement = statementsOf(policy).find((one) => one.Sid === statementId(pool.userPoolId));
    if (statement === undefined) return "missing";
    return JSON.stringify(statement).includes(pool.arn) ? "granted" : "other";
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    // One error for two things: only its text tells a function without a policy from one that is not there.
    return /^Function not found/i.test(error.message) ? "absent" : "missing";
  }
}

function statementsOf(policy: string | undefined): readonly { readonly Sid?: string }[] {
  const document = policy === undefined ? {} : (JSON.parse(policy) as { Statement?: unknown });
  return Array.isArray(document.Statement) ? document.Statement : [];
}

/** Lets the pool, and it alone, call the function. */
export async function grant(client: LambdaClient, functionArn: string, pool: CallingPool): Promise<void> {
  await client.send(
    new AddPermissionCommand({
      FunctionName: functionArn,
      StatementId: statementId(pool.userPoolId),
      Action: "lambda:InvokeFunction",
      Principal: "cognito-idp.amazonaws.com",
      SourceArn: pool.arn,
      SourceAccount: pool.account,
    }),
  );
}

/** @returns whether there was a statement to take back. */
export async function revoke(client: LambdaClient, functionArn: string, userPoolId: string): Promise<boolean> {
  try {
    const removal = { FunctionName: functionArn, StatementId: statementId(userPoolId) };
    await client.send(new RemovePermissionCommand(removal));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}
