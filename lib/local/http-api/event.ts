import { randomUUID } from "node:crypto";
import { localAccountId } from "../account.ts";
import type { SignedRequest } from "./signature.ts";

export interface MatchedRequest extends SignedRequest {
  /** As `GET /imports/{id}`. */
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly accessKeyId: string;
  readonly sourceIp: string;
  readonly at: Date;
}

/**
 * The event of the payload format 2.0 that a request becomes behind IAM authorization.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function eventOf(request: MatchedRequest): Readonly<Record<string, unknown>> {
  const { method, path, query, headers, body, routeKey, pathParameters, accessKeyId, sourceIp, at } = request;
  const { cookie, ...others } = headers;
  const isText = isTextual(headers["content-type"] ?? "") && headers["content-encoding"] === undefined;
  const queries = queryOf(query);
  const user = `AIDA${accessKeyId.toUpperCase()}`;
  return {
    version: "2.0",
    routeKey,
    rawPath: decodeURI(path),
    rawQueryString: query,
    ...(cookie === undefined ? {} : { cookies: cookie.split("; ") }),
    headers: { ...others, "x-forwarded-for": sourceIp, "x-forwarded-proto": "https", "x-forwarded-port": "443" },
    ...(Object.keys(queries).length === 0 ? {} : { queryStringParameters: queries }),
    requestContext: {
      accountId: localAccountId,
      apiId: "local",
      authorizer: {
        iam: {
          accessKey: accessKeyId,
          accountId: localAccountId,
          callerId: user,
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: `arn:aws:iam::${localAccountId}:user/${accessKeyId}`,
          userId: user,
        },
      },
      domainName: headers.host,
      domainPrefix: "local",
      http: { method, path: decodeURI(path), protocol: "HTTP/1.1", sourceIp, userAgent: headers["user-agent"] ?? "" },
      requestId: randomUUID(),
      routeKey,
      stage: "$default",
      time: at.toUTCString(),
      timeEpoch: at.getTime(),
    },
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    ...(body.length === 0 ? {} : { body: Buffer.from(body).toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

function isTextual(contentType: string): boolean {
  return /^(?:text\/|application\/(?:json|javascript|xml)(?:;|$)|[^;]*\+(?:json|xml)(?:;|$))/i.test(contentType);
}

function queryOf(query: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(query)) {
    values[name] = values[name] === undefined ? value : `${values[name]},${value}`;
  }
  return values;
}
