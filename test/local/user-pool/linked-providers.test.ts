import {
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminLinkProviderForUserCommand,
  CreateIdentityProviderCommand,
  ListIdentityProvidersCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { decodeJwt } from "jose";
import { expect, it } from "vitest";
import { addUser } from "./people.ts";
import { type Bench, openBench, outcome, strong } from "./support.ts";

async function openLinkBench(): Promise<Bench> {
  const bench = await openBench();
  await addUser(bench, "ann", strong, { email: "ann@example.com", email_verified: "true" });
  await bench.sdk.send(
    new CreateIdentityProviderCommand({
      UserPoolId: bench.poolId,
      ProviderName: "Google",
      ProviderType: "Google",
      ProviderDetails: { client_id: "x", client_secret: "y", authorize_scopes: "openid" },
    }),
  );
  return bench;
}

const link = (bench: Bench, userId: string, { provider = "Google", to = "ann" } = {}) =>
  outcome(() =>
    bench.sdk.send(
      new AdminLinkProviderForUserCommand({
        UserPoolId: bench.poolId,
        DestinationUser: { ProviderName: "Cognito", ProviderAttributeValue: to },
        SourceUser: {
          ProviderName: provider,
          ProviderAttributeName: "Cognito_Subject",
          ProviderAttributeValue: userId,
        },
      }),
    ),
  );

const arrive = (bench: Bench, providerUserId: string) =>
  bench.server.simulateFederatedSignIn({
    userPoolId: bench.poolId,
    clientId: bench.clientId,
    providerName: "Google",
    providerUserId,
    attributes: { name: "Ann" },
  });

it("lets a linked person of a provider arrive as the user of the pool", async () => {
  const bench = await openLinkBench();
  expect(await link(bench, "42")).toBe("ok");
  const arrival = await arrive(bench, "42");
  expect(arrival).toMatchObject({ username: "ann", created: false });
  const identity = { userId: "42", providerName: "Google", providerType: "Google" };
  expect(decodeJwt(arrival.tokens.IdToken)).toMatchObject({ "cognito:username": "ann", identities: [identity] });
  const user = await bench.sdk.send(new AdminGetUserCommand({ UserPoolId: bench.poolId, Username: "ann" }));
  expect(user.UserStatus).toBe("CONFIRMED");
  const shown = user.UserAttributes?.find((each) => each.Name === "identities")?.Value ?? "";
  expect(JSON.parse(shown)).toMatchObject([identity]);
  expect(await bench.signIn("ann", strong)).toBe("tokens");
  expect((await arrive(bench, "43")).username).toBe("Google_43");
});

it("needs a provider and a user of the pool, and a person who is nobody's yet", async () => {
  const bench = await openLinkBench();
  await addUser(bench, "bob", strong);
  await arrive(bench, "7");
  expect(await link(bench, "42", { provider: "Facebook" })).toContain("InvalidParameterException");
  expect(await link(bench, "42", { to: "nobody" })).toContain("UserNotFoundException");
  expect(await link(bench, "7")).toContain("Merging is not currently supported");
  expect(await link(bench, "42")).toBe("ok");
  expect(await link(bench, "42", { to: "bob" })).toContain("AliasExistsException");
});

it("links five people to one user, and none stays linked to a user who is deleted", async () => {
  const bench = await openLinkBench();
  for (const userId of ["1", "2", "3", "4", "5"]) expect(await link(bench, userId)).toBe("ok");
  expect(await link(bench, "6")).toContain("LimitExceededException");
  await bench.sdk.send(new AdminDeleteUserCommand({ UserPoolId: bench.poolId, Username: "ann" }));
  expect((await arrive(bench, "1")).username).toBe("Google_1");
});

it("lists providers, one of each name", async () => {
  const bench = await openLinkBench();
  const { Providers } = await bench.sdk.send(new ListIdentityProvidersCommand({ UserPoolId: bench.poolId }));
  expect(Providers).toMatchObject([{ ProviderName: "Google", ProviderType: "Google" }]);
  const again = new CreateIdentityProviderCommand({
    UserPoolId: bench.poolId,
    ProviderName: "Google",
    ProviderType: "Google",
    ProviderDetails: {},
  });
  expect(await outcome(() => bench.sdk.send(again))).toContain("DuplicateProviderException");
});
