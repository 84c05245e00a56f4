import type { PoolIdentity } from "./pool-settings.ts";
import type { User } from "./world.ts";

/** The users of one pool, found by user name and by every alias that the pool allows. */
export interface UserStore {
  /** By what is typed: user name, or an alias. */
  find(typed: string): User | undefined;
  /** Another user who holds this e-mail address, phone number or preferred name as an alias. */
  holderOf(attribute: string, value: string, except: string | undefined): User | undefined;
  bySub(sub: string): User | undefined;
  put(user: User): void;
  /** Puts a changed record over the one that stands there; undefined when the user is gone meanwhile. */
  change(username: string, change: (current: User) => User): User | undefined;
  remove(user: User): void;
  /** In the order of their creation. */
  list(): readonly User[];
}

export function openUserStore(identity: PoolIdentity): UserStore {
  const users = new Map<string, User>();
  const names = new Map<string, string>();
  const canonical = (text: string) => (identity.caseSensitive ? text : text.toLowerCase());
  const aliasKey = (attribute: string, value: string) => `${attribute}:${canonical(value)}`;

  /** The keys under which a user is found besides the user name. */
  const aliasesOf = (user: User): readonly string[] => {
    const keys: string[] = [];
    for (const attribute of [...identity.usernameAttributes, ...identity.aliasAttributes]) {
      const value = user.attributes.get(attribute);
      if (value === undefined || value === "") continue;
      // An alias counts once it is verified; an attribute that is the user name counts at once.
      const needsProof = identity.aliasAttributes.includes(attribute) && attribute !== "preferred_username";
      if (needsProof && user.attributes.get(`${attribute}_verified`) !== "true") continue;
      keys.push(aliasKey(attribute, value));
    }
    return keys;
  };
  const forget = (user: User) => {
    for (const key of aliasesOf(user)) {
      if (names.get(key) === user.username) names.delete(key);
    }
    names.delete(`username:${canonical(user.username)}`);
    names.delete(`sub:${user.sub}`);
    users.delete(user.username);
  };
  const put = (user: User) => {
    const old = users.get(user.username);
    if (old !== undefined) {
      for (const key of aliasesOf(old)) if (names.get(key) === user.username) names.delete(key);
    }
    users.set(user.username, user);
    names.set(`username:${canonical(user.username)}`, user.username);
    names.set(`sub:${user.sub}`, user.username);
    for (const key of aliasesOf(user)) names.set(key, user.username);
  };
  const byKey = (key: string): User | undefined => {
    const name = names.get(key);
    return name === undefined ? undefined : users.get(name);
  };

  return {
    find: (typed) => {
      const keys = ["username", ...identity.usernameAttributes, ...identity.aliasAttributes];
      for (const kind of keys) {
        const user = byKey(aliasKey(kind, typed));
        if (user !== undefined) return user;
      }
      return undefined;
    },
    holderOf: (attribute, value, except) => {
      const holder = byKey(aliasKey(attribute, value));
      return holder === undefined || holder.username === except ? undefined : holder;
    },
    bySub: (sub) => byKey(`sub:${sub}`),
    put,
    change: (username, change) => {
      const current = users.get(username);
      if (current === undefined) return undefined;
      const next = change(current);
      put(next);
      return next;
    },
    remove: forget,
    list: () => [...users.values()],
  };
}
