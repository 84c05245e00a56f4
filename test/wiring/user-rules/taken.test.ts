import { AdminCreateUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import type { AnsweredUser } from "../../../lib/wiring/user-rules/answered-user.ts";
import { findTaken } from "../../../lib/wiring/user-rules/taken.ts";
import { emailPool, type PoolInput } from "../../local/user-pool/support.ts";
import { aUser, custom, sayingOf, tryAt, type UserTrial } from "./trial.ts";

const insensitive = { UsernameConfiguration: { CaseSensitive: false } };
const aliasPool: PoolInput = { AliasAttributes: ["email", "preferred_username"], ...insensitive };
const ann = aUser().attributes;

interface Holder {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

async function tryBeside(pool: PoolInput, holder: Holder, user: AnsweredUser): Promise<UserTrial> {
  const trial = await tryAt(pool, user);
  const UserAttributes = Object.entries(holder.attributes ?? {}).map(([Name, Value]) => ({ Name, Value }));
  await trial.bench.sdk.send(
    new AdminCreateUserCommand({
      UserPoolId: trial.bench.poolId,
      Username: holder.name,
      MessageAction: "SUPPRESS",
      UserAttributes,
    }),
  );
  return trial;
}

function taken({ bench, pool }: UserTrial, user: AnsweredUser): Promise<readonly string[]> {
  return findTaken(bench.sdk, pool, user).then((found) => found.map(sayingOf));
}

describe("a name that another user of the pool has", () => {
  const cases: readonly (readonly [string, PoolInput, Holder, AnsweredUser, string])[] = [
    ["as user name", {}, { name: "ann" }, aUser(), "STOP user name"],
    ["as user name in lower case", insensitive, { name: "ann" }, aUser({ typed: "ANN" }), "STOP user name"],
    ["as verified alias", aliasPool, { name: "holder", attributes: ann }, aUser(), "STOP email"],
    [
      "as preferred name",
      aliasPool,
      { name: "holder", attributes: { preferred_username: "countess" } },
      aUser({ attributes: { ...ann, preferred_username: "countess" } }),
      "STOP preferred_username",
    ],
    [
      "as the address that names users",
      emailPool,
      { name: "ann@example.org", attributes: ann },
      aUser({ typed: "Ann@example.org" }),
      "STOP email",
    ],
  ];

  it.each(cases)("%s is a stop, and the sign-in gives no tokens", async (_, pool, holder, user, said) => {
    const trial = await tryBeside(pool, holder, user);
    expect(await taken(trial, user)).toEqual([said]);
    expect(await trial.signIn()).toMatch(/^(UserNotFoundException: Exception migrating|NotAuthorizedException)/);
  });

  const free: readonly (readonly [string, PoolInput, Holder, AnsweredUser])[] = [
    ["holder's address", aliasPool, { name: "holder", attributes: { ...ann, email_verified: "false" } }, aUser()],
    [
      "user's own address",
      aliasPool,
      { name: "holder", attributes: ann },
      aUser({ attributes: { ...ann, email_verified: "false" } }),
    ],
    ["case, where the pool tells Ann from ann,", {}, { name: "Ann" }, aUser()],
    ["address, which is no alias of the pool,", {}, { name: "holder", attributes: ann }, aUser()],
  ];

  it.each(free)("is none by an unproved or different %s and the user moves", async (_, pool, holder, user) => {
    const trial = await tryBeside(pool, holder, user);
    expect(await taken(trial, user)).toEqual([]);
    expect(await trial.signIn()).toBe("tokens");
  });

  it("is the user's own after the move: the migration is not asked again", async () => {
    const Schema = [custom("legacy_id", { AttributeDataType: "String", Mutable: false })];
    const user = aUser({ attributes: { ...ann, "custom:legacy_id": "7" } });
    const trial = await tryAt({ ...aliasPool, Schema }, user);
    expect(await taken(trial, user)).toEqual([]);
    expect(await trial.signIn()).toBe("tokens");
    expect(await taken(trial, user)).toEqual(["warn user name"]);
    expect(await trial.signIn()).toBe("tokens");
    expect(trial.bench.seen).toHaveLength(1);
  });

  it("is asked for as a text that cannot end the filter's quotation", async () => {
    const user = aUser({ typed: 'x" or username = "ann' });
    const trial = await tryBeside({}, { name: "ann" }, user);
    expect(await taken(trial, user)).toEqual([]);
    expect(trial.bench.told.filter((one) => one.kind === "request" && one.action === "ListUsers")).toEqual([]);
  });
});
