import { type Static, Type } from "typebox";
import type { ImportLinks } from "../aws/import-bucket.ts";
import type { HttpJob } from "../core/http.ts";
import type { ImportRuns } from "../core/import-run.ts";
import { emptyTally } from "../core/import-tally.ts";
import { type KnownSources, optionsOf, sourceFault } from "./import-source.ts";
import { readJsonBody, schemaFault } from "./json-body.ts";
import {
  bodyAnswers,
  faultAnswers,
  importFormats,
  linkSchema,
  optionsSchema,
  type Route,
  sourceSchema,
} from "./schemas.ts";

const bodySchema = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 255,
      description: "The file's name; its ending helps to recognise it.",
    }),
    bytes: Type.Optional(
      // One PUT takes no more: https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html
      Type.Integer({
        minimum: 1,
        maximum: 5 * 1024 ** 3,
        description: "The upload then has to have exactly this length.",
      }),
    ),
    format: Type.Optional(Type.Enum([...importFormats], { description: "Without it the first bytes tell." })),
    source: Type.Optional(sourceSchema),
    options: Type.Optional(optionsSchema),
  },
  { additionalProperties: false },
);

const answerSchema = Type.Object({
  id: Type.String({ format: "uuid" }),
  upload: Type.Object({
    ...linkSchema.properties,
    method: Type.Literal("PUT"),
    headers: Type.Object(
      {},
      { additionalProperties: Type.String(), description: "To be sent with the file as they are: they are signed." },
    ),
  }),
});

export const createImportRoute: Route = {
  method: "post",
  path: "/imports",
  operationId: "createImport",
  summary:
    "Begins an import of a file, which goes to the link of the answer. The import starts when the file is there.",
  body: bodySchema,
  answers: { 201: { description: "The link, for 15 minutes.", schema: answerSchema }, ...bodyAnswers, ...faultAnswers },
};

export interface CreateImportServices extends KnownSources {
  readonly runs: Pick<ImportRuns, "create">;
  readonly links: Pick<ImportLinks, "upload">;
  readonly now: () => Date;
  readonly newId: () => string;
}

export function createImport({ runs, links, now, newId, ...known }: CreateImportServices): HttpJob {
  return {
    route: "POST /imports",
    async answer(request, { over }) {
      const read = readJsonBody(request);
      if (read.kind === "refused") return read.answer;
      const fault = schemaFault(bodySchema, read.value);
      if (fault !== undefined) return fault;
      const { name, bytes, format = "", source = known.source, options } = read.value as Static<typeof bodySchema>;
      const unknown = sourceFault(source, known);
      if (unknown !== undefined) return unknown;
      const { existing, passwords, withoutPassword } = optionsOf(options);
      const id = newId();
      const at = now().toISOString();
      const upload = await links.upload(id, bytes);
      const detail = { by: "api", source, name: name.toWellFormed(), format, existing, passwords, withoutPassword };
      await runs.create(
        { id, state: "waiting", settled: 0, tally: emptyTally, detail, startedAt: at, updatedAt: at },
        over,
      );
      return { status: 201, headers: { location: `/imports/${id}` }, body: { id, upload } };
    },
  };
}
