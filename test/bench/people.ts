import { bcrypt } from "hash-wasm";

/** One password for everybody: a hash says nothing about the user, and so one per cost is enough. */
export const password = "correct horse battery staple";

/** The costs that are measured: 4, the cheapest bcrypt, hides the least; 10 is what real databases have. */
export const costs = [4, 10] as const;
export type Cost = (typeof costs)[number];

export function emailOf(number: number, cost: Cost): string {
  return `person-${number}@cost-${cost}.example.org`;
}

/** What every legacy store keeps of somebody. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly hash: string;
}

/** Makes anybody whose address `emailOf` gave; undefined for everybody else. */
export async function openPeople(): Promise<(email: string) => Person | undefined> {
  const hashes = await Promise.all(
    costs.map((cost) => {
      const salt = new Uint8Array(16).fill(cost);
      return bcrypt({ password, salt, costFactor: cost, outputType: "encoded" });
    }),
  );
  return (email) => {
    const [, number, cost] = /^person-([0-9]+)@cost-([0-9]+)\.example\.org$/.exec(email) ?? [];
    const hash = hashes[costs.findIndex((one) => String(one) === cost)];
    return hash === undefined ? undefined : { id: `id-${cost}-${number}`, email, hash };
  };
}

/** So many people for each cost, for a store that has to be filled before. */
export async function somePeople(count: number, of: readonly Cost[] = costs): Promise<readonly Person[]> {
  const person = await openPeople();
  const emails = of.flatMap((cost) => Array.from({ length: count }, (_, index) => emailOf(index + 1, cost)));
  return emails.map(person).filter((one) => one !== undefined);
}

/** The statements that make a table of so many people for each cost, in PostgreSQL and in MySQL. */
export async function usersSql(count: number): Promise<readonly string[]> {
  const rows = (await somePeople(count)).map(({ id, email, hash }) => `('${id}', '${email}', true, '${hash}', false)`);
  return [
    "create table users (id varchar(40) primary key, email varchar(190) not null, email_confirmed boolean not null, password_hash varchar(100) not null, disabled boolean not null)",
    `insert into users values ${rows.join(", ")}`,
  ];
}

/** Amazon Cognito's event for a sign-in of somebody whom the pool does not know. */
export function signInEvent(email: string) {
  return {
    version: "1",
    triggerSource: "UserMigration_Authentication",
    region: "us-east-1",
    userPoolId: "us-east-1_bench",
    userName: email,
    callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: "1example23456789" },
    request: { password, validationData: null, userAttributes: null },
    response: {
      userAttributes: null,
      forceAliasCreation: null,
      finalUserStatus: null,
      messageAction: null,
      desiredDeliveryMediums: null,
    },
  };
}

/** Whether the handler let the user in, so that nothing is timed that did not do the work. */
export function letIn(answer: unknown, email: string): boolean {
  const { response } = (answer ?? {}) as {
    response?: { userAttributes?: { email?: string }; finalUserStatus?: string };
  };
  return response?.userAttributes?.email === email && response.finalUserStatus === "CONFIRMED";
}
