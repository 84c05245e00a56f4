import { bcryptVerify } from "hash-wasm";
import type { BareSource, BareUser } from "./bare-source.ts";

export interface HashedUser extends BareUser {
  readonly hash: string;
  readonly disabled: boolean;
}

/** A legacy store that gives the stored hash. */
export function bareByHash(name: string, find: (email: string) => Promise<HashedUser | undefined>): BareSource {
  return {
    name,
    async signIn(email, password) {
      const user = await find(email);
      if (user === undefined || user.disabled) return undefined;
      return (await bcryptVerify({ password, hash: user.hash })) ? user : undefined;
    },
  };
}
