import { createImportRoute } from "./create-import.ts";
import { importUsersRoute } from "./import-users.ts";
import { readImportRoute } from "./read-import.ts";
import type { Route } from "./schemas.ts";

export const routes: readonly Route[] = [createImportRoute, readImportRoute, importUsersRoute];

/** The API's description, of the very schemas that requests are checked with (OpenAPI 3.1: JSON Schema 2020-12). */
export function openApiDocument(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return {
    openapi: "3.1.0",
    info: {
      title: "Samekey imports",
      version: "1",
      description: "Users of an application, imported by scripts. Requests are signed with AWS Signature Version 4.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [
      {
        url: "https://{api}.execute-api.{region}.amazonaws.com",
        variables: { api: { default: "api" }, region: { default: "us-east-1" } },
      },
    ],
    security: [{ sigv4: [] }],
    paths,
    components: {
      securitySchemes: {
        sigv4: {
          type: "apiKey",
          name: "Authorization",
          in: "header",
          description: "AWS Signature Version 4 for the service execute-api. Without it: 403 by API Gateway.",
          "x-amazon-apigateway-authtype": "awsSigv4",
        },
      },
    },
  };
}

function operationOf({ operationId, summary, parameters, body, answers }: Route): object {
  return {
    operationId,
    summary,
    ...(parameters === undefined ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: body } } } }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, { description, schema }]) => {
        const type = Number(status) < 400 ? "application/json" : "application/problem+json";
        return [status, { description, content: { [type]: { schema } } }];
      }),
    ),
  };
}
