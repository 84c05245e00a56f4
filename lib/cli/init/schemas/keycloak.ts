import { format, type SqlSchema } from "../sql-schema.ts";

/** https://github.com/keycloak/keycloak/tree/main/model/jpa/src/main/resources/META-INF */
export const keycloak: SqlSchema = {
  name: "keycloak",
  title: "the users of a Keycloak realm, in its database",
  on: ["postgres", "mysql"],
  userNames: ["alias", "username", "email"],
  read: (sql) => {
    // Keycloak names its tables in capitals, which MySQL on Linux tells apart.
    const table = (name: string) => (sql.source === "mysql" ? name.toUpperCase() : name);
    const isSet = (column: string) => (sql.source === "mysql" ? `${column} = 1` : column);
    return {
      notes: [
        "Put your realm's name in the place of customers. Keycloak keeps names and addresses in lower case. Users of a",
        "federated directory have no password here.",
      ],
      select: `select u.id, u.username, u.email, u.first_name, u.last_name, c.credential_data, c.secret_data,
  ${sql.flag(isSet("u.enabled"), "enabled")},
  ${sql.flag(isSet("u.email_verified"), "email_verified")},
  exists (select 1 from ${table("user_required_action")} a
    where a.user_id = u.id and a.required_action = 'UPDATE_PASSWORD') as must_change,
  exists (select 1 from ${table("credential")} f
    where f.user_id = u.id and f.type in ('otp', 'webauthn')) as second_factor
from ${table("user_entity")} u
join ${table("realm")} r on r.id = u.realm_id
left join ${table("credential")} c on c.user_id = u.id and c.type = 'password'
where r.name = 'customers' and u.service_account_client_link is null`,
      exact: true,
      find: {
        byEmail: `u.email = ${sql.parameter}`,
        byUsername: `u.username = ${sql.parameter}`,
        byId: `u.id = ${sql.parameter}`,
      },
      user: `id: row.id,
username: row.username,
// A temporary password would become a lasting one. Users with a second factor are refused: moved by the
// password alone they would lose it. Drop that condition if the new pool asks for one itself.
enabled: ${sql.isTrue("enabled")} && ${sql.isFalse("must_change")} && ${sql.isFalse("second_factor")},
attributes: {
  email: row.email,
  email_verified: ${sql.isTrue("email_verified")},
  given_name: row.first_name,
  family_name: row.last_name,
},
password: {
  encoded:
    row.secret_data === null
      ? undefined
      : JSON.stringify({ credentialData: row.credential_data, secretData: row.secret_data }),
},`,
      formats: [format("keycloak", "keycloak()")],
    };
  },
};
