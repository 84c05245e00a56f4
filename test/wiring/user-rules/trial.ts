import { DescribeUserPoolCommand, type UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import type { Finding } from "../../../lib/wiring/preflight.ts";
import type { AnsweredUser } from "../../../lib/wiring/user-rules/answered-user.ts";
import { checkUser } from "../../../lib/wiring/user-rules/user-rules.ts";
import { type Bench, openBench, type PoolInput } from "../../local/user-pool/support.ts";

/** One user at one pool: what the rules say, and the simulator with a trigger that answers exactly this user. */
export interface UserTrial {
  readonly bench: Bench;
  readonly pool: UserPoolType;
  readonly findings: readonly Finding[];
  /** "STOP about" and "warn about", in the order of the findings. */
  readonly said: readonly string[];
  /** What the simulator makes of the first sign-in: "tokens", or its refusal. */
  signIn(password?: string): Promise<string>;
}

/** A user whom no rule of a plain pool is against. */
export function aUser(changes: Partial<AnsweredUser> = {}): AnsweredUser {
  return { typed: "ann", attributes: { email: "ann@example.org", email_verified: "true" }, ...changes };
}

export const custom = (name: string, more: object = {}) => ({ Name: name, Mutable: true, ...more });

export async function tryAt(pool: PoolInput, user: AnsweredUser): Promise<UserTrial> {
  const response = answerOf(user);
  const bench = await openBench({ pool, triggers: { UserMigration: () => response } });
  const described = await describePool(bench);
  const findings = checkUser(described, user);
  return {
    bench,
    pool: described,
    findings,
    said: findings.map(sayingOf),
    signIn: (password = "the old password") => bench.signIn(user.typed, password),
  };
}

/** The answer that the hook gives for a right password. */
export function answerOf({ username, attributes }: AnsweredUser): object {
  return {
    userAttributes: { ...attributes, ...(username === undefined ? {} : { username }) },
    finalUserStatus: "CONFIRMED",
    messageAction: "SUPPRESS",
    forceAliasCreation: false,
  };
}

export async function describePool({ sdk, poolId }: Pick<Bench, "sdk" | "poolId">): Promise<UserPoolType> {
  const { UserPool } = await sdk.send(new DescribeUserPoolCommand({ UserPoolId: poolId }));
  if (UserPool === undefined) throw new Error("the pool is gone");
  return UserPool;
}

export function sayingOf({ level, about }: Finding): string {
  return `${level === "stop" ? "STOP" : "warn"} ${about}`;
}
