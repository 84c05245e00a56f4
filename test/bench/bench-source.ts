/** A running legacy store, with all its people. */
export interface BenchServer {
  /** What it is and of which version, for the report. */
  readonly setting: string;
  /** What the secret of the bench says: how the store is reached. */
  readonly secret?: string;
  /** What both sides find in their environment. */
  readonly environment?: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** What a store may stand on. */
export interface BenchServices {
  /** The embedded DynamoDB, which keeps the ledger. */
  readonly dynamoDb: string;
}

/** One source of lib/sources as the benches measure it: its folder in test/bench/sources has its config and its bare calls. */
export interface BenchSource {
  readonly name: string;
  /** Whether we check the stored hash; otherwise the store checks the password itself. */
  readonly hashed: boolean;
  /** The packages that its driver is, as a bundle has them; those of another source may not be there. */
  readonly drivers: readonly string[];
  /** Why it cannot be measured here; undefined where it can. Absent where nothing is needed but `npm ci`. */
  missing?(): Promise<string | undefined>;
  /** @param people How many for each cost. */
  start(people: number, services: BenchServices): Promise<BenchServer>;
}
