import { format, type SqlSchema } from "../sql-schema.ts";

const columns = ["Id", "UserName", "Email", "EmailConfirmed", "PhoneNumber", "PhoneNumberConfirmed"];

/** https://learn.microsoft.com/en-us/aspnet/core/security/authentication/customize-identity-model */
export const aspnetIdentity: SqlSchema = {
  name: "aspnet-identity",
  title: "the users of ASP.NET Core Identity (AspNetUsers)",
  on: ["mssql", "postgres", "mysql"],
  userNames: ["email", "username", "alias", "phone"],
  read: (sql) => {
    const lockedOut = `${sql.name("LockoutEnabled")}${sql.source === "mssql" ? " = 1" : ""} and ${sql.name("LockoutEnd")} > ${sql.now}`;
    return {
      notes: ["Identity keeps names and addresses in capitals too, and has its indexes there."],
      select: `select ${columns.map(sql.name).join(", ")},
  ${["PasswordHash", "TwoFactorEnabled"].map(sql.name).join(", ")},
  ${sql.flag(lockedOut, "locked_out")}
from ${sql.name("AspNetUsers")}`,
      exact: true,
      find: {
        byEmail: `${sql.name("NormalizedEmail")} = upper(${sql.parameter})`,
        byPhone: `${sql.name("PhoneNumber")} = ${sql.parameter}`,
        byUsername: `${sql.name("NormalizedUserName")} = upper(${sql.parameter})`,
        byId: sql.asText(sql.name("Id")),
      },
      user: `id: row.Id,
username: row.UserName,
// A lockout of failed attempts keeps a user out here too. Users with a second factor are refused: moved by the
// password alone they would lose it. Drop that condition if the new pool asks for one itself.
enabled: ${sql.isFalse("locked_out")} && ${sql.isFalse("TwoFactorEnabled")},
attributes: {
  email: row.Email,
  email_verified: ${sql.isTrue("EmailConfirmed")},
  // Has to be stored as +441234567890 to be found and taken over.
  phone_number: row.PhoneNumber,
  phone_number_verified: row.PhoneNumber && ${sql.isTrue("PhoneNumberConfirmed")},
},
password: { encoded: row.PasswordHash },`,
      formats: [format("aspnet-identity", "aspnetIdentity()")],
    };
  },
};
