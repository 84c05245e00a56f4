import { Type } from "typebox";
import type { ImportLinks } from "../aws/import-bucket.ts";
import { type HttpJob, problem } from "../core/http.ts";
import type { ImportRuns } from "../core/import-run.ts";
import { faultAnswers, linkSchema, problemSchema, type Route } from "./schemas.ts";

const count = Type.Integer({ minimum: 0 });

const answerSchema = Type.Object({
  id: Type.String({ format: "uuid" }),
  state: Type.Enum(["waiting", "running", "finished", "failed"]),
  startedAt: Type.String({ format: "date-time" }),
  updatedAt: Type.String({ format: "date-time" }),
  settled: Type.Integer({
    minimum: 0,
    description: "Records whose fate is settled, of those at the file's beginning.",
  }),
  counts: Type.Object(
    { read: count, create: count, update: count, same: count, kept: count, refused: count, pending: count },
    { description: "Every record read is in exactly one of the other six." },
  ),
  ways: Type.Object({}, { additionalProperties: count, description: "Where users and passwords went." }),
  reasons: Type.Array(
    Type.Object({
      reason: Type.String(),
      count: Type.Integer({ minimum: 1 }),
      lines: Type.Array(Type.Integer(), { description: "The first of them, at most ten." }),
    }),
    { description: "Why records were refused, the most frequent first." },
  ),
  refused: Type.Optional(
    Type.Object(
      { records: linkSchema, reasons: linkSchema },
      { description: "When the import is over and some were refused: the records themselves, and why." },
    ),
  ),
});

export const readImportRoute: Route = {
  method: "get",
  path: "/imports/{id}",
  operationId: "readImport",
  summary: "How far an import is, and what became of its records.",
  parameters: [{ name: "id", in: "path", required: true, schema: { type: "string", format: "uuid" } }],
  answers: {
    200: { description: "The import.", schema: answerSchema },
    404: { description: "There is no such import.", schema: problemSchema },
    ...faultAnswers,
  },
};

export interface ReadImportServices {
  readonly runs: Pick<ImportRuns, "read">;
  readonly links: Pick<ImportLinks, "refused">;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function readImport({ runs, links }: ReadImportServices): HttpJob {
  return {
    route: "GET /imports/{id}",
    async answer({ parameters: { id = "" } }, { over }) {
      const run = uuid.test(id) ? await runs.read(id, over) : undefined;
      // The command's imports are no business of this API's callers.
      if (run?.detail.by !== "api")
        return problem(404, "IMPORT_UNKNOWN", "there is no import of this id, or no longer");
      const { state, startedAt, updatedAt, settled, tally } = run;
      const { read, create, update, same, kept, refused, pending, ways, reasons } = tally;
      const isOver = state === "finished" || state === "failed";
      return {
        status: 200,
        body: {
          ...{ id, state, startedAt, updatedAt, settled },
          counts: { read, create, update, same, kept, refused, pending },
          ways,
          reasons,
          ...(isOver && refused > 0 ? { refused: await links.refused(id) } : {}),
        },
      };
    },
  };
}
