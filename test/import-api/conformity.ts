import { firstFault } from "../../lib/import-api/json-body.ts";
import { routes } from "../../lib/import-api/openapi.ts";

/** What the API's description has against a function's answer to a request of a route, as `GET /imports/{id}`. */
export function conformityFault(routeKey: string, payload: unknown): string | undefined {
  const { statusCode, headers, body }: Readonly<Record<string, unknown>> = { ...(payload as object) };
  const described = routes.find(({ method, path }) => `${method.toUpperCase()} ${path}` === routeKey);
  const answer = described?.answers[Number(statusCode)];
  if (answer === undefined) return `${routeKey}: ${statusCode} is not described`;
  const type = Number(statusCode) < 400 ? "application/json" : "application/problem+json";
  const { "content-type": given }: Readonly<Record<string, unknown>> = { ...(headers as object) };
  if (given !== type) return `${routeKey}: ${statusCode} has the Content-Type ${given}`;
  const value = JSON.parse(String(body));
  if (Number(statusCode) >= 400 && value.status !== statusCode) return `${routeKey}: /status is not ${statusCode}`;
  const fault = firstFault(answer.schema, value);
  return fault === undefined ? undefined : `${routeKey}: ${statusCode}${fault}`;
}
