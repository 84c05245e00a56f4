import assert from "node:assert/strict";
import fc from "fast-check";
import { defineMigration, type MigrationSettings } from "../../lib/config/define-migration.ts";
import { secret } from "../../lib/config/secret.ts";
import { readEnvironment } from "../../lib/env.ts";
import { bcrypt } from "../../lib/hashes/bcrypt.ts";
import { pbkdf2 } from "../../lib/hashes/pbkdf2.ts";
import { custom } from "../../lib/sources/custom.ts";
import { http } from "../../lib/sources/http.ts";
import { ldap } from "../../lib/sources/ldap.ts";
import { postgres } from "../../lib/sources/postgres.ts";
import { oddValue, textLike, valueLike } from "./inputs.ts";
import { type FuzzTarget, target } from "./target.ts";

// What an adopter writes: config, the settings of sources and formats, the functions' environment.

const settings = {
  ...{ mode: "migrate", userNames: "email", usernameCase: "insensitive", forgotPassword: "migrate" },
  ...{ federated: "refuse", gate: { legacyCheck: true, keepSeconds: 60, onFault: "refuse" }, refusalMs: 1000 },
  ...{ lookupsPerMinute: 120, imports: { groups: true, identities: { g: "Google" }, createdAt: "custom:created_at" } },
};
const whole = (given: object): MigrationSettings =>
  ({
    sources: [custom({ name: "shop", lookups: ["email"], find: async () => undefined })],
    passwords: [bcrypt()],
    ...given,
  }) as unknown as MigrationSettings;

const connection = secret("samekey/fuzz");
const makers: Readonly<Record<string, { readonly make: (given: never) => unknown; readonly example: object }>> = {
  custom: { make: custom, example: { name: "shop", lookups: ["email"], find: () => undefined } },
  http: {
    make: http,
    example: { url: "https://example.com/x", secret: connection, actions: ["find"], lookups: ["email"] },
  },
  ldap: {
    make: ldap,
    example: { connection, base: "dc=example,dc=org", filter: "(objectClass=person)", find: { byEmail: "mail" } },
  },
  postgres: { make: postgres, example: { connection, find: { byEmail: "select 1 where $1 = ''" }, user: () => ({}) } },
  bcrypt: { make: bcrypt, example: { maxCost: 12 } },
  pbkdf2: { make: pbkdf2, example: { maxIterations: 1000 } },
};

export const settingTargets: readonly FuzzTarget[] = [
  target({
    name: "migration.config.ts",
    input: valueLike([settings]).filter((one) => typeof one === "object" && one !== null),
    codes: ["CONFIG_INVALID"],
    parse: (given) => assert(defineMigration(whole(given as object)).refusalMs >= 0),
  }),
  target({
    name: "migration.config.ts of any kind",
    input: oddValue,
    codes: ["CONFIG_INVALID"],
    parse: (given) => defineMigration(given as MigrationSettings),
  }),
  ...Object.entries(makers).map(([name, { make, example }]) =>
    target({
      name: `settings of ${name}`,
      input: valueLike([example]).filter((one) => typeof one === "object" && one !== null),
      // A source or a format tells its faults with the config's, so that all are told at once.
      codes: ["CONFIG_INVALID"],
      parse(given) {
        const made = make(given as never);
        defineMigration(
          whole({ userNames: "email", ...(isSource(made) ? { sources: [made] } : { passwords: [made] }) }),
        );
      },
    }),
  ),
  target({
    name: "environment of a function",
    input: fc.tuple(textLike(["512", "1769"]), textLike(["5", "100"])),
    codes: [],
    parse([memory, perSecond]) {
      // An environment variable has no NUL.
      if (`${memory}${perSecond}`.includes("\u0000")) return;
      process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE = memory;
      process.env.SAMEKEY_IMPORTS_PER_SECOND = perSecond;
      const { memoryMb, importsPerSecond } = readEnvironment();
      delete process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE;
      delete process.env.SAMEKEY_IMPORTS_PER_SECOND;
      assert(memoryMb > 0 && importsPerSecond >= 1 && importsPerSecond <= 100);
    },
  }),
];

function isSource(made: unknown): boolean {
  return typeof made === "object" && made !== null && "lookups" in made;
}
