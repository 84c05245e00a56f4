import assert from "node:assert/strict";
import {
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import fc from "fast-check";
import { afterChange } from "../../../lib/core/after-change.ts";
import { complete } from "../../../lib/core/completion.ts";
import { importBatch } from "../../../lib/core/import-batch.ts";
import { type ImportOptions, usualImportOptions } from "../../../lib/core/import-options.ts";
import { settleJob } from "../../../lib/core/import-user.ts";
import { parseImportedUser } from "../../../lib/core/imported-user.ts";
import { Secret } from "../../../lib/core/secret.ts";
import { lookUp, signIn } from "../../../lib/core/sign-in.ts";
import type { StoredPassword } from "../../../lib/core/user.ts";
import { openImporter } from "../../../lib/importer.ts";
import { openLedger } from "../../../lib/ledger/ledger.ts";
import { cognitoImportTarget } from "../../../lib/targets/cognito.ts";
import { aClient, aCompletion } from "../../support/services.ts";
import { type OperatorCommandName, operatorCommands } from "./operator-commands.ts";
import type { Fault, Process } from "./process.ts";
import { signInServicesOf, withDeadline } from "./triggers.ts";
import { type Person, people, type World } from "./world.ts";

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
type Asks = "sign-in" | "look-up";

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
      // Erasure ends a person's part in a run: not too often.
      command: fc.constantFrom(...commands, ...commands.filter((name) => name !== "erase")),
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

function legacyOf(world: World, who: Person) {
  const user = world.legacy.users.get(`${who}`);
  assert(user !== undefined);
  return user;
}

export function currentPassword(world: World, who: Person): string {
  return (legacyOf(world, who).password as StoredPassword).encoded;
}

function typedBy(world: World, who: Person, how: "name" | "email"): string {
  return how === "name" ? people[who] : (legacyOf(world, who).attributes.email ?? "");
}

/** A wrong one is the other's, which is somebody's right password. */
function passwordFor(world: World, who: Person, right: boolean): string {
  return right ? currentPassword(world, who) : currentPassword(world, who === 0 ? 1 : 0);
}

/** Signs in at the pool. Whoever is asked for a new password has proved the old one, and chooses it. */
export async function enter(world: World, who: Person, password: string, typed: string = people[who]): Promise<Came> {
  const { cognito, clientId: ClientId } = world;
  const AuthParameters = { USERNAME: typed, PASSWORD: password };
  try {
    const answer = await cognito.send(
      new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters }),
    );
    if (answer.AuthenticationResult !== undefined) return "in";
    const chosen = newPassword(world);
    world.passwords[who].add(chosen);
    await cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId,
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session: answer.Session,
        ChallengeResponses: { USERNAME: people[who], NEW_PASSWORD: chosen },
      }),
    );
    return "in";
  } catch (error) {
    // A defect of the pool's stand-in would look like a refusal.
    assert(error instanceof Error && error.name !== "InternalErrorException", String(error));
    return "not in";
  }
}

function newPassword(world: World): string {
  return `Chosen ${world.count()}`;
}

async function unheard(world: World, process: Process, typed: string, who: Person, asks: Asks): Promise<void> {
  const services = signInServicesOf(world, process);
  const request = { identifier: typed, client: { ...aClient, pool: world.poolId } };
  await withDeadline(async (deadline) => {
    if (asks === "look-up") await lookUp({ kind: "look-up", ...request }, services, deadline);
    else {
      const password = Secret.fromText(currentPassword(world, who));
      await signIn({ kind: "sign-in", ...request, password }, services, deadline);
    }
  });
}

/** A forgotten password, and where wanted the new one. @returns the new password, or undefined where no code came. */
export async function forgot(world: World, who: Person, finish: boolean): Promise<string | undefined> {
  const { cognito, clientId: ClientId, codes } = world;
  const Username = people[who];
  const from = codes.length;
  try {
    await cognito.send(new ForgotPasswordCommand({ ClientId, Username }));
    const address = await addressOf(world, who);
    const mine = codes.slice(from).filter(({ destination }) => destination === address);
    const code = mine.findLast(({ purpose }) => purpose === "forgotten-password")?.code;
    if (code === undefined || !finish) return code;
    const Password = newPassword(world);
    world.passwords[who].add(Password);
    await cognito.send(new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode: code, Password }));
    return Password;
  } catch (error) {
    assert(error instanceof Error && error.name !== "InternalErrorException", String(error));
    return undefined;
  }
}

/** Where the pool sends a person's codes: the address as it was when the user was made. */
async function addressOf(world: World, who: Person): Promise<string | undefined> {
  const user = (await world.users()).find(({ Username }) => Username === people[who]);
  return user?.Attributes?.find(({ Name }) => Name === "email")?.Value;
}

async function toldAgain(world: World, process: Process, who: Person, proof: "signed-in" | "reset" | "signed-up") {
  const user = (await world.users()).find(({ Username }) => Username === people[who]);
  const sub = user?.Attributes?.find(({ Name }) => Name === "sub")?.Value;
  // Nobody but a confirmed user has signed in or chosen a password.
  if (sub === undefined || user?.UserStatus !== "CONFIRMED" || user.Enabled !== true) return;
  const request = aCompletion({ sub, legacyId: `${who}` }, proof);
  const known = { ...request, user: { ...request.user, id: `${world.poolId}#${sub}` } };
  const ledger = openLedger({ table: world.bench.table, client: process.dynamo });
  await withDeadline((deadline) => complete(known, { ledger, now: () => new Date() }, deadline));
}

async function signUp(world: World, who: Person): Promise<Came> {
  const { cognito, clientId: ClientId } = world;
  const email = legacyOf(world, who).attributes.email ?? "";
  try {
    const UserAttributes = [{ Name: "email", Value: email }];
    const Username = `stranger-${world.count()}`;
    await cognito.send(new SignUpCommand({ ClientId, Username, Password: "Stranger 1", UserAttributes }));
    return "in";
  } catch (error) {
    assert(error instanceof Error && error.name !== "InternalErrorException", String(error));
    return "not in";
  }
}

const optionsOf: Readonly<Record<ImportWayName, Partial<ImportOptions>>> = {
  placed: {},
  change: { passwords: "reset" },
  weak: {},
  hash: {},
  job: { hashes: "platform" },
  none: {},
  create: { withoutPassword: "create" },
  invite: { withoutPassword: "invite" },
};

/** One user, by one way, as the command, the API and the distributed run import him. */
export async function importPerson(
  world: World,
  process: Process,
  { person: who, way, existing, enabled }: Extract<Step, { readonly kind: "import" }>,
): Promise<void> {
  const { id, username, attributes } = legacyOf(world, who);
  const password = way === "weak" ? `s${world.count()}` : currentPassword(world, who);
  world.passwords[who].add(password);
  const mapped = {
    ...{ id, username, enabled, attributes, groups: ["staff"] },
    identities: [{ provider: "google", userId: `google-${who}` }],
    totp: "JBSWY3DPEHPK3PXP",
    ...(["placed", "change", "weak"].includes(way) ? { plaintext: password } : {}),
    ...(["hash", "job"].includes(way) ? { password: { format: "house", encoded: password } } : {}),
  };
  const services = importerOf(world, process, { ...optionsOf[way], existing });
  const { signal } = new AbortController();
  const [answer] = await importBatch([parseImportedUser(mapped, "shop")], services, { plan: false, stop: signal });
  if (answer?.kind !== "pending") return;
  const { row, admitted } = answer;
  const known = answer.resumed ? await services.platform?.target.look(row, AbortSignal.timeout(20_000)) : undefined;
  if (known === undefined) world.jobs.push({ person: who, row, admitted, password });
  else await settleJob(row, known, true, services, AbortSignal.timeout(20_000));
}

function importerOf(world: World, { dynamo, cognito, key }: Process, options: Partial<ImportOptions> = {}) {
  const { migration, pool, bench } = world;
  const vault = { key: { ...key, openVault: () => assert.fail("imports open the vault by themselves") } };
  const importable = ({ encoded }: StoredPassword) => ({ algorithm: "BCRYPT", encoded });
  const place = { table: bench.table, client: dynamo, pool: { pool, cognito, perSecond: 1000, importable } };
  return openImporter({ ...migration, vault }, place, { ...usualImportOptions, ...options });
}

/** The process that waits for the job may end at any call; what the job has made stays made. */
async function settle(
  world: World,
  process: Process,
  { made, told }: { readonly made: boolean; readonly told: boolean },
): Promise<void> {
  const job = world.jobs.shift();
  if (job === undefined) return;
  const signal = AbortSignal.timeout(20_000);
  if (made) {
    // The platform itself, whose work no process of ours can end.
    const target = cognitoImportTarget({ poolId: world.poolId, client: world.cognito, pace: async () => undefined });
    await target.place(job.admitted, { kind: "keep", password: Secret.fromText(job.password) }, signal);
  }
  const services = importerOf(world, process);
  const heard = made && told;
  const known = heard ? undefined : await services.platform?.target.look(job.row, signal);
  await settleJob(job.row, known, heard || known !== undefined, services, signal);
}

export async function stream(world: World, process: Process, again: boolean): Promise<void> {
  const { migration, poolId, bench } = world;
  const target = cognitoImportTarget({ poolId, client: process.cognito, pace: async () => undefined });
  const ledger = openLedger({ table: bench.table, client: process.dynamo });
  const services = { sources: migration.sources, target, ledger, now: () => new Date() };
  const tell = async (event: Parameters<typeof afterChange>[0]) =>
    afterChange(event, services, AbortSignal.timeout(20_000));
  await (again ? world.repeat(tell) : world.deliver(tell));
}

function changeLegacy(world: World, who: Person, what: "password" | "email" | "taken email" | "status"): void {
  const user = legacyOf(world, who);
  const store = world.legacy.users;
  switch (what) {
    case "password": {
      const encoded = `Right ${world.count()} ${people[who]}`;
      world.passwords[who].add(encoded);
      store.set(`${who}`, { ...user, password: { encoded } });
      return;
    }
    case "email":
      store.set(`${who}`, { ...user, attributes: { ...user.attributes, email: newEmail(world, who) } });
      return;
    case "taken email": {
      // The other one gives the address away: the ledger may still lead from it to him.
      const other = who === 0 ? 1 : 0;
      const { email = "" } = legacyOf(world, other).attributes;
      changeLegacy(world, other, "email");
      store.set(`${who}`, { ...user, attributes: { ...user.attributes, email } });
      return;
    }
    case "status":
      store.set(`${who}`, { ...user, enabled: !user.enabled });
  }
}

function newEmail(world: World, who: Person): string {
  return `${people[who]}.${world.count()}@example.com`;
}

/** What the operator of the legacy store sets right before the end: everybody enabled, with an address of his own. */
export function settleLegacy(world: World): void {
  for (const who of [0, 1] as const) {
    const user = legacyOf(world, who);
    const attributes = { ...user.attributes, email: newEmail(world, who) };
    world.legacy.users.set(`${who}`, { ...user, enabled: true, attributes });
  }
}
