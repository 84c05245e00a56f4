import assert from "node:assert/strict";
import {
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { complete } from "../../../lib/core/completion.ts";
import { Secret } from "../../../lib/core/secret.ts";
import { lookUp, signIn } from "../../../lib/core/sign-in.ts";
import { openLedger } from "../../../lib/ledger/ledger.ts";
import { aClient, aCompletion } from "../../support/services.ts";
import { currentPassword, legacyOf } from "./legacy.ts";
import type { Process } from "./process.ts";
import type { Asks, Came } from "./steps.ts";
import { signInServicesOf, withDeadline } from "./triggers.ts";
import { type Person, people, type World } from "./world.ts";

// What people do at the pool, and what its triggers are told.

export function typedBy(world: World, who: Person, how: "name" | "email"): string {
  return how === "name" ? people[who] : (legacyOf(world, who).attributes.email ?? "");
}

/** A wrong one is the other's, which is somebody's right password. */
export function passwordFor(world: World, who: Person, right: boolean): string {
  return right ? currentPassword(world, who) : currentPassword(world, who === 0 ? 1 : 0);
}

/** Signs in at the pool. Whoever is asked for a new password has proved the old one, and chooses it. */
export async function enter(world: World, who: Person, password: string, typed: string = people[who]): Promise<Came> {
  const { cognito, clientId: ClientId } = world;
  const AuthParameters = { USERNAME: typed, PASSWORD: password };
  try {
    const answer = await cognito.send(
      new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters }),
    );
    if (answer.AuthenticationResult !== undefined) return "in";
    const chosen = newPassword(world);
    world.passwords[who].add(chosen);
    await cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId,
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session: answer.Session,
        ChallengeResponses: { USERNAME: people[who], NEW_PASSWORD: chosen },
      }),
    );
    return "in";
  } catch (error) {
    // A defect of the pool's stand-in would look like a refusal.
    assert(error instanceof Error && error.name !== "InternalErrorException", String(error));
    return "not in";
  }
}

function newPassword(world: World): string {
  return `Chosen ${world.count()}`;
}

export async function unheard(world: World, process: Process, typed: string, who: Person, asks: Asks): Promise<void> {
  const services = signInServicesOf(world, process);
  const request = { identifier: typed, client: { ...aClient, pool: world.poolId } };
  await withDeadline(async (deadline) => {
    if (asks === "look-up") await lookUp({ kind: "look-up", ...request }, services, deadline);
    else {
      const password = Secret.fromText(currentPassword(world, who));
      await signIn({ kind: "sign-in", ...request, password }, services, deadline);
    }
  });
}

/** A forgotten password, and where wanted the new one. @returns the new password, or undefined where no code came. */
export async function forgot(world: World, who: Person, finish: boolean): Promise<string | undefined> {
  const { cognito, clientId: ClientId, codes } = world;
  const Username = people[who];
  const from = codes.length;
  try {
    await cognito.send(new ForgotPasswordCommand({ ClientId, Username }));
    const address = await addressOf(world, who);
    const mine = codes.slice(from).filter(({ destination }) => destination === address);
    const code = mine.findLast(({ purpose }) => purpose === "forgotten-password")?.code;
    if (code === undefined || !finish) return code;
    const Password = newPassword(world);
    world.passwords[who].add(Password);
    await cognito.send(new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode: code, Password }));
    return Password;
  } catch (error) {
    assert(error instanceof Error && error.name !== "InternalErrorException", String(error));
    return undefined;
  }
}

/** Where the pool sends a person's codes: the address as it was when the user was made. */
async function addressOf(world: World, who: Person): Promise<string | undefined> {
  const user = (await world.users()).find(({ Username }) => Username === people[who]);
  return user?.Attributes?.find(({ Name }) => Name === "email")?.Value;
}

export async function toldAgain(
  world: World,
  process: Process,
  who: Person,
  proof: "signed-in" | "reset" | "signed-up",
) {
  const user = (await world.users()).find(({ Username }) => Username === people[who]);
  const sub = user?.Attributes?.find(({ Name }) => Name === "sub")?.Value;
  // Nobody but a confirmed user has signed in or chosen a password.
  if (sub === undefined || user?.UserStatus !== "CONFIRMED" || user.Enabled !== true) return;
  const request = aCompletion({ sub, legacyId: `${who}` }, proof);
  const known = { ...request, user: { ...request.user, id: `${world.poolId}#${sub}` } };
  const ledger = openLedger({ table: world.bench.table, client: process.dynamo });
  await withDeadline((deadline) => complete(known, { ledger, now: () => new Date() }, deadline));
}

export async function signUp(world: World, who: Person): Promise<Came> {
  const { cognito, clientId: ClientId } = world;
  const email = legacyOf(world, who).attributes.email ?? "";
  try {
    const UserAttributes = [{ Name: "email", Value: email }];
    const Username = `stranger-${world.count()}`;
    await cognito.send(new SignUpCommand({ ClientId, Username, Password: "Stranger 1", UserAttributes }));
    return "in";
  } catch (error) {
    assert(error instanceof Error && error.name !== "InternalErrorException", String(error));
    return "not in";
  }
}
