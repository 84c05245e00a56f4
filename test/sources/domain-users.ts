import { Attribute, Change, type Client } from "ldapts";

export const passwordOf = (name: string) => `${name}'s pass`;

/** What an account has besides the usual; `set` is changed after the password is. */
interface Account {
  readonly fields?: Readonly<Record<string, string>>;
  readonly set?: Readonly<Record<string, string | Buffer>>;
}

const enabled = "512";

/** The accounts of corp.example, by sAMAccountName. */
const accounts: Readonly<Record<string, Account>> = {
  reader: {},
  alice: { fields: { mail: "alice@example.org", givenName: "Alice", sn: "Liddell", telephoneNumber: "+441234567890" } },
  zoë: {},
  castor: { fields: { mail: "twins@example.org" } },
  pollux: { fields: { mail: "twins@example.org" } },
  // What another account is called, as an address: whose password opens which account?
  mallory: { fields: { mail: "alice@corp.example" } },
  bob: { set: { userAccountControl: "514" } },
  // 1 January 2001 as FILETIME.
  carol: { set: { accountExpires: "126227808000000000" } },
  dave: { set: { pwdLastSet: "0" } },
  erin: {},
  marker: {},
  grace: { set: { logonHours: Buffer.alloc(21) } },
};

function replace(type: string, ...values: string[] | Buffer[]): Change {
  return new Change({ operation: "replace", modification: new Attribute({ type, values }) });
}

/** Takes passwords of any kind; three wrong ones lock an account. */
export async function relaxPasswordPolicy(client: Client, base: string): Promise<void> {
  const policy = {
    lockoutThreshold: "3",
    pwdProperties: "0",
    minPwdLength: "4",
    minPwdAge: "0",
    pwdHistoryLength: "0",
  };
  await client.modify(
    base,
    Object.entries(policy).map(([type, value]) => replace(type, value)),
  );
}

export async function addDomainUser(
  client: Client,
  base: string,
  name: string,
  password: string,
  { fields = {}, set = {} }: Account = {},
): Promise<void> {
  const dn = `cn=${name},cn=users,${base}`;
  const names = { sAMAccountName: name, userPrincipalName: `${name}@corp.example` };
  await client.add(dn, { objectClass: "user", ...names, ...fields, userAccountControl: "514" });
  // [MS-ADTS] 3.1.1.3.1.5: the quoted password in UTF-16LE.
  await client.modify(dn, [replace("unicodePwd", Buffer.from(`"${password}"`, "utf16le"))]);
  const last = { userAccountControl: enabled, ...set };
  await client.modify(
    dn,
    Object.entries(last).map(([type, value]) =>
      typeof value === "string" ? replace(type, value) : replace(type, value),
    ),
  );
}

/** Adds the accounts; marker may write what it wants. */
export async function addDomainUsers(client: Client, base: string): Promise<void> {
  await relaxPasswordPolicy(client, base);
  for (const [name, account] of Object.entries(accounts)) {
    await addDomainUser(client, base, name, passwordOf(name), account);
  }
  const member = new Attribute({ type: "member", values: [`cn=marker,cn=users,${base}`] });
  await client.modify(`cn=Domain Admins,cn=users,${base}`, new Change({ operation: "add", modification: member }));
}
