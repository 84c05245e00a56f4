import { Type } from "typebox";

const text = (description: string) => Type.Optional(Type.Union([Type.String({ description }), Type.Null()]));
const time = (description: string) =>
  Type.Optional(Type.Union([Type.String({ description }), Type.Number(), Type.Null()]));
const key = (description: string) =>
  Type.Union([Type.String({ minLength: 1, maxLength: 512 }), Type.Integer()], { description });

const password = Type.Object(
  {
    encoded: Type.Union([Type.String(), Type.Null()], { description: "The stored hash, as it stands in the row." }),
    format: Type.Optional(Type.String({ description: "The format's name, where the hash does not tell." })),
    salt: Type.Optional(Type.String()),
    username: Type.Optional(Type.String({ description: "Where the name is part of the hash." })),
    params: Type.Optional(
      Type.Object({}, { additionalProperties: Type.Union([Type.String(), Type.Number(), Type.Boolean()]) }),
    ),
  },
  { additionalProperties: false },
);

/** A user as `user` of a mapping answers him (`MappedImport`); parseImportedUser says more precisely what each field may be. */
export const userSchema = Type.Object(
  {
    id: key("Stays the same for the user's life."),
    username: key("What the user signs in with."),
    enabled: Type.Boolean(),
    attributes: Type.Object(
      {},
      {
        additionalProperties: Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
        description: "By the platform's names: email, email_verified, phone_number, …",
      },
    ),
    groups: Type.Optional(Type.Array(Type.String())),
    password: Type.Optional(Type.Union([password, Type.Array(password, { maxItems: 20 }), Type.Null()])),
    passwordVersion: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Null()])),
    plaintext: text("A password as it is typed; beside it there is no stored one."),
    identities: Type.Optional(
      Type.Union([
        Type.Array(
          Type.Object(
            { provider: Type.String(), userId: Type.Union([Type.String(), Type.Integer()]) },
            { additionalProperties: false },
          ),
          { maxItems: 20 },
        ),
        Type.Null(),
      ]),
    ),
    totp: text("The shared secret of a TOTP authenticator, Base32."),
    createdAt: time("ISO 8601, or seconds or milliseconds since 1970."),
    lastSignInAt: time("As createdAt."),
    departments: Type.Optional(Type.Union([Type.Array(Type.Array(Type.String())), Type.Null()])),
  },
  { additionalProperties: false },
);
