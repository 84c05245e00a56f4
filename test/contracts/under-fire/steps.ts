import fc from "fast-check";
import type { ImportOptions } from "../../../lib/core/import-options.ts";
import { enter, forgot, passwordFor, signUp, toldAgain, typedBy, unheard } from "./at-the-pool.ts";
import { importPerson, settle, stream } from "./imports.ts";
import { changeLegacy } from "./legacy.ts";
import { type OperatorCommandName, operatorCommands } from "./operator-commands.ts";
import type { Fault } from "./process.ts";
import type { Person, World } from "./world.ts";

const importWays = ["placed", "change", "weak", "hash", "job", "none", "create", "invite"] as const;
export type ImportWayName = (typeof importWays)[number];

/** One event, command or change of the world. */
export type Step =
  /** A person signs in at the pool, which calls whatever triggers it takes. */
  | { readonly kind: "enter"; readonly person: Person; readonly by: "name" | "email"; readonly right: boolean }
  /** The migration trigger answers, and the platform never gets the answer: no user is made. */
  | { readonly kind: "unheard"; readonly person: Person; readonly by: "name" | "email"; readonly asks: Asks }
  | { readonly kind: "forgot"; readonly person: Person; readonly finish: boolean }
  /** The platform tells again of a user whom it has. */
  | { readonly kind: "told again"; readonly person: Person; readonly proof: "signed-in" | "reset" | "signed-up" }
  /** Somebody else signs up with the person's e-mail address. */
  | { readonly kind: "sign-up"; readonly person: Person }
  | {
      readonly kind: "import";
      readonly person: Person;
      readonly way: ImportWayName;
      readonly existing: ImportOptions["existing"];
      readonly enabled: boolean;
    }
  /** A job of the platform's own import ends: it has made the users or not, and it tells or does not. */
  | { readonly kind: "settle"; readonly made: boolean; readonly told: boolean }
  | { readonly kind: "stream"; readonly again: boolean }
  | { readonly kind: "legacy"; readonly person: Person; readonly what: "password" | "email" | "taken email" | "status" }
  | { readonly kind: "operate"; readonly person: Person; readonly command: OperatorCommandName };
export type Asks = "sign-in" | "look-up";

/** Steps that run at the same time, what goes wrong with their processes, and whether all are tried again at once. */
export interface Round {
  readonly steps: readonly Step[];
  readonly faults: readonly Fault[];
  readonly retried: boolean;
}

const person = fc.constantFrom<Person>(0, 1);
const by = fc.constantFrom("name" as const, "email" as const);
const commands = Object.keys(operatorCommands) as readonly OperatorCommandName[];
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("enter" as const),
      person,
      by,
      right: fc.constantFrom(true, true, false),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("unheard" as const),
      person,
      by,
      asks: fc.constantFrom<Asks>("sign-in", "sign-in", "look-up"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("forgot" as const), person, finish: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("told again" as const),
      person,
      proof: fc.constantFrom("signed-in" as const, "reset" as const, "signed-up" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("sign-up" as const), person }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("import" as const),
      person,
      way: fc.constantFrom(...importWays),
      existing: fc.constantFrom("update" as const, "update" as const, "keep" as const),
      enabled: fc.constantFrom(true, true, true, false),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("settle" as const), made: fc.boolean(), told: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("stream" as const), again: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("legacy" as const),
      person,
      what: fc.constantFrom("password" as const, "email" as const, "taken email" as const, "status" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("operate" as const),
      person,
      command: fc.constantFrom(...commands),
    }),
  },
);
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant("crash" as const), call: fc.integer({ min: 1, max: 6 }), sent: fc.boolean() }),
  fc.record({ kind: fc.constant("lost answer" as const), call: fc.integer({ min: 1, max: 6 }) }),
);
const round: fc.Arbitrary<Round> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 4 }),
  faults: fc.array(fault, { maxLength: 3 }),
  retried: fc.boolean(),
});
export const rounds = fc.array(round, { minLength: 1, maxLength: 6 });

/** What a step came to, as far as a promise hangs on it. */
export type Came = "in" | "not in" | "done";

/** @throws MigrationError, or an error of a service, where the step's process could not do it. */
export async function run(one: Step, world: World): Promise<Came> {
  switch (one.kind) {
    case "enter":
      return enter(world, one.person, passwordFor(world, one.person, one.right), typedBy(world, one.person, one.by));
    case "unheard": {
      await unheard(world, world.start(), typedBy(world, one.person, one.by), one.person, one.asks);
      return "done";
    }
    case "forgot":
      return (await forgot(world, one.person, one.finish)) === undefined ? "not in" : "done";
    case "told again":
      await toldAgain(world, world.start(), one.person, one.proof);
      return "done";
    case "sign-up":
      return signUp(world, one.person);
    case "import":
      await importPerson(world, world.start(), one);
      return "done";
    case "settle":
      await settle(world, world.start(), one);
      return "done";
    case "stream":
      await stream(world, world.start(), one.again);
      return "done";
    case "legacy":
      changeLegacy(world, one.person, one.what);
      return "done";
    case "operate":
      await operatorCommands[one.command](world, world.start(), one.person);
      return "done";
  }
}
