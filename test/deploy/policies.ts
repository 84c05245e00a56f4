import type { Resource } from "./packaged.ts";

export interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** The statements of a role, all of them inline: a managed policy would let in what nobody reads. */
export function statementsOf(role: Resource | undefined): readonly Statement[] {
  const { ManagedPolicyArns = [], Policies = [] } = role?.Properties ?? {};
  if (ManagedPolicyArns.length > 0) throw new Error(`managed policies: ${ManagedPolicyArns}`);
  return Policies.flatMap((policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement);
}

/** What a role may do with the ledger, as `PutItem user`. */
export function ledgerCalls(role: Resource | undefined): readonly string[] {
  return statementsOf(role)
    .flatMap((statement) =>
      statement.Action.filter((action) => action.startsWith("dynamodb:")).flatMap((action) =>
        (statement.Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] ?? ["ANYTHING#*"]).map(
          (pattern) => `${action.replace("dynamodb:", "")} ${pattern.replace(/#\*$/, "")}`,
        ),
      ),
    )
    .sort();
}

/** The actions of a role beside those on the ledger. */
export function otherActions(role: Resource | undefined): readonly string[] {
  const allowed = statementsOf(role).filter(({ Effect }) => Effect === "Allow");
  return allowed.flatMap(({ Action }) => Action.filter((action) => !action.startsWith("dynamodb:"))).sort();
}
