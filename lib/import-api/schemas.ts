import { type Static, Type } from "typebox";
import { importChoices } from "../core/import-options.ts";

/** The readers of lib/imports; test/import-api/openapi.test.ts holds that they are all. */
export const importFormats = [
  "auth0",
  "clerk",
  "cognito",
  "csv",
  "firebase",
  "fusionauth",
  "json",
  "keycloak",
  "ldif",
  "ndjson",
  "okta",
  "supabase",
  "xlsx",
] as const;

const closed = { additionalProperties: false } as const;

export const optionsSchema = Type.Object(
  {
    existing: Type.Optional(
      Type.Enum([...importChoices.existing], {
        description: "Users who wait in the vault already are changed to what is given, or kept. Default: update.",
      }),
    ),
    passwords: Type.Optional(
      Type.Enum([...importChoices.passwords], {
        description: "The old password goes on, or the first sign-in with it asks for a new one. Default: keep.",
      }),
    ),
    withoutPassword: Type.Optional(
      Type.Enum([...importChoices.withoutPassword], {
        description:
          "Users without a password wait for their forgotten password's way, are made in the pool with one that " +
          "nobody knows, or are invited by the pool. Default: wait.",
      }),
    ),
  },
  { ...closed, description: "What becomes of users." },
);
export type GivenOptions = Static<typeof optionsSchema>;

export const sourceSchema = Type.String({
  pattern: "^[a-z0-9][a-z0-9-]{0,31}$",
  description: "The source in migration.config.ts that the users are of. Default: the first one.",
});

/** RFC 9457. */
export const problemSchema = Type.Object({
  type: Type.Literal("about:blank"),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String({ description: "What is wrong. It has no value of a user." }),
  code: Type.String({ description: "docs/errors.md explains each." }),
});

export const linkSchema = Type.Object(
  { url: Type.String(), expiresAt: Type.String({ format: "date-time" }) },
  { description: "Whoever has the link may use it, until it expires." },
);

/** One route, with what is checked of its requests and told of its answers. */
export interface Route {
  readonly method: "get" | "post";
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly Readonly<Record<string, unknown>>[];
  readonly body?: object;
  readonly answers: Readonly<Record<number, { readonly description: string; readonly schema: object }>>;
}

/** Those of every route. */
export const faultAnswers: Route["answers"] = {
  500: { description: "The deployment is wrong; the function's log says how.", schema: problemSchema },
  503: { description: "Try again.", schema: problemSchema },
};

export const bodyAnswers: Route["answers"] = {
  400: { description: "The request is wrong.", schema: problemSchema },
  413: { description: "The body is too large.", schema: problemSchema },
  415: { description: "The body is no application/json.", schema: problemSchema },
};
