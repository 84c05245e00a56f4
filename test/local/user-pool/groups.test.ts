import {
  AdminAddUserToGroupCommand,
  AdminDeleteUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  CreateGroupCommand,
  ListGroupsCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { decodeJwt } from "jose";
import { expect, it } from "vitest";
import { addUser, tokensOf } from "./people.ts";
import { type Bench, openBench, outcome, strong } from "./support.ts";

const create = (bench: Bench, GroupName: string, Precedence?: number) =>
  outcome(() =>
    bench.sdk.send(
      new CreateGroupCommand({
        UserPoolId: bench.poolId,
        GroupName,
        ...(Precedence === undefined ? {} : { Precedence }),
      }),
    ),
  );

async function groupsOf(bench: Bench, Username: string) {
  const { Groups } = await bench.sdk.send(new AdminListGroupsForUserCommand({ UserPoolId: bench.poolId, Username }));
  return Groups?.map((each) => each.GroupName);
}

it("puts users into groups, takes them out, and shows them in both tokens by precedence", async () => {
  const bench = await openBench();
  await addUser(bench, "ann", strong);
  expect((await tokensOf(bench, "ann", strong)).IdToken.split(".").length).toBe(3);
  expect(decodeJwt((await tokensOf(bench, "ann", strong)).IdToken)).not.toHaveProperty("cognito:groups");
  for (const [name, precedence] of [["staff"], ["admins", 1], ["beta", 5]] as const) {
    expect(await create(bench, name, precedence)).toBe("ok");
    const member = { UserPoolId: bench.poolId, Username: "ann", GroupName: name };
    await bench.sdk.send(new AdminAddUserToGroupCommand(member));
    await bench.sdk.send(new AdminAddUserToGroupCommand(member));
  }
  expect(await groupsOf(bench, "ann")).toEqual(["admins", "beta", "staff"]);
  const tokens = await tokensOf(bench, "ann", strong);
  for (const token of [tokens.IdToken, tokens.AccessToken]) {
    expect(decodeJwt(token)).toMatchObject({ "cognito:groups": ["admins", "beta", "staff"] });
  }
  const out = { UserPoolId: bench.poolId, Username: "ann", GroupName: "beta" };
  await bench.sdk.send(new AdminRemoveUserFromGroupCommand(out));
  expect(await groupsOf(bench, "ann")).toEqual(["admins", "staff"]);
  const { Groups } = await bench.sdk.send(new ListGroupsCommand({ UserPoolId: bench.poolId }));
  expect(Groups?.map((each) => each.GroupName)).toEqual(["staff", "admins", "beta"]);
});

it("refuses a second group of one name, and groups and users that are not there", async () => {
  const bench = await openBench();
  await addUser(bench, "ann", strong);
  await create(bench, "staff");
  expect(await create(bench, "staff")).toContain("GroupExistsException");
  const add = (Username: string, GroupName: string) =>
    outcome(() => bench.sdk.send(new AdminAddUserToGroupCommand({ UserPoolId: bench.poolId, Username, GroupName })));
  expect(await add("ann", "none")).toContain("ResourceNotFoundException");
  expect(await add("nobody", "staff")).toContain("UserNotFoundException");
});

it("does not give a new user the groups of a deleted one of the same name", async () => {
  const bench = await openBench();
  await addUser(bench, "ann", strong);
  await create(bench, "staff");
  await bench.sdk.send(
    new AdminAddUserToGroupCommand({ UserPoolId: bench.poolId, Username: "ann", GroupName: "staff" }),
  );
  await bench.sdk.send(new AdminDeleteUserCommand({ UserPoolId: bench.poolId, Username: "ann" }));
  await addUser(bench, "ann", strong);
  expect(await groupsOf(bench, "ann")).toEqual([]);
});
