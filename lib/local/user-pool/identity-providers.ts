/** An identity provider that a pool knows; only its name and type matter here. */
export interface IdentityProvider {
  readonly name: string;
  readonly type: string;
  readonly created: Date;
}

/** A person of a provider who is linked to a user of the pool: an entry of the attribute `identities`. */
export interface LinkedIdentity {
  readonly userId: string;
  readonly providerName: string;
  readonly providerType: string;
  readonly issuer: null;
  readonly primary: boolean;
  /** Milliseconds since 1970. */
  readonly dateCreated: number;
}

/** The providers of one pool, and which of their people are linked to users of it. */
export interface IdentityProviders {
  readonly byName: Map<string, IdentityProvider>;
  /** The `sub` of the user that a person of a provider is linked to. */
  linkedTo(provider: string, userId: string): string | undefined;
  link(identity: LinkedIdentity, sub: string): void;
  identitiesOf(sub: string): readonly LinkedIdentity[];
  unlinkAll(sub: string): void;
}

export function openIdentityProviders(): IdentityProviders {
  const links = new Map<string, { readonly sub: string; readonly identity: LinkedIdentity }>();
  const key = (provider: string, userId: string) => JSON.stringify([provider, userId]);
  return {
    byName: new Map(),
    linkedTo: (provider, userId) => links.get(key(provider, userId))?.sub,
    link: (identity, sub) => {
      links.set(key(identity.providerName, identity.userId), { sub, identity });
    },
    identitiesOf: (sub) => [...links.values()].flatMap((link) => (link.sub === sub ? [link.identity] : [])),
    unlinkAll: (sub) => {
      for (const [person, link] of links) if (link.sub === sub) links.delete(person);
    },
  };
}
