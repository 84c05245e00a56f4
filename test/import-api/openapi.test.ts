import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { openApiDocument, routes } from "../../lib/import-api/openapi.ts";
import { importFormats } from "../../lib/import-api/schemas.ts";
import { members } from "../../scripts/lists.ts";
import { openApiText } from "../../scripts/openapi.ts";
import { conformityFault } from "./conformity.ts";

const committed = readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8");

describe("docs/openapi.json", () => {
  test("is what the code says: run `npm run lists`", () => {
    expect(committed).toBe(openApiText());
  });

  test("describes each route once, with an answer for faults, and problems as RFC 9457 has them", () => {
    const { openapi, paths }: { openapi: string; paths: Record<string, Record<string, Operation>> } =
      JSON.parse(committed);
    expect(openapi).toMatch(/^3\.1\./);
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual([
      "createImport",
      "importUsers",
      "readImport",
    ]);
    for (const { responses } of operations) {
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(["500", "503"]));
      for (const [status, { content }] of Object.entries(responses)) {
        expect(Object.keys(content)).toEqual([Number(status) < 400 ? "application/json" : "application/problem+json"]);
      }
    }
  });

  test("says of a user what the batch checks of one", () => {
    const { paths }: { paths: Record<string, Record<string, Operation>> } = JSON.parse(committed);
    const users = paths["/users/batch"]?.post?.requestBody.content["application/json"].schema.properties.users;
    expect(users).toMatchObject({
      minItems: 1,
      maxItems: 500,
      items: { required: ["id", "username", "enabled", "attributes"] },
    });
    expect(users?.items.additionalProperties).toBe(false);
  });

  test("leads each reference somewhere: it has none", () => {
    expect(JSON.stringify(openApiDocument())).not.toContain('"$ref"');
    expect(parse(committed)).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });
});

describe("the check of answers", () => {
  const json = { "content-type": "application/json" };
  const answer = (statusCode: number, body: unknown, headers: object = json) =>
    conformityFault("POST /users/batch", { statusCode, headers, body: JSON.stringify(body) });

  test("takes what is described", () => {
    expect(answer(200, { results: [{ result: "kept", state: "migrated" }] })).toBeUndefined();
  });

  test.each([
    ["a word that is none", answer(200, { results: [{ result: "done" }] })],
    ["a member that is not described", answer(200, { results: [{ result: "created", id: 1 }] })],
    ["a status that is not described", answer(418, {})],
    ["a problem of another media type", answer(422, { title: "x" })],
    [
      "a problem without a code",
      answer(
        422,
        { type: "about:blank", title: "x", status: 422, detail: "x" },
        { "content-type": "application/problem+json" },
      ),
    ],
    ["another route", conformityFault("POST /users", { statusCode: 200, headers: json, body: "{}" })],
  ])("finds %s", (_, fault) => {
    expect(fault).toBeDefined();
  });
});

test("every reader of files is a format of the API", () => {
  expect([...importFormats].sort()).toEqual([...members("imports")].sort());
});

test("the routes are those that docs/import-api.md explains", () => {
  const page = readFileSync(new URL("../../docs/import-api.md", import.meta.url), "utf8");
  const headings = [...page.matchAll(/^### `((?:GET|POST) [^`]+)`$/gm)].map(([, route]) => route);
  expect(headings.sort()).toEqual(routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort());
});

interface Operation {
  readonly operationId: string;
  readonly requestBody: {
    readonly content: {
      readonly "application/json": {
        readonly schema: {
          readonly properties: { readonly users?: { readonly items: Readonly<Record<string, unknown>> } };
        };
      };
    };
  };
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, unknown>> }>>;
}
