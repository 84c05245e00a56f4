import { createHash, createHmac } from "node:crypto";
import { type Static, Type } from "typebox";
import { type HttpAnswer, type HttpJob, type HttpRequest, problem } from "../core/http.ts";
import { maxBatch } from "../core/import-batch.ts";
import type { BatchAnswers, KeptBatch } from "../ledger/batch-answers.ts";
import { importUsersOf, type UsersImporter } from "./batch-users.ts";
import { type KnownSources, optionsOf, sourceFault } from "./import-source.ts";
import { readJsonBody, schemaFault } from "./json-body.ts";
import { bodyAnswers, faultAnswers, optionsSchema, problemSchema, type Route, sourceSchema } from "./schemas.ts";
import { mergeResults, type UserResult, userResultSchema } from "./user-result.ts";
import { userSchema } from "./user-schema.ts";

const usersLimits = { minItems: 1, maxItems: maxBatch } as const;

// A user who is none refuses himself, not the batch: each is checked by itself.
const envelopeSchema = Type.Object(
  {
    users: Type.Array(Type.Unknown(), usersLimits),
    source: Type.Optional(sourceSchema),
    options: Type.Optional(optionsSchema),
  },
  { additionalProperties: false },
);

const bodySchema = Type.Object(
  {
    ...envelopeSchema.properties,
    users: Type.Array(userSchema, {
      ...usersLimits,
      description: "One that is not as described here is refused by itself, and the others go on.",
    }),
  },
  { additionalProperties: false },
);

const answerSchema = Type.Object({
  results: Type.Array(userResultSchema, {
    description:
      "One for each user, in their order. `left` was not looked at, since the time was over: the same request, with " +
      "the same key, goes on with those.",
  }),
});

const keyPattern = /^[\x21-\x7e]{1,128}$/;

export const importUsersRoute: Route = {
  method: "post",
  path: "/users/batch",
  operationId: "importUsers",
  summary: "Imports up to 500 users at once.",
  parameters: [
    {
      name: "Idempotency-Key",
      in: "header",
      required: true,
      description: "The same key with the same body gets the first answer again, for 24 hours.",
      schema: { type: "string", pattern: keyPattern.source },
    },
  ],
  body: bodySchema,
  answers: {
    200: { description: "What became of each user.", schema: answerSchema },
    ...bodyAnswers,
    422: { description: "The key came with another body before.", schema: problemSchema },
    ...faultAnswers,
  },
};

export interface ImportUsersServices extends KnownSources {
  readonly importer: UsersImporter;
  readonly kept: BatchAnswers;
}

const ledgerMs = 5000;

export function importUsers({ importer, kept, ...known }: ImportUsersServices): HttpJob {
  return {
    route: "POST /users/batch",
    async answer(request, time) {
      const key = request.headers["idempotency-key"] ?? "";
      if (!keyPattern.test(key)) {
        return problem(
          400,
          "REQUEST_INVALID",
          "Idempotency-Key has to be there, with 1 to 128 visible ASCII characters",
        );
      }
      const read = readJsonBody(request);
      if (read.kind === "refused") return read.answer;
      const fault = schemaFault(envelopeSchema, read.value);
      if (fault !== undefined) return fault;
      const { users, source = known.source, options } = read.value as Static<typeof envelopeSchema>;
      const unknown = sourceFault(source, known);
      if (unknown !== undefined) return unknown;

      const place = digestOf(request.caller, key);
      const body = bodyDigest(request, key);
      const claimed = await kept.claim(place, body, AbortSignal.any([time.over, AbortSignal.timeout(ledgerMs)]));
      if (claimed.body !== body) return otherBody();
      const before = resultsIn(claimed);
      if (before.length > 0 && isWhole(before)) return answerOf(before);
      const end = await importUsersOf({ users, source, options: optionsOf(options) }, before, importer, time);
      const results = await keepResults(place, claimed, end.results);
      if (end.fault !== undefined) throw end.fault.error;
      return results === undefined ? otherBody() : answerOf(results);
    },
  };

  /** @returns what counts: the first answer about each user. Undefined where another body has come in between. */
  async function keepResults(place: string, claimed: KeptBatch, mine: readonly UserResult[]) {
    let [before, results] = [claimed, mine];
    for (;;) {
      const text = JSON.stringify(results);
      if (before.answer === text) return results;
      const other = await kept.save(place, before, text, AbortSignal.timeout(saveMs));
      if (other === undefined) return results;
      if (other.body !== claimed.body) return undefined;
      // Another request with this key was faster, at least with some.
      [before, results] = [other, mergeResults(resultsIn(other), results)];
    }
  }
}

// Within the second that lib/aws/http-api.ts leaves behind the end of the work.
const saveMs = 1000;

function answerOf(results: readonly UserResult[]): HttpAnswer {
  return { status: 200, body: { results } };
}

function otherBody(): HttpAnswer {
  return problem(422, "IDEMPOTENCY_KEY_REUSED", "the Idempotency-Key came with another body before: use a new one");
}

function resultsIn({ answer }: KeptBatch): readonly UserResult[] {
  return answer === undefined ? [] : JSON.parse(answer);
}

function isWhole(results: readonly UserResult[]): boolean {
  return results.every(({ result }) => result !== "left");
}

function digestOf(caller: string, key: string): string {
  return createHash("sha256")
    .update(JSON.stringify([caller, key]))
    .digest("hex");
}

// Keyed, since passwords are in it: whoever reads the table has the digest of the key alone.
function bodyDigest({ body }: HttpRequest, key: string): string {
  return createHmac("sha256", key).update(body).digest("base64url");
}
