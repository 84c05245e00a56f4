import { format, type SqlSchema } from "../sql-schema.ts";
import type { SqlSourceName } from "../sql-writer.ts";

const joined: Readonly<Record<SqlSourceName, string>> = {
  postgres: "string_agg(authority, ',' order by authority)",
  mysql: "group_concat(authority order by authority)",
  mssql: "string_agg(authority, ',') within group (order by authority)",
};

/** https://docs.spring.io/spring-security/reference/servlet/appendix/database-schema.html */
export const springSecurity: SqlSchema = {
  name: "spring-security",
  title: "Spring Security's users and authorities (JdbcDaoImpl)",
  on: ["postgres", "mysql", "mssql"],
  userNames: ["username"],
  read: (sql) => ({
    notes: ["The schema has no e-mail address. Where user names are addresses: add byEmail, and `email` below."],
    select: `select username, password, enabled,
  (select ${joined[sql.source]}
    from authorities a where a.username = u.username) as authorities
from users u`,
    find: { byUsername: sql.folded("username"), byId: `username = ${sql.parameter}` },
    user: `id: row.username,
username: row.username,
enabled: ${sql.isTrue("enabled")},
attributes: {},
groups: typeof row.authorities === "string" ? row.authorities.split(",") : [],
password: { encoded: row.password },`,
    passwordNotes: [
      "spring takes the strings with {bcrypt} and other ids in front, bcrypt those of an encoder of its own.",
    ],
    formats: [format("bcrypt", "bcrypt()"), format("spring", "spring()")],
  }),
};
