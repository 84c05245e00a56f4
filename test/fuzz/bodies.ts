import assert from "node:assert/strict";
import fc from "fast-check";
import { type ImportLinks, openImportLinks } from "../../lib/aws/import-bucket.ts";
import type { HttpAnswer, HttpJob, HttpTime } from "../../lib/core/http.ts";
import type { ImportRun } from "../../lib/core/import-run.ts";
import { emptyTally } from "../../lib/core/import-tally.ts";
import { parseImportedUser } from "../../lib/core/imported-user.ts";
import { parseLegacyUser } from "../../lib/core/legacy-record.ts";
import { parseBatchFile, parseFileFacts, parseResultFile } from "../../lib/distributed-import/batch-file.ts";
import { orderOf } from "../../lib/distributed-import/run-detail.ts";
import { createImport } from "../../lib/import-api/create-import.ts";
import { parseGivenUser } from "../../lib/import-api/given-user.ts";
import { importUsers } from "../../lib/import-api/import-users.ts";
import { readJsonBody } from "../../lib/import-api/json-body.ts";
import { readImport } from "../../lib/import-api/read-import.ts";
import { bytesLike, oddValue, textLike, valueLike } from "./inputs.ts";
import { aMappedUser } from "./samples.ts";
import { type FuzzTarget, target } from "./target.ts";

// Bodies and parameters of the HTTP API, behind which the real routes answer, and the objects of an import past one machine.

const known = { source: "shop", sources: ["shop"] } as const;
const id = "7d9c9f0e-0000-4000-8000-000000000000";
const at = "2026-01-01T00:00:00.000Z";
const time: HttpTime = { stop: new AbortController().signal, over: new AbortController().signal };
const aRun: ImportRun = {
  ...{ id, state: "finished", settled: 1, tally: emptyTally, detail: {}, startedAt: at, updatedAt: at },
};
const link = { url: "https://bucket.s3.amazonaws.com/x", expiresAt: at };

const create = createImport({
  ...known,
  runs: { create: async () => undefined },
  links: { upload: async () => ({ ...link, method: "PUT", headers: {} }) },
  now: () => new Date(at),
  newId: () => id,
});
const read = readImport({
  runs: { read: async (wanted: string) => (wanted === id ? aRun : undefined) },
  links: { refused: async () => ({ records: link, reasons: link }) },
} as never);
const importRoute = importUsers({
  ...known,
  importer: { importer: () => assert.fail("no user of a fuzzed body is imported") },
  kept: { claim: async () => ({ body: "of another request" }) },
} as never);

interface Asked {
  readonly headers: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** An answer of the documented kinds, and never one that only a defect gives. */
async function answer(job: HttpJob, asked: Asked): Promise<void> {
  const told: HttpAnswer = await job.answer({ ...asked, caller: "000000000000/AROAEXAMPLE" }, time);
  assert(told.status >= 200 && told.status < 500, `status ${told.status}`);
  JSON.stringify(told.body);
}

const headers = fc
  .tuple(
    textLike(["application/json", "application/json; charset=utf-8"]),
    textLike(["key-1", "7d9c9f0e"]),
    fc.constantFrom(true, true, true, false),
  )
  .map(([type, key, usual]) => ({
    "content-type": usual ? "application/json" : type,
    "idempotency-key": usual ? "key-1" : key,
  }));
const parameters = textLike([id]).map((text) => ({ id: text }));
const bodies = (examples: readonly object[]) =>
  fc.oneof(
    valueLike(examples).map((value) => Buffer.from(JSON.stringify(value) ?? "")),
    bytesLike(examples.map((one) => Buffer.from(JSON.stringify(one)))),
  );
// What a body can bring.
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? "null");
const asked = (examples: readonly object[]) => fc.record({ headers, parameters, body: bodies(examples) });

const createBody = {
  ...{ name: "users.csv", bytes: 1000, format: "csv", source: "shop" },
  options: { existing: "update", passwords: "keep", withoutPassword: "wait" },
};
const batchBody = { source: "shop", options: { existing: "keep" }, users: [aMappedUser, { ...aMappedUser, id: 2 }] };
const user = { ...aMappedUser, plaintext: undefined };
const batchFile = { users: [{ line: 1, number: 1, user, way: "hash" }], records: [{ line: 1, user }], from: 0, to: 1 };

// The client reads its settings when it is made: here, so that loading the targets changes no environment.
function linksOf() {
  process.env.AWS_REGION ??= "us-east-1";
  process.env.AWS_ACCESS_KEY_ID ??= "local";
  process.env.AWS_SECRET_ACCESS_KEY ??= "local";
  links ??= openImportLinks({ bucket: "samekey-imports", key: undefined, now: () => new Date(at) });
  return links;
}
let links: ImportLinks | undefined;

export const bodyTargets: readonly FuzzTarget[] = [
  target({ name: "body POST /imports", input: asked([createBody]), codes: [], parse: (one) => answer(create, one) }),
  target({
    name: "body POST /users/batch",
    input: asked([batchBody]),
    codes: [],
    parse: (one) => answer(importRoute, one),
  }),
  target({ name: "parameters GET /imports/{id}", input: asked([{}]), codes: [], parse: (one) => answer(read, one) }),
  target({
    name: "JSON body",
    input: asked([createBody, batchBody]),
    codes: [],
    parse: (one) => assert(["json", "refused"].includes(readJsonBody({ ...one, caller: "x" }).kind)),
  }),
  target({
    name: "given user",
    input: valueLike([aMappedUser]).map(asJson),
    codes: [],
    parse(value) {
      const given = parseGivenUser(value, "shop");
      if (given.kind === "user") assert.equal(given.user.source, "shop");
      else assert(given.reason !== "");
    },
  }),
  target({
    name: "imported user",
    input: valueLike([aMappedUser]),
    codes: ["RECORD_UNUSABLE"],
    parse: (value) => assert(parseImportedUser(value, "shop").id !== ""),
  }),
  target({
    name: "legacy user",
    input: valueLike([aMappedUser]),
    codes: ["RECORD_UNUSABLE"],
    parse: (value) => assert(parseLegacyUser(value, "shop").id !== ""),
  }),
  ...Object.entries({ batch: parseBatchFile, result: parseResultFile, facts: parseFileFacts }).map(([name, parse]) =>
    target({
      name: `object of an import: ${name}`,
      input: bodies([batchFile]).map((bytes) => Buffer.from(bytes).toString("utf8")),
      codes: ["IMPORT_UNREADABLE"],
      parse: (text) => void parse(text, "work/x"),
    }),
  ),
  target({
    name: "order of an import",
    input: fc.dictionary(
      fc.constantFrom("source", "name", "format", "existing", "passwords", "withoutPassword", "__proto__"),
      fc.oneof(fc.integer(), fc.string({ unit: "binary", maxLength: 20 }), fc.constantFrom("shop", "update", "keep")),
    ),
    codes: ["CONFIG_INVALID"],
    parse: (detail) => orderOf({ ...aRun, detail }, ["shop"]),
  }),
  target({
    name: "presigned link",
    input: fc.tuple(textLike([id]), fc.oneof(fc.nat(), fc.constant(undefined))),
    codes: [],
    async parse([name, bytes]) {
      // A lone surrogate has no UTF-8 form; ids are made by us, and the routes take no other.
      if (!name.isWellFormed()) return;
      const { url } = await linksOf().upload(name, bytes);
      const { hostname, protocol } = new URL(url);
      assert(protocol === "https:" && hostname.startsWith("samekey-imports."), "a link to the bucket and nowhere else");
    },
  }),
  target({
    name: "given user of any kind",
    input: oddValue.map(asJson),
    codes: [],
    parse: (value) => parseGivenUser(value, "shop"),
  }),
];
