import { bcrypt } from "hash-wasm";

/** One password for everybody: a hash says nothing about the user, and so one per cost is enough. */
export const password = "correct horse battery staple";

/** The costs that are measured: 4, the cheapest bcrypt, hides the least; 10 is what real databases have. */
export const costs = [4, 10] as const;
export type Cost = (typeof costs)[number];

export function emailOf(number: number, cost: Cost): string {
  return `person-${number}@cost-${cost}.example.org`;
}

/** The SQL of a legacy database with so many people for each cost. */
export async function legacySql(people: number): Promise<string> {
  const inserts = await Promise.all(
    costs.map(async (cost) => {
      const salt = new Uint8Array(16).fill(cost);
      const hash = await bcrypt({ password, salt, costFactor: cost, outputType: "encoded" });
      return `insert into users select 'id-${cost}-' || n, 'person-' || n || '@cost-${cost}.example.org', true, '${hash}', false from generate_series(1, ${people}) n;`;
    }),
  );
  return [
    "create table users (id text primary key, email text not null, email_confirmed boolean not null, password_hash text not null, disabled boolean not null);",
    "create unique index users_email on users (lower(email));",
    ...inserts,
    "analyze users;",
  ].join("\n");
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
