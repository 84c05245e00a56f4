import { aVector, type Cell, type FrameworkTables, type Hashed, type Person, Raw } from "../framework-tables.ts";

const v2 = aVector("aspnet-identity", "aspnet-identity-v2");
const v3 = aVector("aspnet-identity", "aspnet-identity-v3", "AQAAAAIAAAAy");

// ASP.NET Core Identity 8 with Entity Framework Core: CreateIdentitySchema, by Npgsql 8 and Pomelo 8.
// https://learn.microsoft.com/en-us/aspnet/core/security/authentication/customize-identity-model
export const aspnetIdentity: FrameworkTables = {
  schema: "aspnet-identity",
  ddl: {
    postgres: `create table "AspNetUsers" ("Id" text not null, "UserName" character varying(256),
      "NormalizedUserName" character varying(256), "Email" character varying(256),
      "NormalizedEmail" character varying(256), "EmailConfirmed" boolean not null, "PasswordHash" text,
      "SecurityStamp" text, "ConcurrencyStamp" text, "PhoneNumber" text, "PhoneNumberConfirmed" boolean not null,
      "TwoFactorEnabled" boolean not null, "LockoutEnd" timestamp with time zone, "LockoutEnabled" boolean not null,
      "AccessFailedCount" integer not null, constraint "PK_AspNetUsers" primary key ("Id"));
      create index "EmailIndex" on "AspNetUsers" ("NormalizedEmail");
      create unique index "UserNameIndex" on "AspNetUsers" ("NormalizedUserName")`,
    mysql: `create table \`AspNetUsers\` (\`Id\` varchar(255) character set utf8mb4 not null, \`UserName\` varchar(256),
      \`NormalizedUserName\` varchar(256), \`Email\` varchar(256), \`NormalizedEmail\` varchar(256),
      \`EmailConfirmed\` tinyint(1) not null, \`PasswordHash\` longtext, \`SecurityStamp\` longtext,
      \`ConcurrencyStamp\` longtext, \`PhoneNumber\` longtext, \`PhoneNumberConfirmed\` tinyint(1) not null,
      \`TwoFactorEnabled\` tinyint(1) not null, \`LockoutEnd\` datetime(6), \`LockoutEnabled\` tinyint(1) not null,
      \`AccessFailedCount\` int not null, constraint \`PK_AspNetUsers\` primary key (\`Id\`)) character set utf8mb4;
      create index \`EmailIndex\` on \`AspNetUsers\` (\`NormalizedEmail\`);
      create unique index \`UserNameIndex\` on \`AspNetUsers\` (\`NormalizedUserName\`)`,
  },
  people: (database) => {
    const inTime = (hours: number) =>
      new Raw(database === "mysql" ? `utc_timestamp(6) + interval ${hours} hour` : `now() + interval '${hours} hour'`);
    return [
      aPerson(1, "Identity 1 and 2, confirmed", v2, {}, true),
      aPerson(2, "ASP.NET Core Identity, confirmed", v3, {}, true),
      aPerson(3, "not confirmed", v3, { EmailConfirmed: false }, true),
      aPerson(4, "locked out", v3, { LockoutEnd: inTime(1) }, false),
      aPerson(5, "locked out before", v3, { LockoutEnd: inTime(-1) }, true),
      aPerson(6, "with a second factor", v3, { TwoFactorEnabled: true }, false),
      aPerson(7, "with a number", v3, { PhoneNumber: "+441234567890", PhoneNumberConfirmed: true }, true),
    ];
  },
};

function aPerson(
  number: number,
  title: string,
  hashed: Hashed,
  special: Readonly<Record<string, Cell>>,
  enabled: boolean,
): Person {
  const Id = `00000000-0000-4000-8000-00000000000${number}`;
  const Email = `Ann.${number}@example.org`;
  const names = { UserName: Email, NormalizedUserName: Email.toUpperCase(), NormalizedEmail: Email.toUpperCase() };
  const flags = { EmailConfirmed: true, PhoneNumberConfirmed: false, TwoFactorEnabled: false, LockoutEnabled: true };
  const cells = { Id, Email, ...names, ...flags, PasswordHash: hashed.encoded, AccessFailedCount: 0, ...special };
  const { PhoneNumber: phone } = special;
  return {
    title,
    hashed,
    rows: [{ table: "AspNetUsers", cells }],
    lookups: [
      { by: "email", text: Email.toLowerCase() },
      { by: "username", text: Email.toLowerCase() },
      ...(typeof phone === "string" ? [{ by: "phone", text: phone } as const] : []),
    ],
    expected: {
      id: Id,
      username: Email,
      enabled,
      attributes: {
        email: Email,
        email_verified: String(cells.EmailConfirmed),
        ...(typeof phone === "string" ? { phone_number: phone, phone_number_verified: "true" } : {}),
      },
    },
  };
}
