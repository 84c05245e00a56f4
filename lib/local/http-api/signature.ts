import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** Who may sign, as IAM knows them. */
export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request as it came. Header names are in lower case, and those that came twice are joined by commas. */
export interface SignedRequest {
  readonly method: string;
  /** As it was sent, with its escapes, without the query. */
  readonly path: string;
  /** As it was sent, without the question mark. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface SignatureRules {
  readonly service: string;
  readonly region: string;
  readonly signers: readonly Signer[];
  readonly now: Date;
}

export type Verified =
  | { readonly kind: "signed"; readonly accessKeyId: string }
  | { readonly kind: "refused"; readonly why: SignatureFault };

export type SignatureFault =
  | "unsigned"
  | "malformed"
  | "unknown key"
  | "wrong token"
  | "wrong scope"
  | "expired"
  | "headers not signed"
  | "wrong payload hash"
  | "wrong signature";

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv4-troubleshooting.html
const skewMs = 5 * 60_000;

/**
 * Checks AWS Signature Version 4 in the Authorization header, with the payload in it, from scratch: a second opinion on
 * the signer that clients use.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function verifySignature(request: SignedRequest, { service, region, signers, now }: SignatureRules): Verified {
  const { headers } = request;
  const given = headers.authorization;
  if (given === undefined) return refused("unsigned");
  const [, accessKeyId = "", day = "", scopeRegion, scopeService, list = "", signature = ""] =
    /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/.exec(
      given,
    ) ?? [];
  const date = headers["x-amz-date"] ?? "";
  if (signature === "" || !/^\d{8}T\d{6}Z$/.test(date)) return refused("malformed");
  const signer = signers.find((one) => one.accessKeyId === accessKeyId);
  if (signer === undefined) return refused("unknown key");
  if (headers["x-amz-security-token"] !== signer.sessionToken) return refused("wrong token");
  if (scopeRegion !== region || scopeService !== service || !date.startsWith(day)) return refused("wrong scope");
  if (!(Math.abs(timeOf(date) - now.getTime()) <= skewMs)) return refused("expired");

  const names = list.split(";");
  const must = Object.keys(headers).filter((name) => name === "host" || name.startsWith("x-amz-"));
  if (!must.includes("host") || must.some((name) => !names.includes(name))) return refused("headers not signed");
  if (names.some((name) => headers[name] === undefined) || names.join() !== [...names].sort().join()) {
    return refused("malformed");
  }
  const payload = sha256(request.body);
  if ((headers["x-amz-content-sha256"] ?? payload) !== payload) return refused("wrong payload hash");

  const canonical = [
    request.method,
    request.path.split("/").map(escapePart).join("/"),
    canonicalQuery(request.query),
    ...names.map((name) => `${name}:${(headers[name] ?? "").trim().replace(/\s+/g, " ")}`),
    "",
    list,
    payload,
  ].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", date, scope, sha256(Buffer.from(canonical))].join("\n");
  const key = [day, region, service, "aws4_request"].reduce<Uint8Array>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    Buffer.from(`AWS4${signer.secretAccessKey}`),
  );
  const expected = createHmac("sha256", key).update(toSign).digest();
  return timingSafeEqual(expected, Buffer.from(signature, "hex"))
    ? { kind: "signed", accessKeyId }
    : refused("wrong signature");
}

function refused(why: SignatureFault): Verified {
  return { kind: "refused", why };
}

function timeOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** RFC 3986, section 2.3: all but the unreserved characters. The path's escapes are escaped once more. */
function escapePart(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => `${escapePart(name)}=${escapePart(value)}`)
    .sort()
    .join("&");
}
