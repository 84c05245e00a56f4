// An adopter's legacy store behind the documented messages: the HTTP double serves it, and the Lambda runner runs this file.

interface Person {
  readonly id: string;
  readonly username: string;
  readonly enabled: boolean;
  readonly attributes: Readonly<Record<string, string | null>>;
}

interface Message {
  readonly action: string;
  readonly by: string;
  readonly canonical: string;
  readonly typed: string;
  readonly id: string;
  readonly password: string;
  readonly at: string;
  readonly text: string;
  readonly size: number;
  readonly after?: string;
  readonly user: Omit<Person, "id"> & { readonly password?: { readonly text?: string } };
  readonly changes: Partial<Person> & { readonly password?: { readonly text?: string } };
}

const person = (id: string, username: string, more: Readonly<Record<string, string>> = {}): Person => ({
  id,
  username,
  enabled: true,
  attributes: { email: `${username}@example.org`, ...more },
});

export function openStore() {
  const people = [
    person("1", "ada", { phone_number: "+441234567890", email_verified: "true" }),
    person("2", "tweedledum", { email: "twins@example.org" }),
    person("3", "tweedledee", { email: "twins@example.org" }),
    { ...person("4", "nameless"), username: "" },
  ];
  const passwords = new Map([["1", "пароль ада"]]);
  const marks = new Map<string, string>();
  let nextId = 5;

  const keyOf = ({ id, username, attributes }: Person, by: string) =>
    ({ id, username, email: attributes.email, phone: attributes.phone_number })[by];
  const found = ({ by, canonical }: Message) => people.filter((one) => keyOf(one, by) === canonical);
  const at = (id: string) => people.findIndex((one) => one.id === id);
  const pageOf = (all: readonly Person[], { size, after = "0" }: Message) => {
    const end = Number(after) + size;
    return { users: all.slice(Number(after), end), ...(end < all.length ? { next: String(end) } : {}) };
  };
  const usable = () => people.filter(({ username }) => username !== "");

  return (message: Message): unknown => {
    switch (message.action) {
      case "find":
        return { users: found(message) };
      case "authenticate": {
        const [user] = found(message);
        if (user === undefined) return { kind: "denied", reason: "unknown-user" };
        if (passwords.get(user.id) !== message.password) return { kind: "denied", reason: "wrong-password" };
        return { kind: "match", user };
      }
      case "validatePassword":
        return { match: passwords.get(message.id) === message.password };
      case "list":
        return pageOf(usable(), message);
      case "search":
        return pageOf(
          usable().filter(({ username }) => username.includes(message.text)),
          message,
        );
      case "create": {
        const { password, ...user } = message.user;
        if (people.some(({ username }) => username === user.username)) return { taken: true };
        const created = { ...user, id: String(nextId++) };
        people.push(created);
        if (password?.text !== undefined) passwords.set(created.id, password.text);
        return { user: created };
      }
      case "update": {
        const one = people[at(message.id)];
        if (one === undefined) return { user: null };
        const { password, ...changes } = message.changes;
        const updated = { ...one, ...changes, attributes: { ...one.attributes, ...changes.attributes } };
        people[at(message.id)] = updated;
        if (password?.text !== undefined) passwords.set(one.id, password.text);
        return { user: updated };
      }
      case "remove":
        return { removed: at(message.id) !== -1 && people.splice(at(message.id), 1).length === 1 };
      case "mark":
        if (at(message.id) === -1) return { marked: false };
        if (!marks.has(message.id)) marks.set(message.id, message.at);
        return { marked: true };
      // Not of the documented messages: what a test asks.
      case "marks":
        return Object.fromEntries(marks);
      default:
        throw new Error("an action that is not documented");
    }
  };
}

const store = openStore();
export const handler = async (event: Message): Promise<unknown> => {
  if (event.canonical === "throws") throw new Error("canary-of-the-function");
  if (event.canonical === "hangs") return new Promise(() => undefined);
  if (event.canonical === "odd") return { user: { id: "1" } };
  if (event.canonical === "long") return { users: ["x".repeat(1_000_000)] };
  return store(event);
};
