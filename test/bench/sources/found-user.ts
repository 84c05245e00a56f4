import type { HashedUser } from "../bare-hash.ts";
import type { Person } from "../people.ts";

/** The answer to `find` of an adopter's own service: docs/sources/http.md. */
export function foundAnswer(person: Person | undefined) {
  if (person === undefined) return { users: [] };
  const { id, email, hash } = person;
  const attributes = { email, email_verified: "true" };
  return { users: [{ id, username: email, enabled: true, attributes, password: { encoded: hash } }] };
}

/** What the hand-written side reads of it. */
export function readFoundUser(answer: unknown): HashedUser | undefined {
  const { users } = answer as ReturnType<typeof foundAnswer>;
  const [user] = users;
  if (user === undefined || users.length > 1) return undefined;
  return { id: user.id, email: user.attributes.email, hash: user.password.encoded, disabled: !user.enabled };
}
