import type { UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import { stringify } from "yaml";
import type { WirePlan } from "./plan.ts";
import type { TriggerFunction } from "./triggers.ts";

/**
 * The wiring as CloudFormation, for whoever keeps the pool in a template: the next deployment of that template would
 * otherwise undo it. `YourUserPool` stands for the pool's logical id; its other properties stay as they are.
 */
export function cloudFormationOf(pool: UserPoolType, plan: WirePlan, functions: readonly TriggerFunction[]): string {
  const account = pool.Arn?.split(":")[4];
  const permissions = functions.map(({ trigger, functionArn }) => [
    `Samekey${trigger}Permission`,
    {
      Type: "AWS::Lambda::Permission",
      Properties: {
        Action: "lambda:InvokeFunction",
        FunctionName: functionArn,
        Principal: "cognito-idp.amazonaws.com",
        SourceArn: pool.Arn,
        SourceAccount: account,
      },
    },
  ]);
  const legacyId = {
    Name: "legacy_id",
    AttributeDataType: "String",
    Mutable: false,
    StringAttributeConstraints: { MinLength: "1", MaxLength: "2048" },
  };
  return stringify(
    {
      Resources: {
        YourUserPool: {
          Type: "AWS::Cognito::UserPool",
          Properties: {
            LambdaConfig: plan.settings.LambdaConfig ?? {},
            ...(plan.verifyAfter.length === 0
              ? {}
              : { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: [...plan.verifyAfter] } }),
            ...(plan.legacyId === "add" ? { Schema: [legacyId] } : {}),
          },
        },
        ...Object.fromEntries(permissions),
      },
    },
    { lineWidth: 0 },
  );
}
