import { randomUUID } from "node:crypto";
import { LambdaError } from "./lambda-error.ts";

type Json = Readonly<Record<string, unknown>>;

/** The resource policies of the functions: who may invoke them. Kept and shown, not enforced. */
export interface Policies {
  add(functionName: string, functionArn: string, request: Json): Json | LambdaError;
  get(functionName: string): Json | LambdaError;
  remove(functionName: string, statementId: string): LambdaError | undefined;
}

interface Policy {
  readonly revision: string;
  readonly statements: readonly (Json & { readonly Sid: string })[];
}

export function openPolicies(): Policies {
  const policies = new Map<string, Policy>();
  const statementsOf = (name: string) => policies.get(name)?.statements ?? [];
  const keep = (name: string, statements: Policy["statements"]) =>
    policies.set(name, { revision: randomUUID(), statements });
  return {
    add: (name, arn, request) => {
      const statement = statementOf(arn, request);
      if (statement instanceof LambdaError) return statement;
      if (statementsOf(name).some((one) => one.Sid === statement.Sid)) {
        const advice = "Please provide a new statement id, or remove the existing statement.";
        return new LambdaError(
          409,
          "ResourceConflictException",
          `The statement id (${statement.Sid}) provided already exists. ${advice}`,
        );
      }
      keep(name, [...statementsOf(name), statement]);
      return { Statement: JSON.stringify(statement) };
    },
    get: (name) => {
      const policy = policies.get(name);
      if (policy === undefined) return notFound("The resource you requested does not exist.");
      const document = { Version: "2012-10-17", Id: "default", Statement: policy.statements };
      return { Policy: JSON.stringify(document), RevisionId: policy.revision };
    },
    remove: (name, statementId) => {
      const left = statementsOf(name).filter((one) => one.Sid !== statementId);
      if (left.length === statementsOf(name).length) {
        return notFound(`Statement ${statementId} is not found in resource policy.`);
      }
      if (left.length === 0) policies.delete(name);
      else keep(name, left);
      return undefined;
    },
  };
}

/** As Lambda writes it: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
function statementOf(functionArn: string, request: Json): Policy["statements"][number] | LambdaError {
  const { StatementId, Action, Principal, SourceArn, SourceAccount } = request;
  if (typeof StatementId !== "string" || typeof Action !== "string" || typeof Principal !== "string") {
    return new LambdaError(
      400,
      "InvalidParameterValueException",
      "AddPermission needs the texts StatementId, Action and Principal",
    );
  }
  const condition = {
    ...(typeof SourceAccount === "string" ? { StringEquals: { "AWS:SourceAccount": SourceAccount } } : {}),
    ...(typeof SourceArn === "string" ? { ArnLike: { "AWS:SourceArn": SourceArn } } : {}),
  };
  return {
    Sid: StatementId,
    Effect: "Allow",
    Principal: Principal.includes(".") ? { Service: Principal } : { AWS: Principal },
    Action,
    Resource: functionArn,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

function notFound(message: string): LambdaError {
  return new LambdaError(404, "ResourceNotFoundException", message);
}
