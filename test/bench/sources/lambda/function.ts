// The adopter's function, which the local Lambda runner runs in a process of its own.
import { openPeople } from "../../people.ts";
import { foundAnswer } from "../found-user.ts";

const opening = openPeople();

export async function handler({ canonical }: { readonly canonical: string }): Promise<unknown> {
  return foundAnswer((await opening)(canonical));
}
