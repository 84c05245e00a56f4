import type { LedgerUser } from "../../core/ports.ts";
import { openPeople, type People, type Said } from "./people.ts";
import type { Stack } from "./stack.ts";

/** One thing that was promised of a step, and whether it was so. */
export interface Promised {
  readonly text: string;
  readonly kept: boolean;
}

/** What a step needs of the world around it. */
export interface Scene {
  readonly people: People;
  /** How often the legacy database was asked since the step began. */
  legacyLookups(): Promise<number>;
  row(identifier: string): Promise<LedgerUser | undefined>;
  /** Whether the legacy database has noted that the user has moved, once all is done that hangs on the ledger. */
  marked(username: string): Promise<boolean>;
  /** The code that was last sent to an address. */
  codeFor(email: string): string;
}

export interface Step {
  readonly title: string;
  /** Whose row of the ledger is shown before and after. */
  readonly who?: string;
  run(scene: Scene): Promise<readonly Promised[]>;
}

export function openScene(stack: Stack, codes: ReadonlyMap<string, string>): Scene & { begin(): Promise<void> } {
  let before = 0;
  const lookups = async () => (await stack.legacy?.lookups()) ?? 0;
  return {
    people: openPeople(stack),
    async begin() {
      before = await lookups();
    },
    legacyLookups: async () => (await lookups()) - before,
    row: (identifier) => stack.ledger.find([{ kind: "identifier", value: identifier }], AbortSignal.timeout(5000)),
    async marked(username) {
      await stack.settled();
      return (await stack.legacy?.hasMoved(username)) === true;
    },
    codeFor: (email) => codes.get(email) ?? "",
  };
}

// Cognito's words, the same for each reason.
const wrongWords = "Incorrect username or password.";

/** The main job, told in steps; the people are those of examples/demo/legacy.sql. */
export const story: readonly Step[] = [
  {
    title: "Ada signs in for the first time, with her old password",
    who: "ada",
    async run({ people, row, legacyLookups, marked }) {
      const said = await people.signIn("ada@example.org", "correct horse battery");
      return [
        { text: "she is signed in", kept: said.kind === "yes" },
        { text: "the legacy database was asked once", kept: (await legacyLookups()) === 1 },
        { text: "the ledger says migrated", kept: (await row("ada"))?.state === "migrated" },
        { text: "the legacy database has been told that she has left", kept: await marked("ada") },
      ];
    },
  },
  {
    title: "Ada signs in again",
    who: "ada",
    async run({ people, legacyLookups }) {
      const said = await people.signIn("ada", "correct horse battery");
      return [
        { text: "she is signed in, this time by her user name", kept: said.kind === "yes" },
        { text: "the legacy database was not asked", kept: (await legacyLookups()) === 0 },
      ];
    },
  },
  {
    title: "Grace mistypes her password",
    who: "grace",
    async run({ people, row }) {
      const said = await people.signIn("grace", "nanoseconds mutter");
      const again = await people.signIn("grace", "nanoseconds matter");
      return [
        { text: `the answer is "${wrongWords}"`, kept: isWrong(said) },
        { text: "the right one is taken at once after it", kept: again.kind === "yes" },
        { text: "the ledger says migrated", kept: (await row("grace"))?.state === "migrated" },
      ];
    },
  },
  {
    title: "Somebody tries a name that nobody has",
    async run({ people, row }) {
      const said = await people.signIn("nobody@example.org", "correct horse battery");
      return [
        { text: "the answer is the same as for a wrong password", kept: isWrong(said) },
        { text: "nothing is recorded", kept: (await row("nobody@example.org")) === undefined },
      ];
    },
  },
  {
    title: "Katherine, who is disabled in the legacy database, signs in with the right password",
    who: "katherine",
    async run({ people, row }) {
      const said = await people.signIn("katherine", "orbit by hand 1962");
      return [
        { text: "the answer is the same as for a wrong password", kept: isWrong(said) },
        { text: "no user is made", kept: (await people.usersWith("katherine@example.org")) === 0 },
        { text: "nothing is recorded", kept: (await row("katherine")) === undefined },
      ];
    },
  },
  {
    title: "Hedy, who never signed in here, has forgotten her password",
    who: "hedy",
    async run({ people, row, codeFor }) {
      const asked = await people.forget("hedy@example.org");
      const between = (await row("hedy"))?.state;
      const chosen = await people.chooseNew("hedy@example.org", codeFor("hedy@example.org"), "Frequency-hopping-1942");
      const old = await people.signIn("hedy", "hop the frequency");
      const signedIn = await people.signIn("hedy", "Frequency-hopping-1942");
      return [
        {
          text: "a code goes to her verified address",
          kept: asked.kind === "yes" && codeFor("hedy@example.org") !== "",
        },
        { text: "the ledger says resetting until she has chosen a new one", kept: between === "resetting" },
        { text: "the new password signs her in", kept: chosen.kind === "yes" && signedIn.kind === "yes" },
        { text: "the old one no longer does", kept: isWrong(old) },
        { text: "the ledger says migrated", kept: (await row("hedy"))?.state === "migrated" },
      ];
    },
  },
  {
    title: "A stranger signs up with Mary's e-mail address, another with his own",
    who: "mary",
    async run({ people, row }) {
      const taken = await people.signUp("stranger", "mary@example.org", "Let-me-in-please-1");
      const own = await people.signUp("newcomer", "newcomer@example.com", "Let-me-in-please-1");
      return [
        {
          text: "Mary's account is not given away",
          kept: taken.kind === "no" && taken.name === "UserLambdaValidationException",
        },
        { text: "who is nobody's namesake is welcome", kept: own.kind === "yes" },
        { text: "Mary's row is untouched", kept: (await row("mary")) === undefined },
      ];
    },
  },
  {
    title: "Radia signs in for the first time on fifty devices at once, some by e-mail, some by user name",
    who: "radia",
    async run({ people, row }) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, device) =>
          people.signIn(device % 2 === 0 ? "radia@example.org" : "radia", "spanning every tree"),
        ),
      );
      const signedIn = answers.filter((said) => said.kind === "yes").length;
      return [
        { text: `${signedIn} of 50 devices are signed in`, kept: signedIn === 50 },
        { text: "the pool has one Radia", kept: (await people.usersWith("radia@example.org")) === 1 },
        { text: "the ledger has one row of hers, migrated", kept: (await row("radia"))?.state === "migrated" },
      ];
    },
  },
  {
    title: "Five people sign in whose passwords are stored in five other formats",
    async run({ people }) {
      const five = [
        ["joan", "banburismus!", "Django's PBKDF2"],
        ["dorothy", "fortran for all", "phpass"],
        ["zoe", "Пароль с ёлкой", "argon2id"],
        ["frances", "optimise the loop", "scrypt"],
        ["karen", "inverse document", "sha512-crypt"],
      ] as const;
      const promised: Promised[] = [];
      for (const [name, password, format] of five) {
        const said = await people.signIn(`${name}@example.org`, password);
        promised.push({ text: `${name}, ${format}`, kept: said.kind === "yes" });
      }
      return promised;
    },
  },
];

function isWrong(said: Said): boolean {
  return said.kind === "no" && said.name === "NotAuthorizedException" && said.text === wrongWords;
}
