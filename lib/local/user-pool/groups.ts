/** A group of a pool. */
export interface Group {
  readonly name: string;
  readonly description: string | undefined;
  readonly roleArn: string | undefined;
  /** The lower, the higher the group stands; groups without one come last. */
  readonly precedence: number | undefined;
  readonly created: Date;
}

/** The groups of one pool and who is in them. */
export interface GroupStore {
  find(name: string): Group | undefined;
  add(group: Group): void;
  list(): readonly Group[];
  put(sub: string, group: Group): void;
  take(sub: string, group: Group): void;
  /** Ordered by precedence, then by name. */
  ofUser(sub: string): readonly Group[];
  forget(sub: string): void;
}

export function openGroupStore(): GroupStore {
  const groups = new Map<string, Group>();
  const members = new Map<string, ReadonlySet<string>>();
  const namesOf = (sub: string): ReadonlySet<string> => members.get(sub) ?? new Set();
  return {
    find: (name) => groups.get(name),
    add: (group) => {
      groups.set(group.name, group);
    },
    list: () => [...groups.values()],
    put: (sub, group) => {
      members.set(sub, new Set([...namesOf(sub), group.name]));
    },
    take: (sub, group) => {
      members.set(sub, new Set([...namesOf(sub)].filter((name) => name !== group.name)));
    },
    ofUser: (sub) => [...groups.values()].filter((group) => namesOf(sub).has(group.name)).sort((a, b) => order(a, b)),
    forget: (sub) => {
      members.delete(sub);
    },
  };
}

function order(a: Group, b: Group): number {
  const last = Number.MAX_SAFE_INTEGER;
  return (a.precedence ?? last) - (b.precedence ?? last) || (a.name < b.name ? -1 : 1);
}
