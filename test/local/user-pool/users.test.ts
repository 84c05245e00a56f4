import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  GetUserCommand,
  ListUsersCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import { addUser, tokensOf, toList } from "./people.ts";
import { type Bench, emailPool, legacyAnn, openBench, outcome, strong } from "./support.ts";

const ann = "ann@example.com";

async function list(bench: Bench, Filter: string): Promise<(string | undefined)[] | undefined> {
  const { Users } = await bench.sdk.send(new ListUsersCommand({ UserPoolId: bench.poolId, Filter }));
  return Users?.map((each) => each.Username);
}

describe("an administrator", () => {
  it("creates a user with PreSignUp_AdminCreateUser, and not twice", async () => {
    const bench = await openBench({ pool: emailPool, triggers: { PreSignUp: () => undefined } });
    const create = () =>
      outcome(() =>
        bench.sdk.send(
          new AdminCreateUserCommand({ UserPoolId: bench.poolId, Username: ann, MessageAction: "SUPPRESS" }),
        ),
      );
    expect(await create()).toBe("ok");
    expect(bench.seen[0]).toMatchObject({
      triggerSource: "PreSignUp_AdminCreateUser",
      callerContext: { clientId: "CLIENT_ID_NOT_APPLICABLE" },
      request: { userAttributes: { email: ann }, validationData: null },
    });
    expect(await create()).toBe("UsernameExistsException: An account with the given email already exists.");
    expect(bench.codes).toEqual([]);
  });

  it("deletes a user, after which the migration trigger is asked again", async () => {
    const bench = await openBench({ pool: emailPool, triggers: { UserMigration: legacyAnn } });
    await bench.signIn(ann, "legacy pass");
    const user = { UserPoolId: bench.poolId, Username: ann };
    await bench.sdk.send(new AdminDeleteUserCommand(user));
    expect(await outcome(() => bench.sdk.send(new AdminGetUserCommand(user)))).toBe(
      "UserNotFoundException: User does not exist.",
    );
    expect(await bench.signIn(ann, "legacy pass")).toBe("tokens");
    expect(bench.seen).toHaveLength(2);
  });

  it("lists users by filter and page by page", async () => {
    const bench = await openBench();
    for (const name of ["ann", "anna", "bob"]) await addUser(bench, name, strong, { email: `${name}@example.com` });
    expect(await list(bench, 'email = "ann@example.com"')).toEqual(["ann"]);
    expect(await list(bench, 'username ^= "ann"')).toEqual(["ann", "anna"]);
    expect(await list(bench, 'cognito:user_status = "CONFIRMED"')).toHaveLength(3);
    expect(await list(bench, 'status = "Disabled"')).toEqual([]);
    expect(await outcome(() => list(bench, "email like 1"))).toContain(
      "InvalidParameterException: Error while parsing",
    );
    expect(await outcome(() => list(bench, 'custom:x = "1"'))).toContain("cannot be searched");

    const page = { UserPoolId: bench.poolId, Limit: 2 };
    const first = await bench.sdk.send(new ListUsersCommand(page));
    const second = await bench.sdk.send(new ListUsersCommand({ ...page, PaginationToken: first.PaginationToken }));
    expect([first.Users?.length, second.Users?.length, second.PaginationToken]).toEqual([2, 1, undefined]);
    const bad = new ListUsersCommand({ ...page, PaginationToken: "x" });
    expect(await outcome(() => bench.sdk.send(bad))).toContain("Invalid pagination token.");
  });

  it("changes attributes: an alias that is taken is refused, a new e-mail address is unverified", async () => {
    const bench = await openBench({ pool: { AliasAttributes: ["email"] } });
    await addUser(bench, "ann", strong, { email: ann, email_verified: "true" });
    await addUser(bench, "bob", strong, { email: "bob@example.com", email_verified: "true" });
    const change = (values: Record<string, string>) =>
      outcome(() =>
        bench.sdk.send(
          new AdminUpdateUserAttributesCommand({
            UserPoolId: bench.poolId,
            Username: "bob",
            UserAttributes: toList(values),
          }),
        ),
      );
    expect(await change({ email: ann, email_verified: "true" })).toBe(
      "AliasExistsException: An account with the given email already exists.",
    );
    expect(await change({ email: "new@example.com" })).toBe("ok");
    const bob = await bench.sdk.send(new AdminGetUserCommand({ UserPoolId: bench.poolId, Username: "bob" }));
    expect(bob.UserAttributes).toContainEqual({ Name: "email_verified", Value: "false" });
    expect(await bench.signIn("new@example.com", strong)).toContain("UserNotFoundException");
    expect(await change({ email_verified: "true" })).toBe("ok");
    expect(await bench.signIn("new@example.com", strong)).toBe("tokens");
    expect(await bench.signIn("bob@example.com", strong)).toContain("UserNotFoundException");
  });
});

describe("a user who changes the own e-mail address", () => {
  const next = "next@example.com";

  async function moving(bench: Bench) {
    await addUser(bench, ann, strong, { email_verified: "true" });
    const { AccessToken } = await tokensOf(bench, ann, strong);
    const changed = await bench.sdk.send(
      new UpdateUserAttributesCommand({ AccessToken, UserAttributes: toList({ email: next }) }),
    );
    expect(changed.CodeDeliveryDetailsList).toEqual([
      { Destination: "n***@e***", DeliveryMedium: "EMAIL", AttributeName: "email" },
    ]);
    const email = async () => {
      const user = await bench.sdk.send(new GetUserCommand({ AccessToken }));
      return user.UserAttributes?.find((each) => each.Name === "email")?.Value;
    };
    const prove = (Code: string) =>
      outcome(() => bench.sdk.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: "email", Code })));
    return { email, prove };
  }

  it("has it at once, unverified, without AttributesRequireVerificationBeforeUpdate", async () => {
    const bench = await openBench({ pool: emailPool });
    const { email } = await moving(bench);
    expect(await email()).toBe(next);
    expect(await bench.signIn(ann, strong)).toContain("UserNotFoundException");
  });

  it("keeps the old one until the code comes back with it", async () => {
    const UserAttributeUpdateSettings = { AttributesRequireVerificationBeforeUpdate: ["email" as const] };
    const bench = await openBench({ pool: { ...emailPool, UserAttributeUpdateSettings } });
    const { email, prove } = await moving(bench);
    expect(await email()).toBe(ann);
    const code = bench.codes.at(-1)?.code ?? "";
    expect(await prove(code === "111111" ? "222222" : "111111")).toContain("CodeMismatchException");
    expect(await email()).toBe(ann);
    expect(await prove(code)).toBe("ok");
    expect(await email()).toBe(next);
    expect(await bench.signIn(next, strong)).toBe("tokens");
  });

  it("cannot take the address of another user, nor write what the client may not write", async () => {
    const bench = await openBench({ pool: emailPool, client: { WriteAttributes: ["email"] } });
    await addUser(bench, next, strong);
    await addUser(bench, ann, strong);
    const { AccessToken } = await tokensOf(bench, ann, strong);
    const change = (values: Record<string, string>) =>
      outcome(() => bench.sdk.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes: toList(values) })));
    expect(await change({ email: next })).toContain("AliasExistsException");
    expect(await change({ name: "Ann" })).toContain("unauthorized attribute");
    expect(await change({ email_verified: "true" })).toContain("unauthorized attribute");
  });
});
