// What is mutated, in runs that each end within minutes, and the tests that a mutant of each group has to pass.

export interface MutationGroup {
  readonly mutate: readonly string[];
  /** The unit tests that concern these files; no others are run. */
  readonly tests: readonly string[];
}

export const mutationGroups: Readonly<Record<string, MutationGroup>> = {
  transitions: {
    mutate: ["lib/core/transitions.ts"],
    tests: ["test/core/transitions.test.ts", "test/core/transition-matrix.test.ts"],
  },
  "sign-in": {
    mutate: ["lib/core/sign-in.ts"],
    tests: [
      "test/core/sign-in.test.ts",
      "test/core/sign-in-sources.test.ts",
      "test/core/look-up.test.ts",
      "test/core/vault.test.ts",
      "test/core/drift.test.ts",
    ],
  },
  gates: {
    mutate: ["lib/core/gate.ts", "lib/core/completion.ts", "lib/core/sign-up.ts"],
    tests: [
      "test/core/gate.test.ts",
      "test/core/completion.test.ts",
      "test/core/sign-up.test.ts",
      "test/core/drift.test.ts",
    ],
  },
  hooks: {
    mutate: ["lib/hooks/cognito-*.ts", "lib/protocols/cognito-trigger.ts"],
    tests: ["test/hooks/*.test.ts"],
  },
  ledger: {
    mutate: [
      "lib/ledger/ledger.ts",
      "lib/ledger/transaction.ts",
      "lib/ledger/items.ts",
      "lib/ledger/keys.ts",
      "lib/ledger/stream.ts",
    ],
    tests: ["test/ledger/embedded.test.ts", "test/ledger/client.test.ts", "test/ledger/stream.test.ts"],
  },
  vault: {
    mutate: [
      "lib/ledger/vault.ts",
      "lib/ledger/vault-items.ts",
      "lib/ledger/vault-writer.ts",
      "lib/ledger/totp-vault.ts",
      "lib/ledger/data-keys.ts",
    ],
    tests: ["test/ledger/vault.test.ts"],
  },
};
