import { format, type SqlSchema } from "../sql-schema.ts";

const columns = ["id", "name", "email", "emailVerified", "image", "password"];

/** https://authjs.dev/getting-started/adapters/prisma */
export const nextauth: SqlSchema = {
  name: "nextauth",
  title: "the users of NextAuth (Auth.js) with Prisma (User)",
  on: ["postgres", "mysql", "mssql"],
  userNames: ["email", "alias"],
  read: (sql) => ({
    notes: ["The column with the hash is your own: NextAuth stores none. Put its name in the place of password."],
    select: `select ${columns.map(sql.name).join(", ")}
from ${sql.name("User")}`,
    find: { byEmail: sql.folded(sql.name("email")), byId: sql.asText(sql.name("id")) },
    user: `id: row.id,
username: row.email,
// NextAuth has no column for it: take yours, if your app keeps people out.
enabled: true,
attributes: {
  email: row.email,
  // NextAuth writes it for links by e-mail alone: your own sign-up may never have.
  email_verified: row.emailVerified !== null,
  name: row.name,
  picture: row.image,
},
password: { encoded: row.password },`,
    passwordNotes: [
      "What your credentials provider uses; npm run samekey -- hash identify tells it from a stored string.",
    ],
    formats: [format("bcrypt", "bcrypt()"), format("argon2", "argon2()")],
  }),
};
