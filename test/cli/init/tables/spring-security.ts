import { aVector, type FrameworkTables, type Hashed } from "../framework-tables.ts";

const hashes: readonly (readonly [string, Hashed, boolean])[] = [
  ["{bcrypt}", aVector("spring", "spring-delegating", "{bcrypt}$2a$10$"), true],
  ["{noop}", aVector("spring", "spring-delegating", "{noop}"), true],
  ["{SHA-256}", aVector("spring", "spring-delegating", "{SHA-256}"), true],
  ["an encoder of bcrypt alone", aVector("bcrypt", "bcrypt", "$2a$05$"), true],
  ["disabled", aVector("bcrypt", "bcrypt", "$2a$05$"), false],
];

// Spring Security 6.4: users.ddl of JdbcDaoImpl, with varchar for HSQLDB's varchar_ignorecase.
// https://docs.spring.io/spring-security/reference/6.4/servlet/appendix/database-schema.html
const ddl = `create table users (username varchar(50) not null primary key, password varchar(500) not null,
  enabled boolean not null);
  create table authorities (username varchar(50) not null, authority varchar(50) not null,
  constraint fk_authorities_users foreign key (username) references users (username));
  create unique index ix_auth_username on authorities (username, authority)`;

export const springSecurity: FrameworkTables = {
  schema: "spring-security",
  ddl: { postgres: ddl, mysql: ddl },
  people: () =>
    hashes.map(([title, hashed, enabled], index) => {
      const username = `ann${index}`;
      const groups = index === 0 ? [] : ["ROLE_ADMIN", "ROLE_USER"];
      return {
        title,
        hashed,
        rows: [
          { table: "users", cells: { username, password: hashed.encoded, enabled } },
          ...groups.map((authority) => ({ table: "authorities", cells: { username, authority } })),
        ],
        lookups: [{ by: "username", text: username }],
        expected: { id: username, username, enabled, attributes: {}, groups },
      };
    }),
};
