import {
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Deed } from "./history.ts";
import type { Draw } from "./random.ts";
import { emailOf, nameOf, passwordOf, type World } from "./world.ts";

/** What people do at the app; each deed is written into the history. */
export interface People {
  signIn(user: number, password: number): Promise<Deed>;
  /** Forgets the password, and chooses a new one if a code came. @returns the new password's number where it was taken. */
  reset(user: number): Promise<number | undefined>;
  /** Whatever comes to the mind of the user's owner, or of somebody who guesses. */
  act(user: number, draw: Draw): Promise<void>;
}

/** Users whom only guessers come for until the end: whoever is let in, it was not the owner. */
export const isGuessed = (user: number) => user % 6 === 0;

export function openPeople(world: World, note: (deed: Deed) => void, now: () => number, calm: () => boolean): People {
  const { cognito, clientId: ClientId, codes } = world;
  let passwords = 0;
  const latest = new Map<number, number>();

  async function tell(deed: Pick<Deed, "kind" | "user" | "password">, work: () => Promise<unknown>): Promise<Deed> {
    const from = now();
    const error = await work().then(
      () => undefined,
      (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown))),
    );
    const told = {
      ...deed,
      from,
      to: now(),
      said: error === undefined ? "yes" : wordFor(error),
      ...(error === undefined ? {} : { error: error.name }),
      ...(calm() ? { calm: true as const } : {}),
    } as const;
    note(told);
    return told;
  }

  async function signIn(user: number, password: number, name = nameOf(user)): Promise<Deed> {
    const parameters = { USERNAME: name, PASSWORD: passwordOf(user, password) };
    const command = new InitiateAuthCommand({
      ClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: parameters,
    });
    return tell({ kind: "sign-in", user, password }, () => cognito.send(command));
  }

  async function reset(user: number): Promise<number | undefined> {
    const Username = emailOf(user);
    codes.delete(Username);
    await tell({ kind: "forget", user }, () => cognito.send(new ForgotPasswordCommand({ ClientId, Username })));
    const ConfirmationCode = codes.get(Username);
    if (ConfirmationCode === undefined) return undefined;
    const password = ++passwords;
    const Password = passwordOf(user, password);
    const command = new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode, Password });
    const chosen = await tell({ kind: "choose", user, password }, () => cognito.send(command));
    // Where the answer was lost the owner tries the new one all the same.
    latest.set(user, password);
    return chosen.said === "yes" ? password : undefined;
  }

  return {
    signIn,
    reset,
    async act(user, draw) {
      const wrong = () => 1_000_000 + draw.below(1_000_000);
      const name = draw.often(0.5) ? nameOf(user) : emailOf(user);
      const right = latest.get(user) ?? 0;
      if (isGuessed(user)) return void (await signIn(user, wrong(), name));
      const mood = draw.next();
      if (mood < 0.45) await signIn(user, right, name);
      else if (mood < 0.6) {
        await signIn(user, wrong(), name);
        await signIn(user, right, name);
      } else if (mood < 0.75) {
        // Impatient: several times at once, one of them mistyped.
        await Promise.all([right, right, wrong(), right].map((password) => signIn(user, password, name)));
      } else if (mood < 0.85) {
        await signIn(user, right, name);
        await signIn(user, wrong(), name);
      } else await reset(user);
    },
  };
}

function wordFor({ name, message }: Error): Deed["said"] {
  if (name === "PasswordResetRequiredException") return "reset";
  if (name !== "NotAuthorizedException") return "fault";
  return message === "Password attempts exceeded" ? "locked" : "wrong";
}
