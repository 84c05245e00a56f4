/** A user as a legacy store has him, whose password was right. */
export interface BareUser {
  readonly id: string;
  readonly email: string;
}

/** A legacy store asked by its driver alone, as somebody does who writes the trigger by hand for this one store. */
export interface BareSource {
  readonly name: string;
  /** Sends what Samekey's source sends, in the same order. */
  signIn(email: string, password: string): Promise<BareUser | undefined>;
}
