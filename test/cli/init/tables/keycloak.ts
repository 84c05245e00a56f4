import {
  aVector,
  type Database,
  type FrameworkTables,
  type Hashed,
  type Person,
  type TableRow,
} from "../framework-tables.ts";

const pbkdf2 = aVector("keycloak", "keycloak-pbkdf2", "LjFq");
const argon2 = aVector("keycloak", "keycloak-argon2");
const realm = "5b0b6e0a-4f0f-4c1e-9d3e-000000000001";

// Keycloak 26: what Liquibase makes of model/jpa/src/main/resources/META-INF/jpa-changelog-*.xml; of realm, which has
// some sixty columns, those that are asked. MySQL's names are in capitals, its booleans are bit(1).
// https://github.com/keycloak/keycloak/tree/26.0.0/model/jpa/src/main/resources/META-INF
export const keycloak: FrameworkTables = {
  schema: "keycloak",
  ddl: {
    postgres: `create table realm (id varchar(36) primary key, enabled boolean not null default false, name varchar(255) unique);
      create table user_entity (id varchar(36) primary key, email varchar(255), email_constraint varchar(255),
      email_verified boolean not null default false, enabled boolean not null default false,
      federation_link varchar(255), first_name varchar(255), last_name varchar(255), realm_id varchar(255),
      username varchar(255), created_timestamp bigint, service_account_client_link varchar(255),
      not_before integer not null default 0, unique (realm_id, email_constraint), unique (realm_id, username));
      create table credential (id varchar(36) primary key, salt bytea, type varchar(255),
      user_id varchar(36) references user_entity (id), created_date bigint, user_label varchar(255), secret_data text,
      credential_data text, priority integer, version integer default 0);
      create table user_required_action (user_id varchar(36) not null references user_entity (id),
      required_action varchar(255) not null default ' ', primary key (required_action, user_id))`,
    mysql: `create table REALM (ID varchar(36) primary key, ENABLED bit(1) not null default b'0', NAME varchar(255) unique);
      create table USER_ENTITY (ID varchar(36) primary key, EMAIL varchar(255), EMAIL_CONSTRAINT varchar(255),
      EMAIL_VERIFIED bit(1) not null default b'0', ENABLED bit(1) not null default b'0', FEDERATION_LINK varchar(255),
      FIRST_NAME varchar(255), LAST_NAME varchar(255), REALM_ID varchar(255), USERNAME varchar(255),
      CREATED_TIMESTAMP bigint, SERVICE_ACCOUNT_CLIENT_LINK varchar(255), NOT_BEFORE int not null default 0,
      unique (REALM_ID, EMAIL_CONSTRAINT), unique (REALM_ID, USERNAME));
      create table CREDENTIAL (ID varchar(36) primary key, SALT tinyblob, TYPE varchar(255), USER_ID varchar(36),
      CREATED_DATE bigint, USER_LABEL varchar(255), SECRET_DATA longtext, CREDENTIAL_DATA longtext, PRIORITY int,
      VERSION int default 0, foreign key (USER_ID) references USER_ENTITY (ID));
      create table USER_REQUIRED_ACTION (USER_ID varchar(36) not null, REQUIRED_ACTION varchar(255) not null default ' ',
      primary key (REQUIRED_ACTION, USER_ID), foreign key (USER_ID) references USER_ENTITY (ID))`,
  },
  people: (database) => {
    const people = [
      aPerson(1, "PBKDF2, verified", pbkdf2, {}),
      aPerson(2, "an address that is not verified", pbkdf2, { verified: false }),
      aPerson(3, "disabled", pbkdf2, { enabled: false }),
      aPerson(4, "with a temporary password", pbkdf2, { action: "UPDATE_PASSWORD" }),
      aPerson(5, "with another action open", pbkdf2, { action: "UPDATE_PROFILE" }),
      aPerson(6, "with a second factor", pbkdf2, { factor: "otp" }),
      aPerson(8, "Argon2, as of Keycloak 25", argon2, {}),
      aPerson(7, "of a federated directory, without a password", undefined, {}),
    ];
    const realms: readonly TableRow[] = [
      { table: "realm", cells: { id: realm, enabled: true, name: "customers" } },
      { table: "realm", cells: { id: "another", enabled: true, name: "staff" } },
      // The same name and address in another realm: another person.
      {
        table: "user_entity",
        cells: { id: "x1", username: "ann1", email: "ann1@example.org", enabled: true, realm_id: "another" },
      },
    ];
    return people.map((person, index) => ({
      ...person,
      rows: [...(index === 0 ? realms : []), ...person.rows].map((row) => named(database, row)),
    }));
  },
};

interface Special {
  readonly verified?: boolean;
  readonly enabled?: boolean;
  readonly action?: string;
  readonly factor?: string;
}

function aPerson(number: number, title: string, hashed: Hashed | undefined, special: Special): Person {
  const { verified = true, enabled = true, action, factor } = special;
  const id = `00000000-0000-4000-8000-00000000000${number}`;
  const [username, email] = [`ann${number}`, `ann${number}@example.org`];
  const flags = { email_verified: verified, enabled, realm_id: realm };
  const names = { username, email, email_constraint: email, first_name: "Ann", last_name: "Lee" };
  const credential = (type: string, secret: object, data: object) => ({
    table: "credential",
    cells: {
      ...{ id: `${type}-${number}`, type, user_id: id, priority: 10 },
      ...{ secret_data: JSON.stringify(secret), credential_data: JSON.stringify(data) },
    },
  });
  return {
    title,
    ...(hashed === undefined ? {} : { hashed }),
    rows: [
      { table: "user_entity", cells: { id, ...names, ...flags } },
      ...(hashed === undefined ? [] : [credential("password", secretOf(hashed), dataOf(hashed))]),
      ...(factor === undefined ? [] : [credential(factor, { value: "secret" }, { subType: "totp" })]),
      ...(action === undefined
        ? []
        : [{ table: "user_required_action", cells: { user_id: id, required_action: action } }]),
    ],
    lookups: [
      { by: "username", text: username },
      { by: "email", text: email },
    ],
    expected: {
      id,
      username,
      enabled: enabled && action !== "UPDATE_PASSWORD" && factor === undefined,
      attributes: { email, email_verified: String(verified), given_name: "Ann", family_name: "Lee" },
    },
  };
}

function secretOf({ encoded, params }: Hashed): object {
  return { value: encoded, salt: params.salt_b64, additionalParameters: {} };
}

// Of PBKDF2 the vectors have the fields alone, of Argon2 the column as it is.
function dataOf({ params }: Hashed): object {
  const { credentialData, hashIterations, algorithm } = params;
  if (typeof credentialData === "object" && credentialData !== null) return credentialData;
  return { hashIterations, algorithm, additionalParameters: {} };
}

function named(database: Database, { table, cells }: TableRow): TableRow {
  return { table: database === "mysql" ? table.toUpperCase() : table, cells };
}
