// What Samekey is measured against: a user migration trigger as a careful team writes it by hand for one legacy store. Same
// driver, hash, SDK clients and requests, in the same order; clients and connection are made during init.
import { readPointer, writeUser } from "./bare-ledger.ts";
import type { BareSource } from "./bare-source.ts";

export interface Event {
  readonly triggerSource: string;
  readonly userName: string;
  readonly request: { readonly password: string };
}

export function handWritten(source: BareSource): (event: Event) => Promise<unknown> {
  return async (event) => {
    const refusal = { ...event, response: {} };
    const { password } = event.request;
    if (event.triggerSource !== "UserMigration_Authentication" || password === "") return refusal;
    const email = event.userName.trim().toLowerCase();
    if ((await readPointer(email)) !== undefined) return refusal;
    const user = await source.signIn(email, password);
    if (user === undefined) return refusal;
    await writeUser(source.name, user);
    console.log(JSON.stringify({ level: "INFO", outcome: "verified", source: source.name }));
    return {
      ...event,
      response: {
        userAttributes: { email: user.email, email_verified: "true", "custom:legacy_id": user.id },
        finalUserStatus: "CONFIRMED",
        messageAction: "SUPPRESS",
        forceAliasCreation: false,
      },
    };
  };
}
