/** The trigger slots that Samekey takes, and the function of serverless.yml that each one calls. */
export const triggerFunctions = {
  UserMigration: "userMigration",
  PreAuthentication: "preAuthentication",
  PostAuthentication: "postAuthentication",
  PostConfirmation: "postConfirmation",
  PreSignUp: "preSignUp",
} as const;

export type TriggerName = keyof typeof triggerFunctions;
export const triggerNames = Object.keys(triggerFunctions) as readonly TriggerName[];

/** One trigger's function, deployed. */
export interface TriggerFunction {
  readonly trigger: TriggerName;
  readonly functionName: string;
  readonly functionArn: string;
}

/** Where a pool is, read from its ARN. */
export interface PoolPlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** @returns undefined for anything that is no user pool's ARN. */
export function parsePoolArn(arn: string): PoolPlace | undefined {
  const parts = /^arn:(?<partition>[\w-]+):cognito-idp:(?<region>[\w-]+):(?<account>[0-9]{12}):userpool\/[\w-]+$/.exec(
    arn,
  )?.groups;
  const { partition, region, account } = parts ?? {};
  return partition === undefined || region === undefined || account === undefined
    ? undefined
    : { partition, region, account };
}

/** The functions of a stack (`<service>-<stage>`), by the names that serverless.yml gives them, where the pool is. */
export function functionsOf(stack: string, place: PoolPlace): readonly TriggerFunction[] {
  return triggerNames.map((trigger) => {
    const functionName = `${stack}-${triggerFunctions[trigger]}`;
    return {
      trigger,
      functionName,
      functionArn: `arn:${place.partition}:lambda:${place.region}:${place.account}:function:${functionName}`,
    };
  });
}

/** The name of the statement by which a function lets one pool call it. */
export function statementId(userPoolId: string): string {
  return `samekey-${userPoolId}`;
}
